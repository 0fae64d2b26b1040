/**
 * A device that is not there is refused in one sentence: expected, received, what to do.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { deviceProblem, requireDevice } from './device.js';

const built = { version: '2.13.0', cuda: true };

describe('a GPU', () => {
  test('where LibTorch has no CUDA', () => {
    expect(deviceProblem('cuda', { version: '1.13.1', cuda: false, cudaDevices: 0 })).toBe(
      "expected device cpu, as this machine's LibTorch 1.13.1 is built without CUDA, received device cuda. docs/gpu.md says how to set up one that is",
    );
  });

  test('where there is none', () => {
    expect(deviceProblem('cuda:0', { ...built, cudaDevices: 0 })).toMatch(
      /^expected device cpu, as LibTorch finds no GPU, received device cuda:0\. nvidia-smi shows/,
    );
  });

  test('beyond those that there are', () => {
    expect(deviceProblem('cuda:1', { ...built, cudaDevices: 1 })).toBe(
      'expected device cuda:0, the only GPU there is, received device cuda:1',
    );
    expect(deviceProblem('cuda:7', { ...built, cudaDevices: 4 })).toBe(
      'expected device cuda:0 to cuda:3, received device cuda:7',
    );
  });

  test('that is there, by its number or without', () => {
    for (const name of ['cuda', 'cuda:0', 'cuda:1'])
      expect(deviceProblem(name, { ...built, cudaDevices: 2 })).toBeUndefined();
  });
});

test('a device that is none', () => {
  expect(deviceProblem('gpu', { ...built, cudaDevices: 1 })).toBe(
    'expected a device: cpu, cuda, or of several GPUs one, e.g. cuda:1, received gpu',
  );
});

test('the CPU is always there', () => {
  expect(() => {
    requireDevice('cpu');
  }).not.toThrow();
});
