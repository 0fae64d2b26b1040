/**
 * Convolutions of any shape, layout and stride give what they give in the plain layout, and leave the process alive.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { runChild } from '../support/child.js';

test.each([1, 2])(
  'known ones and 40 random ones in four layouts, seed %i',
  async (seed) => {
    const { code, signal, stdout, stderr } = await runChild('./children/convolutions.ts', import.meta.url, [
      `${seed}`,
      '60',
    ]);
    const last = stdout.trim().split('\n').slice(-2).join('; ');
    expect([code, signal, last, stderr]).toEqual([0, null, expect.stringMatching(/; done$/), '']);
  },
  120_000,
);
