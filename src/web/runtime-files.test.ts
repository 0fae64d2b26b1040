/**
 * Where ONNX Runtime Web is found.
 *
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { runtimeFiles } from './runtime-files.js';

const FILES = [
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.min.mjs',
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
];

let root: string;
let installed: string;
beforeEach(() => {
  root = temporaryFolder();
  installed = join(root, 'node_modules', 'onnxruntime-web');
  mkdirSync(join(installed, 'dist'), { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{"version":"1.30.0"}');
  for (const file of FILES) writeFileSync(join(installed, 'dist', file), `// ${file}\n//# sourceMappingURL=x.map\n`);
});

const refusal = (...places: string[]) => failureOf(() => runtimeFiles(places));

test('in a folder above, as Node.js looks; its modules are called .js, without their source maps', () => {
  const files = runtimeFiles([join(root, 'deep', 'er')]);
  expect(files.map(({ path }) => path)).toEqual([
    'runtime/ort.wasm.js',
    'runtime/ort-wasm.js',
    'runtime/ort-wasm.wasm',
    'runtime/ort.webgpu.js',
    'runtime/ort-webgpu.js',
    'runtime/ort-webgpu.wasm',
  ]);
  expect(files[0]!.content).toBe('// ort.wasm.min.mjs\n');
});

test('in the second place where the first has none', () => {
  expect(runtimeFiles([temporaryFolder(), root])).toHaveLength(6);
});

test('nowhere: what to install', () => {
  expect(refusal(temporaryFolder())).toMatchObject({
    code: 'FILE',
    message: expect.stringMatching(/found none\. .*: npm install --ignore-scripts onnxruntime-web@1\.30\.0$/) as string,
  });
});

test('another version', () => {
  writeFileSync(join(installed, 'package.json'), '{"version":"1.17.0"}');
  expect(refusal(root).message).toContain(`found 1.17.0 in ${installed}`);
});

test('a file is missing', () => {
  rmSync(join(installed, 'dist', 'ort-wasm-simd-threaded.wasm'));
  expect(refusal(root).message).toContain('without dist/ort-wasm-simd-threaded.wasm');
});
