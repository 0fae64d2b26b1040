/**
 * When WebGPU is taken.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { accelerate, objectionTo } from './accelerate.js';

const wasm = { logits: Float32Array.of(-4, 2), gradient: Float32Array.of(0.001, -0.01), milliseconds: 30 };

test('it is right to rounding, and faster', () => {
  expect(objectionTo({ ...wasm, logits: Float32Array.of(-4.003, 2), milliseconds: 20 }, wasm)).toBeUndefined();
});

test.each([
  ['wrong logits', { logits: Float32Array.of(-4.01, 2) }, 'the logits differ by 2.5e-3 of the largest'],
  ['a wrong gradient', { gradient: Float32Array.of(0.001, 0.01) }, 'the gradient differ by 2.0e+0 of the largest'],
  ['no numbers', { logits: Float32Array.of(NaN, 2) }, 'the logits differ by NaN of the largest'],
  ['slow', { milliseconds: 40 }, 'a step takes 40 ms, and 30 ms in WebAssembly'],
])('%s', (_, changed, objection) => {
  expect(objectionTo({ ...wasm, milliseconds: 20, ...changed }, wasm)).toBe(objection);
});

function computing(value: number, milliseconds: number) {
  const network = {
    closed: false,
    look: () =>
      new Promise<{ logits: Float32Array; gradient: Float32Array }>((resolve) => {
        setTimeout(() => resolve({ logits: Float32Array.of(value), gradient: Float32Array.of(1) }), milliseconds);
      }),
    close: () => (network.closed = true),
  };
  return network;
}

test('the faster of two that agree is given back, open', async () => {
  const [slow, fast] = [computing(1, 60), computing(1, 1)];
  expect(await accelerate(slow, () => Promise.resolve(fast), Float32Array.of(0), 0)).toEqual({ network: fast });
  expect(fast.closed).toBe(false);
});

test('one that differs is closed, and one that does not open is no matter', async () => {
  const [own, other] = [computing(1, 1), computing(2, 1)];
  expect((await accelerate(own, () => Promise.resolve(other), Float32Array.of(0), 0)).network).toBe(own);
  expect(other.closed).toBe(true);
  const failing = () => Promise.reject(new Error('no adapter'));
  expect(await accelerate(own, failing, Float32Array.of(0), 0)).toEqual({ network: own, objection: 'no adapter' });
});
