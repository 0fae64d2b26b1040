/**
 * Free training's steps: the gradient of one update moves the images of the next.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { linf } from '../attacks/index.js';
import { backward, ops, RandomStream, tidy } from '../engine/index.js';
import { replay } from './replay.js';

leavesNothingAlive();

const EPSILON = 0.125;
const randomness = () => ({
  stream: new RandomStream(3, 'test'),
  indices: ops.arange(2, { dtype: 'int64' }),
});

test('every update sees the images moved by a step along the gradient of the one before, within ball and box', () => {
  tidy(() => {
    const images = ops.cat([ops.full([1, 1, 2, 2], 0.5), ops.zeros([1, 1, 2, 2])]);
    // Whose gradient with respect to the images is 1 in the first row of each and -1 in the second.
    const slope = ops.cat([ops.ones([1, 1, 1, 2]), ops.full([1, 1, 1, 2], -1)], { dim: 2 });
    const seen: number[][] = [];
    const last: boolean[] = [];
    const metrics = replay(images, { norm: linf, epsilon: EPSILON }, randomness(), 3, (adversarial, isLast) => {
      seen.push(adversarial.sub(images).toNumbers());
      last.push(isLast);
      backward(adversarial.mul(slope).sum());
      return { updates: seen.length };
    });
    expect(metrics).toEqual({ updates: 3 });
    expect(last).toEqual([false, false, true]);
    const [start, second, third] = seen as [number[], number[], number[]];
    expect(start.every((value) => Math.abs(value) <= EPSILON)).toBe(true);
    expect(new Set(start.slice(0, 4)).size).toBe(4);
    const step = (value: number, at: number) => {
      const moved = value + (at % 4 < 2 ? EPSILON : -EPSILON);
      const [least, most] = [at < 4 ? -EPSILON : 0, EPSILON]; // the second image is black
      return Math.min(most, Math.max(least, moved));
    };
    for (const [before, after] of [
      [start, second],
      [second, third],
    ] as const)
      for (const [at, value] of after.entries()) expect(value).toBeCloseTo(step(before[at]!, at), 6);
    // Two steps lead to a corner from anywhere.
    expect(third).toEqual([EPSILON, EPSILON, -EPSILON, -EPSILON, EPSILON, EPSILON, 0, 0]);
  });
});
