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
  ['workflow', 'benchmark', 'live'],
  ['web'],
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
}

/** The imports of a file, types included: statements, re-exports, `import()` calls and `import()` types. */
function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (node: typescript.Node | undefined) => {
    if (node === undefined || !typescript.isStringLiteral(node)) return;
    const specifier = node.text;
    const path = relative(root, join(root, dirname(from), specifier)).replace(/\.js$/, '.ts');
    const to = specifier.startsWith('.') && !path.startsWith('..') ? path : undefined;
    found.push({ from, to, specifier });
  };
  const visit = (node: typescript.Node): void => {
    if (typescript.isImportDeclaration(node) || typescript.isExportDeclaration(node)) {
      add(node.moduleSpecifier);
    } else if (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    } else if (typescript.isImportTypeNode(node) && typescript.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal);
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

/**
 * Every knot of a graph: the nodes that reach each other, as Tarjan's algorithm finds them. Naming them all at once
 * saves the round of mending one circle to be shown the next.
 */
function knotsIn(edges: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const knots: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.get(node)!);
    open.push(node);
    for (const to of next.get(node) ?? []) {
      if (!order.has(to)) visit(to);
      if (open.includes(to)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(to)!));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const knot = open.splice(open.indexOf(node)).sort();
    if (knot.length > 1 || next.get(node)?.includes(node) === true) knots.push(knot);
  };
  for (const node of next.keys()) if (!order.has(node)) visit(node);
  return knots;
}

describe('the layers', () => {
  test('the reader sees the imports there are', () => {
    expect(code.length).toBeGreaterThan(100);
    expect(
      importsOf(
        'a/b.ts',
        "import type { X } from './x.js'; export * from '../y/z.js'; await import('./w.js'); let v: import('./v.js').V; " +
          "import { type T, v } from 'zod';",
      ),
    ).toEqual([
      { from: 'a/b.ts', to: 'a/x.ts', specifier: './x.js' },
      { from: 'a/b.ts', to: 'y/z.ts', specifier: '../y/z.js' },
      { from: 'a/b.ts', to: 'a/w.ts', specifier: './w.js' },
      { from: 'a/b.ts', to: 'a/v.ts', specifier: './v.js' },
      { from: 'a/b.ts', to: undefined, specifier: 'zod' },
    ]);
    expect(
      knotsIn([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'b'],
        ['c', 'd'],
        ['d', 'd'],
      ]),
    ).toEqual([['d'], ['b', 'c']]);
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
    expect(knotsIn(edges)).toEqual([]);
  });

  test('files form no cycle, not even of types', () => {
    const edges = code.flatMap(({ from, to }) => (to === undefined ? [] : [[from, to] as const]));
    expect(knotsIn(edges)).toEqual([]);
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
          'engine/waiting.ts',
          'engine/yaml.ts',
          'engine/zip.ts',
        ].includes(to),
    );
    expect(side.map(({ from, to }) => `${from} imports ${to ?? ''}`)).toEqual([]);
  });
});

describe('the page that `export --web` writes', () => {
  test('has scripts that import nothing but each other, and what a site says of itself', () => {
    const isPage = (name: string) => name.startsWith('web/page/');
    const outside = code.filter(
      ({ from, to }) => isPage(from) && (to === undefined || !(isPage(to) || to === 'web/site-description.ts')),
    );
    expect(outside.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([]);
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
