/**
 * However a process ends, LibTorch's tensors end with it: the expected exit code, no signal. Worker threads have
 * tensors of their own.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { runChild } from '../support/child.js';

const end = (way: string) => runChild('./children/exits.ts', import.meta.url, [way]);

test('process.exit in the middle of a step, inside tidy, autocast and noGrad', async () => {
  expect(await end('exit')).toMatchObject({ code: 7, signal: null });
});

test('an uncaught exception in the middle of a step', async () => {
  const child = await end('throw');
  expect(child).toMatchObject({ code: 1, signal: null });
  expect(child.stderr).toContain('uncaught on purpose');
});

test('an unhandled rejection with live tensors', async () => {
  const child = await end('reject');
  expect(child).toMatchObject({ code: 1, signal: null });
  expect(child.stderr).toContain('rejected on purpose');
});

test('running to the end with live tensors', async () => {
  expect(await end('finish')).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('a worker thread loads the engine, works on its own tensors and ends', async () => {
  const child = await end('worker');
  expect(child).toMatchObject({ code: 0, signal: null });
  // In the worker: its weight, the vector and its double, the squares and their sum. Here: the weight and the sum.
  expect(JSON.parse(child.stdout)).toEqual({
    message: { live: 5, product: [2, 4, 6], gradient: 8192 },
    live: 2,
    sum: 4096,
  });
});

test('a worker thread that is terminated while LibTorch works', async () => {
  const child = await end('terminate');
  expect(child).toMatchObject({ code: 0, signal: null });
  expect(JSON.parse(child.stdout)).toMatchObject({ live: 2, sum: 4096 });
});
