/**
 * Distal adversarial examples: noise of its own, an attack that raises the confidence of any class, and thresholds from
 * images that take part in nothing else.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createAttack } from '../../attacks/index.js';
import { disposeSplit, type Split } from '../../data/index.js';
import { tidy } from '../../engine/index.js';
import { silent } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import { CleanEvaluation } from '../confidence/index.js';
import { withSmallNetwork } from '../job/job.test-helper.js';
import { distalFigures, noiseImages, runDistal, type DistalOptions } from './index.js';

const bytesOf = (noise: Split) => {
  const values = noise.images.toTypedArray() as Uint8Array;
  disposeSplit(noise);
  return [...values];
};

describe('noise', () => {
  const of = (noise: 'uniform' | 'smooth', examples: number, seed = 1, shape = [3, 16, 16]) =>
    bytesOf(noiseImages(noise, examples, shape, 10, seed));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('is uniform over the grey levels', () => {
    const levels = of('uniform', 20);
    expect(mean(levels) / 127.5).toBeCloseTo(1, 1);
    expect(new Set(levels).size).toBe(256);
    // A sixteenth of the levels has a sixteenth of the values.
    expect((16 * levels.filter((level) => level < 16).length) / levels.length).toBeCloseTo(1, 1);
  });

  test.each(['uniform', 'smooth'] as const)('%s: an image depends on the seed and its own number alone', (noise) => {
    expect(of(noise, 5).slice(0, 2 * 768)).toEqual(of(noise, 2));
    expect(of(noise, 2, 2)).not.toEqual(of(noise, 2));
  });

  test('that is smooth has neighbours alike, and contrast', () => {
    const apart = (levels: readonly number[]) =>
      mean(levels.flatMap((level, i) => (i % 16 === 15 ? [] : [Math.abs(level - levels[i + 1]!)])));
    const spread = (levels: readonly number[]) => {
      const middle = mean(levels);
      return Math.sqrt(mean(levels.map((level) => (level - middle) ** 2)));
    };
    const [rough, smooth] = [of('uniform', 10), of('smooth', 10)];
    expect(apart(smooth) / spread(smooth)).toBeLessThan(0.6 * (apart(rough) / spread(rough)));
    expect(spread(smooth)).toBeGreaterThan(20); // a blur alone leaves fewer
  });
});

describe('the figures', () => {
  const sure = (confidence: number, right = true) =>
    right ? [confidence, 1 - confidence] : [1 - confidence, confidence];
  /** 90 test images, confidence 0.6, and 10 that find thresholds, of 0.75 to 0.84. */
  const clean = [
    ...Array.from({ length: 90 }, () => sure(0.6)),
    ...Array.from({ length: 10 }, (_, i) => sure(0.75 + i / 100)),
  ];
  const labels = new Array<number>(100).fill(0);
  const noise = [0.5, 0.5, 0.8, 0.5].map((confidence) => sure(confidence));
  const attacked = [0.7, 0.76, 0.9, 0.55].map((confidence, i) => sure(confidence, i % 2 === 0));

  const figures = (rows: readonly number[][], of = labels) =>
    distalFigures(new CleanEvaluation(rows, of), noise, attacked);

  test('thresholds come from the last tenth alone, rates from the others', () => {
    const { atTpr, ...rest } = figures(clean);
    expect(rest).toMatchObject({ examples: 4, validationExamples: 10, testExamples: 90 });
    const [at95] = atTpr;
    expect(at95).toMatchObject({ tpr: 0.95, threshold: 0.75, testTpr: 0, noiseFpr: 0.25 });
    expect(at95!.fpr).toBe(0.5);
    expect(atTpr.map(({ tpr }) => tpr)).toEqual([0.95, 0.98, 0.99, 0.995]);
    const others = figures([...clean.slice(0, 90).map(() => sure(0.9)), ...clean.slice(90)]);
    expect(others.atTpr.map(({ threshold, fpr }) => [threshold, fpr])).toEqual(
      atTpr.map(({ threshold, fpr }) => [threshold, fpr]),
    );
  });

  test('the ROC has correct test images against attacked noise, whatever class it is said to be', () => {
    // Of the four, one is below 0.6.
    expect(figures(clean).rocAuc).toBeCloseTo(0.25, 12);
    expect(figures(clean).meanConfidence).toBeCloseTo((0.7 + 0.76 + 0.9 + 0.55) / 4, 12);
  });

  test('a wrong test image is no positive', () => {
    const wrong = labels.map((label, i) => (i < 45 ? 1 : label));
    const mixed = clean.map((row, i) => (i < 45 ? sure(0.99) : row));
    expect(figures(mixed, wrong).rocAuc).toBeCloseTo(0.25, 12);
  });
});

