/**
 * What mixes images and labels: MixUp and CutMix by their formulas, whatever the order of the batch; and random
 * erasing.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { memory, ops, RandomStream, SaddlepointError, tensor, tidy, type Tensor } from '../../engine/index.js';
import { createAugmentation, type AugmentationInput } from './index.js';
import { partnersOf, sharesKept } from './mixture.js';
import { symmetricBetaQuantile } from './symmetric-beta.js';

const stream = new RandomStream(1, 'augmentation', 0);
const CLASSES = 5;
const upTo = (n: number) => [...Array(n).keys()];
const int64 = (values: readonly number[]) => tensor(BigInt64Array.from(values, BigInt));

leavesNothingAlive();

/** Random images, the same for the same indices. */
const imagesOf = (indices: readonly number[]) => new RandomStream('pixels').uniform(int64(indices), [3, 12, 10]);
const labelsOf = (indices: readonly number[]) => int64(indices.map((index) => (3 * index) % CLASSES));

function mix(list: readonly AugmentationInput[], indices: readonly number[], labels = labelsOf(indices)) {
  const batch = { images: imagesOf(indices), labels, classes: CLASSES };
  return createAugmentation(list).mix!(batch, stream, int64(indices));
}
const rows = (values: Tensor) => upTo(values.size(0)).map((i) => values.select(0, i).toNumbers());

describe('partners', () => {
  test('are a permutation in which nobody is alone, the same pairs in any order of the batch', () => {
    const pairs = (indices: readonly number[]) =>
      tidy(
        () =>
          new Map(
            partnersOf(stream, int64(indices))
              .toNumbers()
              .map((p, i) => [indices[i]!, indices[p]!]),
          ),
      );
    const found = pairs(upTo(33));
    expect(new Set(found.values()).size).toBe(33);
    expect([...found].every(([index, partner]) => index !== partner)).toBe(true);
    expect(Object.fromEntries(pairs(upTo(33).reverse()))).toEqual(Object.fromEntries(found));
    expect([...pairs([7])]).toEqual([[7, 7]]);
  });
});

describe('the symmetric Beta distribution', () => {
  // Beta(½, ½) is the arcsine law, Beta(2, 2) has the cumulative 3x² − 2x³, Beta(1, 1) is uniform.
  test.each([0.001, 0.2, 0.5, 0.77, 0.9999])('has the quantiles of its closed forms at %d', (p) => {
    expect(symmetricBetaQuantile(p, 0.5)).toBeCloseTo(Math.sin((Math.PI * p) / 2) ** 2, 12);
    const x = symmetricBetaQuantile(p, 2);
    expect(3 * x ** 2 - 2 * x ** 3).toBeCloseTo(p, 12);
    expect(symmetricBetaQuantile(p, 1)).toBe(p);
  });

  test('is drawn with its mean and variance 1 / (4 (2α + 1)); with a probability, the rest keeps all', () => {
    const shares = tidy(() => sharesKept(stream, ops.arange(4000, { dtype: 'int64' }), 0.3, 1));
    const mean = shares.reduce((sum, share) => sum + share) / 4000;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 4000).toBeCloseTo(1 / 6.4, 2);
    const some = tidy(() => sharesKept(stream, ops.arange(4000, { dtype: 'int64' }), 1, 0.25));
    expect(some.filter((share) => share < 1).length / 4000).toBeCloseTo(0.25, 1);
  });
});

test('mixup: images and labels are the same convex combination', () => {
  const indices = upTo(20);
  tidy(() => {
    const { images, labels } = mix([{ name: 'mixup', alpha: 0.4 }], indices);
    const own = stream.derive('mixup', 0);
    const kept = sharesKept(own, int64(indices), 0.4, 1);
    const partners = partnersOf(own, int64(indices)).toNumbers();
    const [before, after, distributions] = [rows(imagesOf(indices)), rows(images), rows(labels)];
    for (const i of indices) {
      const [share, partner] = [kept[i]!, partners[i]!];
      after[i]!.forEach((value, at) => {
        expect(value).toBeCloseTo(share * before[i]![at]! + (1 - share) * before[partner]![at]!, 5);
      });
      const expected = Array.from({ length: CLASSES }, () => 0);
      expected[(3 * i) % CLASSES]! += share;
      expected[(3 * partner) % CLASSES]! += 1 - share;
      distributions[i]!.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 6));
    }
  });
});

