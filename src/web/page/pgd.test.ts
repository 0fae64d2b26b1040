/**
 * The attack of the page, by the algorithm's own terms.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { NORMS } from './norms.js';
import { begin, step, stepSizeOf } from './pgd.js';

const { linf, l2 } = NORMS;
const image = Float32Array.of(0.5, 0.5, 0.02, 0.98);
const close = (values: Float32Array, expected: readonly number[]) =>
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));

describe('a step', () => {
  test('in L-infinity goes along the sign of the gradient, and stays where there is none', () => {
    const gradient = Float32Array.of(3, -1e-9, 0, 0);
    close(step(image, image, gradient, { norm: linf, epsilon: 0.1 }, 0.04), [0.54, 0.46, 0.02, 0.98]);
  });

  test('in L2 goes as far as it says along the gradient, however small that is', () => {
    const gradient = Float32Array.of(3e-30, -4e-30, 0, 0);
    close(step(image, image, gradient, { norm: l2, epsilon: 1 }, 0.1), [0.56, 0.42, 0.02, 0.98]);
  });

  test('in L2 stays where there is no gradient', () => {
    close(step(image, image, new Float32Array(4), { norm: l2, epsilon: 1 }, 0.1), [...image]);
  });

  test('ends within the ball around the image, not around where it came from', () => {
    const far = Float32Array.of(0.58, 0.5, 0.02, 0.98);
    close(step(image, far, Float32Array.of(1, 0, 0, 0), { norm: linf, epsilon: 0.1 }, 0.04), [0.6, 0.5, 0.02, 0.98]);
  });

  test('is no picture’s end: pixels stay in [0, 1]', () => {
    const gradient = Float32Array.of(0, 0, -1, 1);
    close(step(image, image, gradient, { norm: linf, epsilon: 0.1 }, 0.1), [0.5, 0.5, 0, 1]);
  });
});

describe('the start', () => {
  const numbers = (seed: number) => () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };

  test.each([
    ['linf', linf],
    ['l2', l2],
  ])('in %s lies in the ball, and is spread over it', (_, norm) => {
    const random = numbers(7);
    const sizes = Array.from({ length: 200 }, () => norm.magnitude(norm.uniform(3, 0.1, random)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(0.1 + 1e-8);
    // Of the ball's volume an eighth lies within half of its radius.
    const inside = sizes.filter((size) => size < 0.05).length;
    expect(inside).toBeGreaterThan(10);
    expect(inside).toBeLessThan(45);
  });

  test('is cut to ball and box', () => {
    const start = Float32Array.of(0.5, -0.05, -0.05, 0.05);
    close(begin(image, start, { norm: linf, epsilon: 0.1 }), [0.6, 0.45, 0, 1]);
  });
});

test('steps can cross the ball', () => {
  expect(stepSizeOf(0.08, 20)).toBeCloseTo(0.01);
});
