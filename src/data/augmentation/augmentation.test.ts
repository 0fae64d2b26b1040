/**
 * Augmentation of batches: what each part does, and that an image's change depends on its stream and index alone.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { memory, ops, RandomStream, SaddlepointError, tensor, tidy, type Tensor } from '../../engine/index.js';
import { createAugmentation, type AugmentationInput } from './index.js';
import { OPERATIONS } from './operations/index.js';
import { amountOf, CIFAR10_POLICY } from './policy.js';

const ARTICLE = ['random-crop', 'flip', 'autoaugment', 'cutout'] as const;
const stream = new RandomStream(1, 'augmentation', 0);

type Shape = [number, number, number];

/** Images of random bytes, the same for the same indices. */
function imagesOf(indices: readonly number[], [channels, height, width]: Shape = [3, 12, 10]): Tensor {
  return tidy(() =>
    new RandomStream('pixels')
      .integers(toTensor(indices), [channels, height, width], 256)
      .to({ dtype: 'float32' })
      .div(255),
  );
}
const toTensor = (indices: readonly number[]) => tensor(BigInt64Array.from(indices, BigInt));
const upTo = (n: number) => [...Array(n).keys()];

function augment(
  list: readonly AugmentationInput[],
  indices: readonly number[],
  shape?: Shape,
  from = stream,
): number[][] {
  return tidy(() => {
    const images = imagesOf(indices, shape);
    const result = createAugmentation(list).apply(images, from, toTensor(indices));
    expect([result.shape, result.dtype]).toEqual([images.shape, 'float32']);
    return split(result);
  });
}

function split(batch: Tensor): number[][] {
  const [count = 0] = batch.shape;
  const numbers = batch.toNumbers();
  return upTo(count).map((i) => numbers.slice((i * numbers.length) / count, ((i + 1) * numbers.length) / count));
}

const strongest = { name: 'idbh', policy: 'cifar10-strong' } as const;
const lists: AugmentationInput[][] = [
  ...[...ARTICLE, 'crop-shift', 'colour-shape', 'idbh', strongest].map((one) => [one]),
  [...ARTICLE],
  ['flip', 'flip'],
  [],
];

describe('gaussian-noise', () => {
  const noise = { name: 'gaussian-noise', sigma: 0.5 } as const;

  test('is of its standard deviation, leaves [0, 1], and belongs to the image', () => {
    const images = tidy(() => split(imagesOf(upTo(40), [3, 12, 10])));
    const noisy = augment([noise], upTo(40), [3, 12, 10]);
    const changes = noisy.flatMap((image, i) => image.map((value, j) => value - images[i]![j]!));
    const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    const variance = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / changes.length;
    // Five standard errors of 14,400 numbers.
    expect(Math.abs(mean)).toBeLessThan((5 * 0.5) / 120);
    expect(Math.abs(variance - 0.25)).toBeLessThan((5 * 0.25 * Math.SQRT2) / 120);
    expect(Math.min(...noisy.flat())).toBeLessThan(-0.5);
    expect(augment([noise], [17, 3], [3, 12, 10])).toEqual([noisy[17], noisy[3]]);
  });
});

describe.each(lists.map((list) => ({ list })))('$list', ({ list }) => {
  test('an image changes the same in whatever batch it is', () => {
    const whole = augment(list, upTo(40));
    const order = [17, 3, 39, 0];
    expect(augment(list, order)).toEqual(order.map((i) => whole[i]));
    expect(augment(list, [8])).toEqual([whole[8]]);
  });

  test('stays in [0, 1], in whole grey levels but for the fill, and leaves only its result alive', () => {
    using images = imagesOf(upTo(40));
    using indices = toTensor(upTo(40));
    const original = images.toNumbers();
    const before = memory().live;
    const result = createAugmentation(list).apply(images, stream, indices);
    expect(memory().live).toBe(before + 1);
    expect(result.toNumbers().every((value) => value >= 0 && value <= 1)).toBe(true);
    result.dispose();
    expect(images.toNumbers()).toEqual(original);
  });

  test('another epoch changes images otherwise', () => {
    const other = augment(list, upTo(40), undefined, new RandomStream(1, 'augmentation', 1));
    if (list.length > 0) expect(other).not.toEqual(augment(list, upTo(40)));
  });
});