describe('the job', () => {
  let model: Module;
  let split: Split;
  let folder: string;
  withSmallNetwork((made) => {
    ({ model, split, folder } = made);
  });
  const options = (changes: Partial<DistalOptions> = {}): DistalOptions => ({
    model,
    split,
    dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
    noise: 'uniform',
    examples: 20,
    attack: { norm: 'linf', epsilon: 0.2, steps: 10 },
    restarts: 2,
    seed: 1,
    batchSize: 7,
    folder,
    ...changes,
  });
  const run = async (changes: Partial<DistalOptions> = {}) => {
    const { result, finish } = await runDistal(options(changes));
    finish();
    return result;
  };

  test('makes the network surer of noise than it was, the more the larger the budget', async () => {
    const [none, little, much] = [
      await run({ attack: { norm: 'linf', epsilon: 0, steps: 1 } }),
      await run({ attack: { norm: 'linf', epsilon: 0.05, steps: 10 } }),
      await run(),
    ];
    expect(none.atTpr.map(({ fpr }) => fpr)).toEqual(none.atTpr.map(({ noiseFpr }) => noiseFpr));
    expect(little.meanConfidence).toBeGreaterThan(none.meanConfidence + 0.01);
    expect(much.meanConfidence).toBeGreaterThan(little.meanConfidence + 0.01);
    expect(much.rocAuc).toBeLessThan(none.rocAuc);
    expect(much).toMatchObject({ noise: 'uniform', norm: 'linf', epsilon: 0.2, steps: 10, restarts: 2, examples: 20 });
    expect(existsSync(folder)).toBe(false);
  });

  test('more restarts never find less confidence', async () => {
    const [fewer, more] = [await run({ restarts: 1 }), await run({ restarts: 3 })];
    expect(more.meanConfidence).toBeGreaterThanOrEqual(fewer.meanConfidence);
  });

  test('the labels of noise change nothing that the attack finds', () => {
    tidy(() => {
      const attack = createAttack({ name: 'pgd', epsilon: 0.2, steps: 5, objective: 'any-confidence' });
      const images = split.images.to({ dtype: 'float32' }).div(255);
      const [first, ...others] = [0, 1, 2, 3].map((label) => {
        const labels = Array.from({ length: images.size(0) }, () => label);
        return attack.run(model, images, labels).images;
      });
      expect(others.every((found) => found.equal(first!))).toBe(true);
    });
  });

  test('goes on where it was stopped, to the same figures', async () => {
    const whole = await run();
    const controller = new AbortController();
    const progress = { ...silent, update: (done: number) => done >= 14 && controller.abort() };
    await expect(runDistal(options({ progress, signal: controller.signal }))).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(existsSync(folder)).toBe(true);
    expect(await run()).toEqual(whole);
  });

  test('smooth noise is other noise', async () => {
    expect((await run({ noise: 'smooth' })).meanConfidence).not.toBe((await run()).meanConfidence);
  });

  test('a threat model that moves pixels has no distal examples', async () => {
    await expect(run({ attack: { norm: 'affine', epsilon: 0.3, steps: 2 } })).rejects.toThrow(
      'an attack that moves pixels',
    );
  });
});
