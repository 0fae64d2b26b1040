/**
 * The verifier confirms what is true, and issues nothing where budget or box is broken.
 *
 * @module
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { attackOf, type ThreatModelName } from '../../attacks/index.js';
import { disposeSplit, gatherBatch, makeSplit } from '../../data/index.js';
import { RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { DISTANCES, distanceIn, roundWithin, verify, type AdversarialImages, type VerifyOptions } from './index.js';
import { inLevels } from './eight-bit.js';

const EXAMPLES = 30;
const bytes = Uint8Array.from({ length: EXAMPLES * 9 }, (_, i) => (i * 97 + ((i * i) % 31)) % 256);
/** The class of the brightest of the first three pixels, but for every fifth image. */
const labels = Uint8Array.from({ length: EXAMPLES }, (_, i) => {
  const pixels = [...bytes.subarray(i * 9, i * 9 + 3)];
  return (pixels.indexOf(Math.max(...pixels)) + (i % 5 === 0 ? 1 : 0)) % 3;
});
const split = makeSplit('test', bytes, labels, [1, 3, 3], 3);

class Brightest extends Module {
  override forward(input: Tensor): Tensor {
    return input.flatten({ startDim: 1 }).narrow(1, 0, 3).mul(8);
  }
}
const model = new Brightest();
const positions = Array.from({ length: EXAMPLES }, (_, i) => i);

leavesNothingAlive();
afterAll(() => {
  disposeSplit(split);
});

function attacked(norm: ThreatModelName, epsilon: number): { images: Tensor; fooled: boolean[] } {
  return tidy(() => {
    const batch = gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt)));
    const attack = attackOf({ name: 'pgd', norm, epsilon, steps: 5 });
    const randomness = { stream: new RandomStream(1), indices: batch.indices };
    const { images, success } = attack.run(model, batch.images, batch.labels, randomness);
    return { images, fooled: success.toNumbers().map(Boolean) };
  });
}

/** Verifies and frees the images. */
async function verified(
  images: Tensor,
  options: VerifyOptions,
  more: Partial<AdversarialImages> = {},
  network: Module = model,
) {
  try {
    return await verify(network, split, { adversarial: images, positions, ...more }, options);
  } finally {
    images.dispose();
  }
}

describe.each<[ThreatModelName, number]>([
  ['linf', 40 / 255],
  ['l2', 0.3],
  ['l1', 0.8],
  ['l0', 2],
  ['patch', 2],
  ['frame', 1],
  ['pixels', 3],
])('%s: what an attack leaves', (norm, epsilon) => {
  test('is confirmed, strictly within the budget, at another batch size', async () => {
    const { images, fooled } = attacked(norm, epsilon);
    model.train();
    const result = await verified(images, { norm, epsilon, batchSize: 30 }, { fooled });
    expect(result.errors).toBe(fooled.filter(Boolean).length);
    expect(result.errors).toBeGreaterThan(result.cleanErrors);
    expect(result.robustError).toBe(result.errors / EXAMPLES);
    expect(result.batchSizes).toEqual([30, 15]);
    expect(result.disagreeing).toEqual([]);
    expect(result.largestDistance).toBeGreaterThan(0.5 * epsilon);
    expect(result.largestDistance).toBeLessThanOrEqual(epsilon);
    expect(model.training).toBe(true);
  });

  test('stays within the budget when rounded to 8 bits, and fools no more than before less the lost', async () => {
    const { images } = attacked(norm, epsilon);
    const { errors, rounded } = await verified(images, { norm, epsilon, batchSize: 7 });
    expect(rounded.largestDistance).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
    expect(rounded.errors).toBeGreaterThanOrEqual(errors - rounded.lost);
  });
});

