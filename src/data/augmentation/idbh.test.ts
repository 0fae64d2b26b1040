/**
 * Cropshift, ColorShape and IDBH: which images they can make, and how often.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { COLOUR_SHAPE_POLICIES } from './colour-shape.js';
import { createAugmentation, type AugmentationInput } from './index.js';
import { OPERATIONS } from './operations/index.js';

leavesNothingAlive();

const stream = new RandomStream(1, 'augmentation', 0);
const upTo = (n: number) => [...Array(n).keys()];

/** What becomes of as many copies of an image; each is another example. */
function augment(list: AugmentationInput[], image: Tensor, copies: number): number[][] {
  return tidy(() => {
    const many = image.expand([copies, -1, -1, -1]).contiguous();
    const indices = tensor(BigInt64Array.from(upTo(copies), BigInt));
    const numbers = createAugmentation(list).apply(many, stream, indices).toNumbers();
    const size = numbers.length / copies;
    return upTo(copies).map((i) => numbers.slice(i * size, (i + 1) * size));
  });
}

describe('crop-shift', () => {
  const [height, width, most] = [9, 8, 3];
  /** Each pixel's value says where it was; 0 is the fill. */
  const numbered = () =>
    tensor(
      Float32Array.from(upTo(height * width), (i) => (i + 1) / 128),
      { shape: [1, 1, height, width] },
    );
  /** As the paper's code does it, a step after the other: cut out, pad on all sides, cut to size. */
  const literally = (columns: number, rows: number, [left, top]: number[], [right, down]: number[]) => {
    const at = (row: number, column: number) => {
      const [y, x] = [row + down! - rows, column + right! - columns];
      const inside = y >= 0 && y < height - rows && x >= 0 && x < width - columns;
      return inside ? (y + top!) * width + x + left! + 1 : 0;
    };
    return upTo(height * width).map((i) => at(Math.floor(i / width), i % width));
  };
  const possible = new Set<string>();
  for (let cut = 0; cut <= most; cut += 1) {
    for (let columns = 0; columns <= cut; columns += 1) {
      const rows = cut - columns;
      for (const left of upTo(columns + 1))
        for (const top of upTo(rows + 1))
          for (const right of upTo(columns + 1))
            for (const down of upTo(rows + 1))
              possible.add(literally(columns, rows, [left, top], [right, down]).join());
    }
  }

  test("makes all images that the paper's can make, and no others", () => {
    using image = numbered();
    const made = augment([{ name: 'crop-shift', most }], image, 8000).map((values) =>
      values.map((value) => Math.round(value * 128)).join(),
    );
    const seen = new Set(made);
    expect([...seen].filter((one) => !possible.has(one))).toEqual([]);
    expect([...possible].filter((one) => !seen.has(one))).toEqual([]);
  });

  test('leaves every fourth image whole where none to three rows and columns may go', () => {
    using image = numbered();
    const whole = augment([{ name: 'crop-shift', most }], image, 4000).filter((values) => !values.includes(0));
    // Five standard errors of a share of 1/4.
    expect(Math.abs(whole.length / 4000 - 1 / 4)).toBeLessThan(5 * Math.sqrt(0.1875 / 4000));
  });

  test('that takes away more than there is leaves the fill', () => {
    using image = numbered();
    const made = augment([{ name: 'crop-shift', most: 40, fill: 1 }], image, 200);
    expect(made.some((values) => values.every((value) => value === 1))).toBe(true);
  });
});

