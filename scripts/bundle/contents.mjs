// What a bundle holds of the project's folder.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { filesUnder, readJson } from '../setup/files.mjs';
import { SetupError, megabytes, say } from '../setup/say.mjs';
import { NEEDED_FOR_TESTS, closure } from './packages.mjs';

/** The sources are there for the device tests, which import them. */
const PARTS = [
  'LICENSE',
  'README.md',
  'docs/gpu.md',
  'package.json',
  'tsconfig.json',
  'tsconfig.web.json',
  'vitest.config.ts',
  'bin',
  'dist',
  'native',
  'src',
  'test/device',
  'test/support',
  'recipes',
  'models',
  'benchmarks',
  'scripts/setup.mjs',
  'scripts/setup',
  'scripts/bundle',
  'scripts/development/prove-bundle.sh',
  'scripts/test.mjs',
  'scripts/test-report.mjs',
];

/**
 * True for what only a compiler, an editor or the other tests read.
 * @param {string} file
 */
function isLeftOut(file) {
  const onlyForTypes = /(\.map|\.d\.[cm]?ts|\.tsbuildinfo|\.fingerprint)$/;
  const otherTests = /^src\/.*\.test(-helper)?\.ts$/;
  return onlyForTypes.test(file) || otherTests.test(file) || file.includes('__pycache__');
}

/**
 * The project's files that travel, relative to its root.
 * @param {string} root
 */
export function projectFiles(root) {
  return PARTS.flatMap((part) => {
    const path = join(root, part);
    if (!existsSync(path)) throw new SetupError(`${path} is missing`, ['npm run setup makes dist/; git has the rest']);
    return statSync(path).isFile() ? [part] : filesUnder(path).map((file) => join(part, file));
  }).filter((file) => !isLeftOut(file));
}

/** What decodes pictures, which not every bundle needs: a third of what else travels, unpacked. */
const DECODER = 'sharp';

/**
 * The files of the packages that travel, relative to the project's root.
 * @param {string} root
 * @param {boolean} pictures whether pictures are to be read there
 */
export function packageFiles(root, pictures) {
  const { dependencies = {} } = /** @type {import('./packages.mjs').LockedPackage} */ (
    readJson(join(root, 'package.json'))
  );
  const lock = /** @type {{packages: Record<string, import('./packages.mjs').LockedPackage>}} */ (
    readJson(join(root, 'package-lock.json'))
  );
  const wanted = Object.keys(dependencies).filter((name) => pictures || name !== DECODER);
  const names = [...wanted, ...NEEDED_FOR_TESTS];
  const folders = closure(lock.packages, names, (path) => existsSync(join(root, path)));
  return folders.flatMap((folder) =>
    filesUnder(join(root, folder))
      // Nested packages are folders of their own in the list.
      .filter((file) => !file.startsWith('node_modules/') && !isLeftOut(file))
      .map((file) => join(folder, file)),
  );
}

/**
 * @param {string} root
 * @param {string} bundle
 * @param {boolean} pictures
 */
export function copyContents(root, bundle, pictures) {
  let bytes = 0;
  const files = [...projectFiles(root), ...packageFiles(root, pictures)];
  for (const file of files) {
    mkdirSync(dirname(join(bundle, file)), { recursive: true });
    copyFileSync(join(root, file), join(bundle, file));
    bytes += statSync(join(root, file)).size;
  }
  say('files', `${files.length} files, ${megabytes(bytes)}`);
}
