/**
 * The layer rule of ARCHITECTURE.md, read from the import statements themselves: a folder may import from
 * the folders below it, never from those above.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { describe, expect, test } from 'vitest';

/** From the top to the bottom; folders of one row may use each other in one direction. */
const ROWS = [
  ['index.ts'],
  ['cli'],
  ['workflow', 'benchmark'],
  ['report'],
  ['training'],
  ['evaluation'],
  ['attacks'],
  ['models', 'data'],
  ['nn', 'optim'],
  ['monitoring'],
  ['engine'],
] as const;
const MAXIMUM_LINES = 400;

const root = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const sources = new Map(files.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
const isTest = (name: string) => /\.test(-helper)?\.ts$/.test(name);

interface Import {
  readonly from: string;
  /** A file of src, relative to it; undefined for a package. */
  readonly to: string | undefined;
  readonly specifier: string;
  /** Erased by the compiler: it cannot make a cycle at run time. */
  readonly typeOnly: boolean;
}

/** The imports of a file: statements, re-exports and `import()` calls. */
function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (node: typescript.Node | undefined, typeOnly: boolean) => {
    if (node === undefined || !typescript.isStringLiteral(node)) return;
    const specifier = node.text;
    const path = relative(root, join(root, dirname(from), specifier)).replace(/\.js$/, '.ts');
    const to = specifier.startsWith('.') && !path.startsWith('..') ? path : undefined;
    found.push({ from, to, specifier, typeOnly });
  };
  const visit = (node: typescript.Node): void => {
    if (typescript.isImportDeclaration(node)) {
      const clause = node.importClause;
      const names = clause?.namedBindings;
      const everyName =
        names !== undefined &&
        typescript.isNamedImports(names) &&
        names.elements.length > 0 &&
        names.elements.every(({ isTypeOnly }) => isTypeOnly);
      const wholeClause = clause?.phaseModifier === typescript.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, wholeClause || (clause?.name === undefined && everyName));
    } else if (typescript.isExportDeclaration(node)) {
      const names = node.exportClause;
      const everyName =
        names !== undefined && typescript.isNamedExports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly);
      add(node.moduleSpecifier, node.isTypeOnly || everyName);
    } else if (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile(from, text, typescript.ScriptTarget.ES2022));
  return found;
}

const imports = [...sources].flatMap(([name, text]) => importsOf(name, text));
const code = imports.filter(({ from }) => !isTest(from));
const folderOf = (name: string) => name.split('/')[0]!;
const rowOf = (name: string) => ROWS.findIndex((row) => (row as readonly string[]).includes(folderOf(name)));

/** The nodes of some cycle, or undefined. */
function cycleIn(edges: readonly (readonly [string, string])[]): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const search = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const to of next.get(node) ?? []) {
      const cycle = search(to, [...path, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of next.keys()) {
    const cycle = search(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe('the layers', () => {
  test('the reader sees the imports there are', () => {
    expect(code.length).toBeGreaterThan(100);
    expect(
      importsOf(
        'a/b.ts',
        "import type { X } from './x.js'; export * from '../y/z.js'; await import('./w.js'); import { type T, v } from 'zod';",
      ),
    ).toEqual([
      { from: 'a/b.ts', to: 'a/x.ts', specifier: './x.js', typeOnly: true },
      { from: 'a/b.ts', to: 'y/z.ts', specifier: '../y/z.js', typeOnly: false },
      { from: 'a/b.ts', to: 'a/w.ts', specifier: './w.js', typeOnly: false },
      { from: 'a/b.ts', to: undefined, specifier: 'zod', typeOnly: false },
    ]);
    expect(
      cycleIn([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'b'],
      ]),
    ).toEqual(['b', 'c', 'b']);
  });

  test('every folder has its place, and every import its file', () => {
    expect(files.filter((name) => rowOf(name) < 0)).toEqual([]);
    expect(imports.filter(({ to }) => to !== undefined && !sources.has(to))).toEqual([]);
  });

  test('no folder imports from one above it, not even a type', () => {
    const upward = code.filter(({ from, to }) => to !== undefined && rowOf(to) < rowOf(from));
    expect(upward.map(({ from, to }) => `${from} imports ${to ?? ''}`)).toEqual([]);
  });

  test('tests may look upward no more than code does', () => {
    const upward = imports.filter(({ from, to }) => isTest(from) && to !== undefined && rowOf(to) < rowOf(from));
    expect(upward.map(({ from, to }) => `${from} imports ${to ?? ''}`)).toEqual([]);
  });

  test('folders form no cycle', () => {
    const edges = code.flatMap(({ from, to }) =>
      to === undefined || folderOf(from) === folderOf(to) ? [] : [[folderOf(from), folderOf(to)] as const],
    );
    expect(cycleIn(edges)).toBeUndefined();
  });

  test('files form no cycle, but for types, which the compiler erases', () => {
    const edges = code.flatMap(({ from, to, typeOnly }) => (to === undefined || typeOnly ? [] : [[from, to] as const]));
    expect(cycleIn(edges)).toBeUndefined();
  });
});

describe('the engine', () => {
  test('is the only folder that knows the addon, through one file', () => {
    const outside = code.filter(({ from, to }) => to === 'engine/native.ts' && folderOf(from) !== 'engine');
    expect(outside.map(({ from }) => from)).toEqual([]);
    const loaders = [...sources].filter(
      ([name, text]) => !isTest(name) && /createRequire|process\.dlopen|\.node['"`]/.test(text),
    );
    expect(loaders.map(([name]) => name)).toEqual(['engine/native.ts']);
  });

  test('is entered by its index; what needs no LibTorch may be had without it', () => {
    const side = code.filter(
      ({ from, to }) =>
        to !== undefined &&
        folderOf(to) === 'engine' &&
        folderOf(from) !== 'engine' &&
        ![
          'engine/index.ts',
          'engine/errors.ts',
          'engine/atomic-file.ts',
          'engine/folders.ts',
          'engine/imported-modules.ts',
          'engine/installation.ts',
          'engine/nearest.ts',
          'engine/pickle.ts',
          'engine/read-file.ts',
          'engine/shallow.ts',
          'engine/serve.ts',
          'engine/yaml.ts',
          'engine/zip.ts',
        ].includes(to),
    );
    expect(side.map(({ from, to }) => `${from} imports ${to ?? ''}`)).toEqual([]);
  });
});

describe('every file', () => {
  test(`has at most ${MAXIMUM_LINES} lines`, () => {
    const long = [...sources].filter(([, text]) => text.split('\n').length > MAXIMUM_LINES);
    expect(long.map(([name]) => name)).toEqual([]);
  });

  test('begins by saying what it is for', () => {
    const silent = [...sources].filter(
      ([name, text]) => !isTest(name) && !/^\/\*\*\n \* [\s\S]+?@module\n \*\//.test(text),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