describe('colour-shape', () => {
  test.each(Object.entries(COLOUR_SHAPE_POLICIES))('the probabilities of %s add up to 1', (_, policy) => {
    expect(policy.reduce((sum, [, probability]) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  test.each(['colour', 'shape'] as const)(
    'draws each operation as often as %s says, within its strengths',
    (policy) => {
      const counts = new Map<string, number>();
      const amounts = new Map<string, number[]>();
      const originals = { ...OPERATIONS };
      const table = OPERATIONS as Record<string, (typeof OPERATIONS)['turn']>;
      using image = tensor(
        Float32Array.from(upTo(3 * 64), (i) => ((i * 37) % 256) / 255),
        { shape: [1, 3, 8, 8] },
      );
      try {
        for (const [name, operation] of Object.entries(originals)) {
          table[name] = (levels, given, fill) => {
            counts.set(name, (counts.get(name) ?? 0) + given.length);
            amounts.set(name, [...(amounts.get(name) ?? []), ...given]);
            return operation(levels, given, fill);
          };
        }
        augment([{ name: 'colour-shape', policy }], image, 8000);
      } finally {
        Object.assign(table, originals);
      }
      for (const [name, probability, least = 0, most = 0] of COLOUR_SHAPE_POLICIES[policy]) {
        const names = name === 'shear' ? ['slantX', 'slantY'] : [name];
        const drawn = names.map((one) => counts.get(one) ?? 0);
        const share = drawn.reduce((sum, count) => sum + count, 0) / 8000;
        expect(Math.abs(share - probability), name).toBeLessThan(
          5 * Math.sqrt((probability * (1 - probability)) / 8000),
        );
        const given = names.flatMap((one) => amounts.get(one)!);
        const sizes = given.map(name === 'shear' ? (amount) => Math.atan(Math.abs(amount)) : Math.abs);
        expect(Math.min(...sizes), name).toBeGreaterThanOrEqual(least - 1e-7);
        expect(Math.max(...sizes), name).toBeLessThanOrEqual(most + 1e-7);
        if (name === 'turn') expect(new Set(given).size).toBe(2 * most);
        if (name === 'shear') expect(Math.abs(drawn[0]! / (drawn[0]! + drawn[1]!) - 0.5)).toBeLessThan(0.1);
      }
    },
  );
});

describe('idbh', () => {
  test('cifar10-weak erases every other image that cifar10-strong does', () => {
    // Of a white image Cropshift and shapes leave black at the edges; what is black in the middle was erased.
    using image = tensor(new Float32Array(32 * 32).fill(1), { shape: [1, 1, 32, 32] });
    const inside = (i: number) => Math.abs((i % 32) - 15.5) < 4 && Math.abs(Math.floor(i / 32) - 15.5) < 4;
    const [weak, strong] = (['cifar10-weak', 'cifar10-strong'] as const).map(
      (policy) =>
        augment([{ name: 'idbh', policy }], image, 2000).filter((values) =>
          values.some((value, i) => inside(i) && value === 0),
        ).length,
    ) as [number, number];
    expect(strong).toBeGreaterThan(800);
    // Five standard errors of a half.
    expect(Math.abs(weak / strong - 0.5)).toBeLessThan(2.5 / Math.sqrt(strong));
  });

  test('is its four parts one after the other', () => {
    using image = tensor(
      Float32Array.from(upTo(3 * 400), (i) => ((i * 37) % 256) / 255),
      { shape: [1, 3, 20, 20] },
    );
    const parts: AugmentationInput[] = [
      'flip',
      { name: 'crop-shift', most: 8 },
      { name: 'colour-shape', policy: 'shape' },
      { name: 'random-erasing', probability: 1, area: [0.02, 0.5], fill: 0 },
    ];
    // Alone in a list, an augmentation's stream is derived from its name.
    const alone = tidy(() => {
      const many = image.expand([50, -1, -1, -1]).contiguous();
      const indices = tensor(BigInt64Array.from(upTo(50), BigInt));
      return createAugmentation(parts).apply(many, stream.derive('idbh', 0), indices).toNumbers();
    });
    expect(augment([{ name: 'idbh', policy: 'svhn' }], image, 50).flat()).toEqual(alone);
  });

  test('leaves images other than grey and colour to others', () => {
    using image = tensor(new Float32Array(2 * 64), { shape: [1, 2, 8, 8] });
    expect(() => augment(['idbh'], image, 2)).toThrow('expected images of 1 or 3 channels, received 2');
  });
});
