/**
 * What `--device` takes, and what it takes a wrong word for.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { deviceOption } from './device.js';

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