describe('nothing is issued for', () => {
  const options = { norm: 'linf', epsilon: 0.1, batchSize: 10 };
  const broken = (change: (images: Tensor) => Tensor) =>
    verified(
      tidy(() => change(split.images.to({ dtype: 'float32' }).div(255))),
      options,
    );

  test('images one float32 step outside the budget', async () => {
    const up = (images: Tensor) => images.mul(0).add(images.add(0.1 + 1e-7).clamp({ max: 1 }));
    await expect(broken(up)).rejects.toMatchObject({
      code: 'EVALUATION',
      message: expect.stringMatching(
        /no robust error is issued.*image 0 is at linf distance 0\.1.*; and \d+ more/s,
      ) as string,
    });
  });

  test('images outside of [0, 1], and NaN', async () => {
    await expect(broken((images) => images.sub(0.05))).rejects.toThrow(/outside of \[0, 1\]/);
    await expect(broken((images) => images.mul(NaN))).rejects.toThrow(/image 0 has the value NaN/);
  });

  test('answers that are not numbers', async () => {
    class Broken extends Module {
      override forward(input: Tensor): Tensor {
        return input.flatten({ startDim: 1 }).mul(NaN);
      }
    }
    const { images } = attacked('linf', 0.1);
    await expect(verified(images, options, {}, new Broken())).rejects.toThrow(/received NaN for 30 unperturbed images/);
  });

  test('answers that are not numbers under attack only are errors, and named', async () => {
    /** NaN between grey levels. */
    class OnlyBytes extends Brightest {
      override forward(input: Tensor): Tensor {
        return tidy(() => {
          const levels = input.mul(255);
          const off = levels
            .sub(levels.round())
            .abs()
            .flatten({ startDim: 1 })
            .amax({ dim: 1, keepdim: true })
            .gt(1e-2);
          return super.forward(input).maskedFill(off, NaN);
        });
      }
    }
    const images = tidy(() => {
      const clean = split.images.to({ dtype: 'float32' }).div(255);
      const third = tensor(Float32Array.from({ length: EXAMPLES }, (_, i) => (i % 3 === 0 ? 0.3 : 0) / 255));
      return clean.add(third.reshape([EXAMPLES, 1, 1, 1])).clamp({ max: 1 });
    });
    const result = await verified(images, options, {}, new OnlyBytes());
    expect(result.unanswered).toEqual(positions.filter((position) => position % 3 === 0));
    expect(result.errors).toBe(positions.filter((position) => position % 3 === 0 || position % 5 === 0).length);
  });
});