test('each augmentation draws for itself: adding one before does not change what the others do', () => {
  const crop = { name: 'random-crop', padding: 0 } as const;
  expect(augment([crop, 'flip'], upTo(20))).toEqual(augment(['flip'], upTo(20)));
});

describe('random-crop', () => {
  test('moves the image by up to the padding, all ways equally often, and fills the rest', () => {
    const seen = new Set<string>();
    tidy(() => {
      // The pixel's value says where it was; 0 is the fill.
      const image = tensor(
        Float32Array.from(upTo(36), (i) => (i + 1) / 64),
        { shape: [1, 1, 6, 6] },
      ).expand([400, -1, -1, -1]);
      const crop = createAugmentation([{ name: 'random-crop', padding: 2, fill: 0 }]);
      for (const values of split(crop.apply(image, stream, toTensor(upTo(400))))) {
        const at = (row: number, column: number) => Math.round(values[row * 6 + column]! * 64) - 1;
        const centre = at(3, 3); // it comes from rows and columns 1 to 5
        const [down, right] = [Math.floor(centre / 6) - 3, (centre % 6) - 3];
        seen.add(`${down},${right}`);
        for (let row = 0; row < 6; row += 1) {
          for (let column = 0; column < 6; column += 1) {
            const [y, x] = [row + down, column + right];
            expect(at(row, column)).toBe(y >= 0 && y < 6 && x >= 0 && x < 6 ? y * 6 + x : -1);
          }
        }
      }
    });
    expect(seen.size).toBe(25);
  });

  test("fills with CIFAR-10's mean in whole levels: 125, 122, 113", () => {
    const corners = augment(['random-crop'], upTo(200)).map((image) => [0, 120, 240].map((i) => image[i]! * 255));
    expect(corners.map((corner) => corner.map((level) => Math.round(level)))).toContainEqual([125, 122, 113]);
  });
});

test('flip mirrors about half of the images and leaves the others', () => {
  const before = split(imagesOf(upTo(1000), [1, 2, 3]));
  const mirror = ([a, b, c, d, e, f]: number[]) => [c, b, a, f, e, d];
  const after = augment(['flip'], upTo(1000), [1, 2, 3]);
  const flipped = after.filter((image, i) => image.join() !== before[i]!.join());
  after.forEach((image, i) => expect([before[i], mirror(before[i]!)]).toContainEqual(image));
  expect(flipped.length).toBeGreaterThan(440);
  expect(flipped.length).toBeLessThan(560);
});

describe('cutout', () => {
  test('paints one square of the length, cut at the edges, in every image, in the exact mean', () => {
    const size = 32;
    const sides = new Set<number>();
    const centres = new Set<number>();
    tidy(() => {
      const images = ops.zeros([300, 3, size, size], { dtype: 'float32' });
      for (const image of split(createAugmentation(['cutout']).apply(images, stream, toTensor(upTo(300))))) {
        const painted = upTo(size * size).filter((i) => image[i] !== 0);
        const rows = painted.map((i) => Math.floor(i / size));
        const columns = painted.map((i) => i % size);
        const [height, width] = [rows, columns].map((list) => Math.max(...list) - Math.min(...list) + 1) as [
          number,
          number,
        ];
        expect(painted).toHaveLength(height * width);
        expect([painted[0]!, painted[0]! + 1024, painted[0]! + 2048].map((i) => image[i])).toEqual(
          [0.4913997551666284, 0.48215855929893703, 0.4465309133731618].map(Math.fround),
        );
        sides.add(height).add(width);
        if (width === 16) centres.add(Math.min(...columns) + 8);
      }
    });
    expect([...sides].sort((a, b) => a - b)).toEqual(upTo(9).map((i) => i + 8));
    expect(Math.min(...centres)).toBe(8);
    expect(Math.max(...centres)).toBe(24);
  });
});

