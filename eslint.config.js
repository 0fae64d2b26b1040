import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist', 'build', '.libtorch', 'runs', 'node_modules', 'docs', 'coverage', 'examples']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.check.json', './tsconfig.web.check.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An index that is known to be in range is said to be so with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `while (true)` says what it means.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='pathname'][object.callee.name='URL']",
          message: 'A path may have spaces in it, which an address writes otherwise: use fileURLToPath.',
        },
      ],
      // A callback may return what its caller ignores.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // A script beside the product, not part of it: it imports what was built.
    files: ['benchmarks/**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: false } },
  },
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // They import the page's modules by address, whose types stand in comments, which these rules do not read.
    files: [
      'scripts/development/check-web.mjs',
      'scripts/development/check-live.mjs',
      'scripts/development/check-web/**',
    ],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    // The operators become methods of Tensor when the engine loads; an interface of its name gives them their types.
    files: ['src/engine/tensor.ts'],
    rules: {
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
    },
  },
  {
    // Scripts run before anything is installed, without a compiler: `process.env.X ||` reads an empty value as unset.
    files: ['scripts/**', 'bin/**'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
    },
  },
);
