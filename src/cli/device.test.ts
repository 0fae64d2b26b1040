/**
 * A device that is not there is refused in one sentence: expected, received, what to do.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { deviceOption, deviceProblem } from './device.js';

const built = { version: '2.13.0', cuda: true };

describe('a GPU', () => {
  test('where LibTorch has no CUDA', () => {
    expect(deviceProblem('cuda', { version: '1.13.1', cuda: false, cudaDevices: 0 })).toBe(
      "expected --device cpu, as this machine's LibTorch 1.13.1 is built without CUDA, received --device cuda. docs/gpu.md says how to set up one that is",
    );
  });

  test('where there is none', () => {
    expect(deviceProblem('cuda:0', { ...built, cudaDevices: 0 })).toMatch(
      /^expected --device cpu, as LibTorch finds no GPU, received --device cuda:0\. nvidia-smi shows/,
    );
  });

  test('beyond those that there are', () => {
    expect(deviceProblem('cuda:1', { ...built, cudaDevices: 1 })).toBe(
      'expected --device cuda:0, the only GPU there is, received --device cuda:1',
    );
    expect(deviceProblem('cuda:7', { ...built, cudaDevices: 4 })).toBe(
      'expected --device cuda:0 to cuda:3, received --device cuda:7',
    );
  });

  test('that is there, by its number or without', () => {
    for (const name of ['cuda', 'cuda:0', 'cuda:1'])
      expect(deviceProblem(name, { ...built, cudaDevices: 2 })).toBeUndefined();
  });
});

describe('the option', () => {
  const read = (text: string) => deviceOption().parseArg?.(text, '');

  test.each(['cpu', 'cuda', 'cuda:0', 'cuda:12'])('takes %s', (text) => {
    expect(read(text)).toBe(text);
  });

  test.each([
    ['gpu', /expected cpu, cuda, or of several GPUs one, e\.g\. cuda:1\. Did you mean cuda\?/],
    ['CPU', /Did you mean cpu\?/],
    ['cuda0', /Did you mean cuda\?/],
    ['cuda:x', /expected cpu, cuda/],
    ['cuda:-1', /expected cpu, cuda/],
    ['', /expected cpu, cuda/],
  ])('refuses "%s"', (text, message) => {
    expect(() => {
      read(text);
    }).toThrow(message);
  });
});