describe('autoaugment', () => {
  test('applies the pair that was drawn, first and second by their probabilities, with the sign drawn', () => {
    const indices = upTo(200);
    const after = augment(['autoaugment'], indices);
    const draws = tidy(() => split(stream.derive('autoaugment', 0).uniform(toTensor(indices), [5])));
    tidy(() => {
      const before = split(imagesOf(indices).mul(255).round());
      for (const i of indices) {
        const [pair, first, firstSign, second, secondSign] = draws[i]! as [number, number, number, number, number];
        const steps = CIFAR10_POLICY[Math.floor(pair * 25)]!;
        let levels = tensor(Float32Array.from(before[i]!), { shape: [1, 3, 12, 10] });
        for (const [[name, probability, strength], chance, sign] of [
          [steps[0], first, firstSign],
          [steps[1], second, secondSign],
        ] as const) {
          if (chance < probability)
            levels = OPERATIONS[name](levels, [amountOf(name, strength, sign < 0.5 ? -1 : 1)], [125, 122, 113]);
        }
        expect(after[i]).toEqual(levels.div(255).toNumbers());
      }
    });
  });

  test('the policy has 25 pairs; strengths mean what the article says', () => {
    expect(CIFAR10_POLICY).toHaveLength(25);
    expect(amountOf('posterize', 7, 1)).toBe(5);
    expect(amountOf('solarize', 0, 1)).toBe(256);
    expect(amountOf('rotate', 2, -1)).toBeCloseTo(20 / 3, 12);
    expect(amountOf('shearY', 9, -1)).toBe(-0.3);
    expect(amountOf('translateX', 9, 1)).toBeCloseTo(150 / 331, 12);
    expect(amountOf('colour', 9, -1)).toBeCloseTo(0.1, 12);
    expect(amountOf('sharpness', 9, 1)).toBeCloseTo(1.9, 12);
    expect(amountOf('colour', 0, 1)).toBe(1);
  });
});

describe('refusals', () => {
  const refused = (list: unknown) => () => createAugmentation(list as AugmentationInput[]);
  test.each([
    [
      ['flop'],
      /augmentation 0: expected an augmentation among random-crop, flip, autoaugment, cutout, gaussian-noise, random-erasing, crop-shift, colour-shape, idbh, mixup, cutmix \(did you mean flip\?\)/,
    ],
    [[{ name: 'cutout', lenght: 8 }], /augmentation 0: unknown option `lenght` of cutout \(did you mean length\?\)/],
    [[{ name: 'cutout', length: 0 }], /augmentation 0.length/],
    [[{ name: 'random-crop', padding: 1.5 }], /augmentation 0.padding/],
    [[{ name: 'flip', probability: 2 }], /augmentation 0.probability/],
    [[{ name: 'cutout', fill: 3 }], /augmentation 0.fill/],
    [[7], /augmentation 0: expected an augmentation among/],
    [[null], /augmentation 0: expected an augmentation among/],
    [[{ length: 8 }], /augmentation 0: expected an augmentation among/],
  ])('%j', (list, message) => {
    expect(refused(list)).toThrow(SaddlepointError);
    expect(refused(list)).toThrow(message);
  });

  test('images that are no batch, indices of another number, a fill for other channels', () => {
    tidy(() => {
      const flip = createAugmentation(['flip']);
      expect(() => flip.apply(ops.zeros([3, 4, 4]), stream, toTensor([0, 1, 2]))).toThrow(
        /expected images as float32 \[N, C, H, W\]/,
      );
      expect(() => flip.apply(ops.zeros([3, 1, 4, 4]), stream, toTensor([0]))).toThrow(
        /an index for each of 3 images, received 1/,
      );
      const cutout = createAugmentation(['cutout']);
      expect(() => cutout.apply(ops.zeros([1, 1, 4, 4]), stream, toTensor([0]))).toThrow(
        /set the augmentation's option `fill`/,
      );
      expect(() =>
        createAugmentation([{ name: 'autoaugment', fill: 0.5 }]).apply(ops.zeros([1, 2, 4, 4]), stream, toTensor([0])),
      ).toThrow(/1 or 3 channels/);
    });
  });
});