test("cutmix: a rectangle is the partner's, and the label has its share of the area", () => {
  const indices = upTo(40);
  const shares = new Set<number>();
  tidy(() => {
    const { images, labels } = mix([{ name: 'cutmix', probability: 1 }], indices);
    const partners = partnersOf(stream.derive('cutmix', 0), int64(indices)).toNumbers();
    const [before, after, distributions] = [rows(imagesOf(indices)), rows(images), rows(labels)];
    for (const i of indices) {
      const pasted = upTo(120).filter((at) => after[i]![at] !== before[i]![at]);
      const [ys, xs] = [pasted.map((at) => Math.floor(at / 10)), pasted.map((at) => at % 10)];
      const [tall, wide] = [ys, xs].map((list) => Math.max(...list) - Math.min(...list) + 1) as [number, number];
      if (pasted.length > 0) expect(pasted).toHaveLength(tall * wide);
      for (const at of pasted)
        for (const channel of [0, 1, 2])
          expect(after[i]![120 * channel + at]).toBe(before[partners[i]!]![120 * channel + at]);
      const left = 1 - pasted.length / 120;
      const [own, other] = [(3 * i) % CLASSES, (3 * partners[i]!) % CLASSES];
      expect(distributions[i]![own]).toBeCloseTo(own === other ? 1 : left, 6);
      if (own !== other) expect(distributions[i]![other]).toBeCloseTo(1 - left, 6);
      shares.add(pasted.length);
    }
  });
  expect(shares.size).toBeGreaterThan(15);
});

test.each<[AugmentationInput[]]>([[['mixup']], [['cutmix']], [['flip', 'cutmix', 'mixup', 'random-erasing']]])(
  '%j: the order of the batch changes nothing, results alone stay alive, labels sum to 1',
  (list) => {
    tidy(() => {
      const whole = mix(list, upTo(24));
      const reversed = mix(list, upTo(24).reverse());
      expect(rows(reversed.images).reverse()).toEqual(rows(whole.images));
      expect(rows(reversed.labels).reverse()).toEqual(rows(whole.labels));
      for (const sum of whole.labels.sum(1).toNumbers()) expect(sum).toBeCloseTo(1, 5);
      expect(whole.images.ge(0).logicalAnd(whole.images.le(1)).logicalNot().sum().item()).toBe(0);
    });
    using images = tidy(() => imagesOf(upTo(24)));
    using labels = tidy(() => labelsOf(upTo(24)));
    using indices = int64(upTo(24));
    const before = memory().live;
    const result = createAugmentation(list).mix!({ images, labels, classes: CLASSES }, stream, indices);
    expect(memory().live).toBe(before + 2);
    for (const made of [result.images, result.labels]) made.dispose();
  },
);

test('what mixes needs labels and the number of classes', () => {
  const mixup = createAugmentation(['flip', 'mixup']);
  tidy(() => {
    const [images, labels, indices] = [imagesOf([0, 1]), labelsOf([0, 1]), int64([0, 1])];
    expect(() => mixup.apply(images, stream, indices)).toThrow(/expected labels for flip, mixup/);
    expect(() => mixup.mix!({ images, labels, classes: 0 }, stream, indices)).toThrow(SaddlepointError);
  });
  expect(() => createAugmentation([{ name: 'mixup', alpha: 0 }])).toThrow(/augmentation 0.alpha/);
  expect(() => createAugmentation([{ name: 'cutmix', probability: 1.1 }])).toThrow(/augmentation 0.probability/);
});

describe('random-erasing', () => {
  const erase = (options: object, indices: readonly number[]) =>
    rows(
      createAugmentation([{ name: 'random-erasing', ...options }]).apply(
        ops.full([indices.length, 1, 20, 20], -1, { dtype: 'float32' }),
        stream,
        int64(indices),
      ),
    );

  test('fills one rectangle of the area and shape asked for, with noise, in about half of the images', () => {
    tidy(() => {
      const erased = erase({ area: [0.1, 0.2] }, upTo(400)).map((image) => upTo(400).filter((at) => image[at] !== -1));
      expect(erased.filter((pixels) => pixels.length > 0).length / 400).toBeCloseTo(0.5, 1);
      for (const pixels of erased.filter(({ length }) => length > 0)) {
        const [ys, xs] = [pixels.map((at) => Math.floor(at / 20)), pixels.map((at) => at % 20)];
        const [tall, wide] = [ys, xs].map((list) => Math.max(...list) - Math.min(...list) + 1) as [number, number];
        expect(pixels).toHaveLength(tall * wide);
        expect(pixels.length / 400).toBeGreaterThan(0.07); // sides are whole pixels
        expect(pixels.length / 400).toBeLessThan(0.24);
        expect(tall / wide).toBeLessThan(1 / 0.3 + 1);
      }
      const noise = erase({ probability: 1 }, [3])[0]!.filter((value) => value !== -1);
      expect(new Set(noise).size).toBeGreaterThan(noise.length / 2);
    });
  });

  test('fills with a colour; an image changes the same in whatever batch it is', () => {
    tidy(() => {
      const options = { probability: 1, fill: 0.5 };
      const whole = erase(options, upTo(30));
      expect(new Set(whole.flat())).toEqual(new Set([-1, 0.5]));
      expect(erase(options, [17, 4])).toEqual([whole[17], whole[4]]);
      expect(erase({ probability: 0 }, [0])[0]!.every((value) => value === -1)).toBe(true);
    });
    expect(() => createAugmentation([{ name: 'random-erasing', area: [0.4, 0.1] }])).toThrow(/smaller share first/);
  });
});