describe('examples whose prediction depends on the batch', () => {
  /** Class 2 alone or in threes, class 1 in larger company, by this lead before class 2. */
  class Sociable extends Module {
    readonly lead: number;

    constructor(lead: number) {
      super();
      this.lead = lead;
    }

    override forward(input: Tensor): Tensor {
      const crowd = input.size(0) > 15 ? 0.5 + this.lead : 0;
      return input
        .flatten({ startDim: 1 })
        .mul(0)
        .narrow(1, 0, 3)
        .add(tensor([[0, crowd, 0.5]]));
    }
  }
  const options = { norm: 'linf', epsilon: 0.1, batchSize: 30 };

  test('by rounding are listed by index, and count as the other batch size says', async () => {
    const { images } = attacked('linf', 0.1);
    const result = await verified(images, options, {}, new Sociable(1e-6));
    // Class 2 in batches of 15, class 1 in one of 30.
    expect(result.errors).toBe(positions.filter((index) => labels[index] !== 2).length);
    expect(result.disagreeing).toEqual(positions.filter((index) => labels[index] !== 0));
  });

  test.each([1e-3, 1])('by more than rounding leave no number: a lead of %f', async (lead) => {
    const { images } = attacked('linf', 0.1);
    await expect(verified(images, options, {}, new Sociable(lead))).rejects.toMatchObject({
      code: 'EVALUATION',
      message: expect.stringMatching(
        /no robust error is issued.* otherwise at another batch size \(indices .*rounding explains none/,
      ) as string,
    });
  });
});

test('a distance that is no number issues no robust error', async () => {
  DISTANCES.add('nowhere', () => Number.NaN);
  const { images, fooled } = attacked('linf', 0.1);
  await expect(verified(images, { norm: 'nowhere', epsilon: 0.1, batchSize: 9 }, { fooled })).rejects.toThrow(
    /no robust error is issued: .*is at nowhere distance NaN/,
  );
});

describe("where the evaluation's own count is another one, there is no number", () => {
  const options = { norm: 'linf', epsilon: 0.1, batchSize: 9 };
  const turned = (flags: readonly boolean[], row: number) => flags.map((flag, i) => (i === row ? !flag : flag));

  test('a claim to have fooled that is not confirmed, and a fooled one that was not claimed', async () => {
    for (const row of [3, 7]) {
      const { images, fooled } = attacked('linf', 0.1);
      await expect(verified(images, options, { fooled: turned(fooled, row) })).rejects.toThrow(
        `1 otherwise under attack (index ${row})`,
      );
    }
  });

  test('a clean error that differs', async () => {
    const { images, fooled } = attacked('linf', 0.1);
    const wrong = positions.map((index) => index % 5 === 0);
    expect((await verified(images, options, { fooled, wrong })).cleanErrors).toBe(6);
    const again = attacked('linf', 0.1);
    await expect(verified(again.images, options, { fooled, wrong: turned(wrong, 2) })).rejects.toThrow(
      '1 otherwise without perturbation, so the clean error differs (7 errors claimed, 6 counted)',
    );
  });

  test('another network than the one that was attacked', async () => {
    class Darkest extends Brightest {
      override forward(input: Tensor): Tensor {
        return super.forward(input).neg();
      }
    }
    const { images, fooled } = attacked('linf', 0.1);
    await expect(verified(images, options, { fooled }, new Darkest())).rejects.toThrow(/normalisation or data others/);
  });
});

test.each([
  ['another shape', { adversarial: () => tensor([[1]]) }, /expected adversarial images as float32 \[30, 1, 3, 3\]/],
  ['a position twice', { positions: positions.map(() => 0) }, /none twice/],
  [
    'a position outside',
    { positions: positions.map((i) => i + 1) },
    /expected a position to be a whole number from 0 to 29/,
  ],
  ['too few flags', { fooled: [true] }, /expected 30 flags, one an image, received 1/],
  ['an unknown norm', { norm: 'l3' }, /expected a norm out of linf, l2, l1, l0, patch, frame.*, received "l3"/],
])(
  'bad input: %s',
  async (
    _,
    {
      adversarial,
      norm,
      ...more
    }: { adversarial?: () => Tensor; norm?: string; positions?: number[]; fooled?: boolean[] },
    message,
  ) => {
    const images = adversarial?.() ?? attacked('linf', 0.1).images;
    await expect(verified(images, { norm: norm ?? 'linf', epsilon: 0.1, batchSize: 10 }, more)).rejects.toThrow(
      message,
    );
  },
);

test('rounding: to the nearest level where allowed, and never out of the budget, for any image', () => {
  const linf = distanceIn('linf', [1, 1, 2]);
  const two = Uint8Array.of(100, 100);
  const at = (...levels: number[]) => Float32Array.from(levels, (level) => level / 255);
  expect([...roundWithin(two, at(103.6, 96.2), linf, 8 / 255)]).toEqual([104, 96]);
  expect([...roundWithin(two, at(107.99, 92.01), linf, 8 / 255)]).toEqual([108, 92]);
  expect([...roundWithin(two, at(103.6, 96.2), linf, 3.7 / 255)]).toEqual([103, 97]);
  // In L2 only as many values as necessary are turned back, the one nearest to the half first.
  expect([...roundWithin(two, at(103.9, 103.6), distanceIn('l2', [1, 1, 2]), 5.4 / 255)]).toEqual([104, 103]);
  const entry = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.double({ min: -1, max: 1, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('linf', 'l2', 'l1', 'l0'),
      (entries, norm) => {
        const original = Uint8Array.from(entries, ([byte]) => byte);
        const image = Float32Array.from(entries, ([byte, change]) => Math.min(1, Math.max(0, byte / 255 + change)));
        const distance = distanceIn(norm, [1, 1, entries.length]);
        const epsilon =
          distance(Float64Array.from(image, (value, i) => value - original[i]! / 255)) * (1 + 1e-6) + 1e-6;
        const rounded = roundWithin(original, image, distance, epsilon);
        expect(distance(inLevels(original, rounded))).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
        rounded.forEach((byte, i) => {
          expect(Math.abs(byte - image[i]! * 255)).toBeLessThanOrEqual(1);
        });
      },
    ),
  );
});

test('a patch, a frame and pixels are measured at any size of image', () => {
  const shape = [3, 224, 224];
  const all = new Float64Array(3 * 224 * 224).fill(1);
  expect(distanceIn('patch', shape)(all)).toBe(224);
  expect(distanceIn('frame', shape)(all)).toBe(112);
  const few = new Float64Array(3 * 224 * 224);
  few[224 * 10 + 20] = 0.1; // row 10, column 20
  few[224 * 224 + 224 * 12 + 27] = -0.1; // row 12, column 27
  expect(distanceIn('patch', shape)(few)).toBe(8);
  expect(distanceIn('frame', shape)(few)).toBe(13);
  expect(distanceIn('pixels', shape)(all)).toBe(224 * 224);
  expect(distanceIn('pixels', shape)(few)).toBe(2);
  few[224 * 224 + 224 * 10 + 20] = 0.3; // another channel of the first
  expect(distanceIn('pixels', shape)(few)).toBe(2);
  expect(distanceIn('patch', shape)(new Float64Array(3 * 224 * 224))).toBe(0);
  expect(distanceIn('frame', shape)(new Float64Array(3 * 224 * 224))).toBe(0);
});

test('of a union the distance is the least, relative to the budgets', () => {
  const distance = distanceIn('linf:0.1+l2:0.15', [1, 2, 2]);
  expect(distance(Float64Array.of(0.1, -0.1, 0.1, 0.1))).toBeCloseTo(1, 9);
  expect(distance(Float64Array.of(0, 0.15, 0, 0))).toBeCloseTo(1, 9);
  expect(distance(Float64Array.of(0.2, 0.2, 0, 0))).toBeCloseTo(Math.hypot(0.2, 0.2) / 0.15, 9);
  expect(() => distanceIn('linf:0.1+nowhere:2', [1, 2, 2])).toThrow(/expected a norm/);
});
