/**
 * Every operation beside Pillow's, on the images of scripts/golden/make_augment.py: at most one grey level apart.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../../test/support/live-tensors.js';
import { tensor, tidy } from '../../../engine/index.js';
import { OPERATIONS, type OperationName } from './index.js';

leavesNothingAlive();

interface Golden {
  readonly shape: readonly [number, number, number, number];
  readonly fill: readonly number[];
  readonly input: string;
  readonly cases: readonly { operation: OperationName; amounts: readonly number[]; output: string }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../test/golden/augment.json', import.meta.url), 'utf8'),
) as Golden;
const unpack = (text: string) => inflateSync(Buffer.from(text, 'base64'));

function run(name: OperationName, bytes: Uint8Array, shape: readonly number[], amounts: readonly number[]): number[] {
  return tidy(() => {
    const levels = tensor(bytes, { shape }).to({ dtype: 'float32' });
    return OPERATIONS[name](levels, amounts, golden.fill.slice(0, shape[1])).toNumbers();
  });
}

describe('beside Pillow', () => {
  test.each(golden.cases)('$operation by $amounts', ({ operation, amounts, output }) => {
    const ours = run(operation, unpack(golden.input), golden.shape, amounts);
    const theirs = [...unpack(output)];
    expect(ours).toHaveLength(theirs.length);
    expect(ours.every((level) => Number.isInteger(level) && level >= 0 && level <= 255)).toBe(true);
    const apart = ours.map((level, i) => Math.abs(level - theirs[i]!));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    // In fact they are the same; a build of LibTorch may round a sum the other way here and there.
    expect(apart.filter((distance) => distance > 0).length).toBeLessThanOrEqual(ours.length / 1000);
  });

  test('every operation is among the cases', () => {
    expect(new Set(golden.cases.map(({ operation }) => operation))).toEqual(new Set(Object.keys(OPERATIONS)));
  });
});

const names = Object.keys(OPERATIONS) as OperationName[];

describe('images unlike the usual', () => {
  test.each(names)(
    '%s leaves an image of a single level of grey as whole levels, without dividing by nothing',
    (name) => {
      const flat = new Uint8Array(3 * 36).fill(77);
      const levels = run(name, flat, [1, 3, 6, 6], [name === 'posterize' ? 4 : 1]);
      expect(levels.every((level) => Number.isInteger(level) && level >= 0 && level <= 255)).toBe(true);
      if (['autocontrast', 'equalize', 'contrast', 'sharpness', 'colour'].includes(name))
        expect(levels).toEqual([...flat]);
    },
  );

  test.each(names)('%s takes grey images, smaller and not square', (name) => {
    const bytes = Uint8Array.from({ length: 2 * 5 * 7 }, (_, i) => (i * 37) % 256);
    expect(run(name, bytes, [2, 1, 5, 7], [1, 1])).toHaveLength(bytes.length);
  });

  test('the operations treat every image by itself', () => {
    const bytes = unpack(golden.input);
    const size = bytes.length / golden.shape[0];
    for (const { operation, amounts } of golden.cases) {
      const together = run(operation, bytes, golden.shape, amounts);
      const alone = run(operation, bytes.subarray(size, 2 * size), [1, ...golden.shape.slice(1)], [amounts[1]!]);
      expect(alone).toEqual(together.slice(size, 2 * size));
    }
  });
});
