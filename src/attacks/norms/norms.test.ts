/**
 * What every norm promises, for perturbations of any size and kind.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { int64 } from '../toy.test-helper.js';
import { l0With, l1With, NORMS, type Norm, type NormName } from './index.js';

const norms = Object.entries(NORMS) as [NormName, Norm][];
const convex = norms.filter(([name]) => name !== 'l0');
const entries = (count: number) =>
  fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: count, maxLength: count });
/** Numbers of two perturbations; a tensor would not outlive the trial, and fast-check tries again to shrink. */
const pair = entries(24);
const asTensor = (values: readonly number[]) => tensor(values, { shape: [2, 3, 2, 2] });
const radius = (name: NormName) =>
  name === 'l0' ? fc.integer({ min: 0, max: 14 }) : fc.double({ min: 0, max: 6, noNaN: true });

const numbers = (values: Tensor) => values.toNumbers();
const largest = (values: Tensor) => Math.max(...numbers(values.abs()));

describe.each(norms)('%s: the projection', (name, norm) => {
  const check = (property: (perturbation: Tensor, epsilon: number) => void) => {
    fc.assert(
      fc.property(pair, radius(name), (values, epsilon) => {
        tidy(() => {
          property(asTensor(values), epsilon);
        });
      }),
      { numRuns: 150 },
    );
  };

  test('ends in the ball', () => {
    check((perturbation, epsilon) => {
      for (const size of numbers(norm.magnitude(norm.project(perturbation, epsilon))))
        expect(size).toBeLessThanOrEqual(epsilon * (1 + 1e-5) + 1e-12);
    });
  });

  test('changes nothing the second time, and nothing inside the ball', () => {
    check((perturbation, epsilon) => {
      const once = norm.project(perturbation, epsilon);
      expect(largest(norm.project(once, epsilon).sub(once))).toBeLessThanOrEqual(1e-6 * Math.max(1, epsilon));
      const size = Math.max(...numbers(norm.magnitude(perturbation)));
      expect(norm.project(perturbation, Math.ceil(size + 1)).equal(perturbation)).toBe(true);
    });
  });

  test('only moves entries towards zero, so that it never leaves the box', () => {
    check((perturbation, epsilon) => {
      const [before, after] = [numbers(perturbation), numbers(norm.project(perturbation, epsilon))];
      before.forEach((value, i) => {
        expect(Math.abs(after[i]!)).toBeLessThanOrEqual(Math.abs(value));
        expect(after[i]! * value).toBeGreaterThanOrEqual(0);
      });
    });
  });

  test('treats each example as if it were alone', () => {
    check((perturbation, epsilon) => {
      const together = norm.project(perturbation, epsilon);
      for (const row of [0, 1]) {
        const alone = norm.project(perturbation.narrow(0, row, 1), epsilon);
        expect(largest(alone.sub(together.narrow(0, row, 1)))).toBeLessThanOrEqual(1e-6);
      }
    });
  });
});

test.each(convex)('%s: two perturbations come no further apart by projecting (a convex ball)', (name, norm) => {
  const distance = (values: Tensor) => Math.sqrt(numbers(values).reduce((sum, value) => sum + value ** 2, 0));
  fc.assert(
    fc.property(pair, radius(name), (values, epsilon) => {
      tidy(() => {
        const perturbation = asTensor(values);
        const [first, second] = [0, 1].map((row) => perturbation.narrow(0, row, 1)) as [Tensor, Tensor];
        const after = norm.project(first, epsilon).sub(norm.project(second, epsilon));
        expect(distance(after)).toBeLessThanOrEqual(distance(first.sub(second)) + 1e-5);
      });
    }),
  );
});

describe.each(norms)('%s: directions', (name, norm) => {
  test('a zero gradient and one that is not a number give a zero step', () => {
    tidy(() => {
      for (const gradient of [ops.zeros([2, 1, 2, 2]), ops.full([2, 1, 2, 2], NaN)]) {
        if (name === 'linf' && Number.isNaN(gradient.sum().item())) continue; // LibTorch's sign decides
        expect(numbers(norm.steepestAscent(gradient)).every((value) => value === 0)).toBe(true);
        expect(numbers(norm.scaled(gradient)).every((value) => value === 0)).toBe(true);
      }
    });
  });

  test('gradients of 1e-30 and of 1e30 give the same direction as those of size 1', () => {
    tidy(() => {
      const gradient = tensor([0.5, -1, 0.25, 2], { shape: [1, 1, 2, 2] });
      for (const factor of [1e-30, 1e30]) {
        for (const rule of [norm.steepestAscent, norm.scaled])
          expect(largest(rule(gradient.mul(factor)).sub(rule(gradient)))).toBeLessThan(1e-6);
      }
    });
  });

  test('have length 1 in the norm (L0: in L1, which its file says)', () => {
    tidy(() => {
      const gradient = new RandomStream('gradient').normal(int64([0, 1, 2]), [3, 4, 4]);
      const size = name === 'l0' ? NORMS.l1.magnitude : norm.magnitude;
      for (const direction of [norm.steepestAscent(gradient), norm.scaled(gradient)])
        for (const length of numbers(size(direction))) expect(length).toBeCloseTo(1, 5);
    });
  });
});

test('L1 and L0 steps take the largest entries by magnitude, negative ones too, and as many as the fraction says', () => {
  tidy(() => {
    const gradient = tensor([1, -9, 2, 3, 0, -4, 5, 0.5], { shape: [1, 2, 2, 2] });
    expect(numbers(l1With(0.3).steepestAscent(gradient)).map((value) => +value.toFixed(4))).toEqual([
      0, -0.3333, 0, 0, 0, -0.3333, 0.3333, 0,
    ]);
    expect(numbers(l0With(0.25).steepestAscent(gradient)).map((value) => +value.toFixed(4))).toEqual([
      0, -0.6429, 0, 0, 0, 0, 0.3571, 0,
    ]);
  });
});

test.each([0, -0.1, 1.1, NaN])('a fraction of %s is refused', (fraction) => {
  expect(() => l1With(fraction)).toThrow(/expected fraction to be a number/);
  expect(() => l0With(fraction)).toThrow(/expected fraction to be a number/);
});

describe('uniform in the ball', () => {
  const sizes = (norm: Norm, epsilon: number, shape = [1, 2, 2]) =>
    tidy(() => {
      const indices = int64([...Array(4000).keys()]);
      const drawn = norm.uniform({ stream: new RandomStream('ball'), indices, shape, device: 'cpu' }, epsilon);
      const mean = numbers(drawn.mean([0]).flatten());
      return { sizes: numbers(norm.magnitude(drawn)), mean };
    });

  // The share of the volume within t of the radius is t^D: with D = 4, half of the points lie within 0.8409.
  test.each(convex)('%s: the radius has the distribution of a ball, and the directions cancel', (_, norm) => {
    const { sizes: radii, mean } = sizes(norm, 2);
    expect(Math.max(...radii)).toBeLessThanOrEqual(2 * (1 + 1e-6));
    for (const share of [0.25, 0.5, 0.75]) {
      const inside = radii.filter((value) => value <= 2 * share ** (1 / 4)).length / 4000;
      expect(Math.abs(inside - share)).toBeLessThan(0.03);
    }
    for (const value of mean) expect(Math.abs(value)).toBeLessThan(0.07);
  });

  test('l0: as many entries as allowed, every place alike', () => {
    const { sizes: counts } = sizes(NORMS.l0, 3, [3, 3, 3]);
    expect(counts.filter((count) => count === 3).length).toBeGreaterThan(3990);
  });
});
