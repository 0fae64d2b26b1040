/**
 * Certification of a network: counts are of the noise that was asked for, whatever the batches; a stopped job goes on;
 * what has no certificate is refused.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { disposeSplit, makeSplit, type Split } from '../../data/index.js';
import { silent } from '../../monitoring/index.js';
import { ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { withSmallNetwork } from '../job/job.test-helper.js';
import { selectExamples } from '../job/index.js';
import { certify, normalQuantile, clopperPearsonLowerBound, runCertification } from './index.js';
import { predictSmoothed } from './predict.js';
import { SmoothedClassifier } from './smoothed-classifier.js';

let model: Module;
let split: Split;
let folder: string;
withSmallNetwork((made) => {
  ({ model, split, folder } = made);
}, 12);

/** Class 1 where the first value is above a half: its smoothed classifier is known. */
class HalfSpace extends Module {
  override forward(images: Tensor): Tensor {
    return tidy(() => {
      const value = images
        .reshape([images.size(0), -1])
        .narrow(1, 0, 1)
        .sub(0.5);
      return ops.cat([value.neg(), value], { dim: 1 });
    });
  }
}

/** One image [1, 6, 6] whose first value is this many 255ths. */
const imageOf = (level: number) =>
  makeSplit(
    'test',
    Uint8Array.from({ length: 36 }, (_, i) => (i === 0 ? level : i)),
    Uint8Array.of(1),
    [1, 6, 6],
    2,
  );

describe('the smoothed classifier', () => {
  test('of a half space has the probability and the radius that the normal distribution says', async () => {
    using network = new HalfSpace();
    const image = imageOf(179); // 0.702
    const { certificates } = await certify(network, image, { sigma: 0.25, samples: 20_000 });
    disposeSplit(image);
    const [{ answer, agreeing, radius } = { answer: null, agreeing: 0, radius: 0 }] = certificates;
    expect(answer).toBe(1);
    // The distance to the border over sigma is the quantile; five standard errors of 20,000 samples.
    const probability = 0.7903;
    expect(Math.abs(agreeing / 20_000 - probability)).toBeLessThan(5 * Math.sqrt((0.79 * 0.21) / 20_000));
    expect(radius).toBe(0.25 * normalQuantile(clopperPearsonLowerBound(agreeing, 20_000, 0.001)));
    // No certificate reaches beyond the border.
    expect(radius).toBeLessThan(179 / 255 - 0.5);
  });

  test('at the border abstains', async () => {
    using network = new HalfSpace();
    const image = imageOf(127);
    const { certificates, abstentions } = await certify(network, image, { sigma: 0.25, samples: 400 });
    disposeSplit(image);
    expect(certificates[0]).toMatchObject({ answer: null, radius: 0 });
    expect(abstentions).toBe(1);
  });

  test('sees noise that is not clipped, of the standard deviation asked for', () => {
    class Watching extends HalfSpace {
      readonly seen: number[] = [];
      override forward(images: Tensor): Tensor {
        this.seen.push(...images.toNumbers());
        return super.forward(images);
      }
    }
    using network = new Watching();
    tidy(() => {
      new SmoothedClassifier(network, 2, { sigma: 0.5, seed: 1 }).counts(ops.zeros([1, 6, 6]), 3, 300, 'estimation');
      const noise = new RandomStream(1, 'smoothing')
        .derive('estimation', 3)
        .normal(ops.arange(300, { dtype: 'int64' }), [1, 6, 6]);
      expect(network.seen).toEqual(noise.mul(0.5).toNumbers());
      expect(Math.min(...network.seen)).toBeLessThan(-1);
    });
  });

  test('counts the same whatever the batch size, and others for another image, purpose or seed', () => {
    tidy(() => {
      const image = split.images.select(0, 0).to({ dtype: 'float32' }).div(255);
      const counted = (seed: number, batchSize: number, index = 0, purpose: 'selection' | 'estimation' = 'selection') =>
        new SmoothedClassifier(model, 4, { sigma: 1, seed, batchSize }).counts(image, index, 500, purpose);
      expect(counted(1, 7)).toEqual(counted(1, 500));
      expect(counted(1, 500).reduce((sum, count) => sum + count)).toBe(500);
      expect(counted(2, 500)).not.toEqual(counted(1, 500));
      expect(counted(1, 500, 1)).not.toEqual(counted(1, 500));
      expect(counted(1, 500, 0, 'estimation')).not.toEqual(counted(1, 500));
    });
  });

  test('predicts where one class beats the next by more than chance, and else abstains', () => {
    using network = new HalfSpace();
    tidy(() => {
      const classifier = new SmoothedClassifier(network, 2, { sigma: 0.25, seed: 1 });
      const options = { samples: 400, alpha: 0.001 };
      expect(predictSmoothed(classifier, ops.full([1, 6, 6], 0.8), 0, options)).toBe(1);
      expect(predictSmoothed(classifier, ops.full([1, 6, 6], 0.2), 0, options)).toBe(0);
      expect(predictSmoothed(classifier, ops.full([1, 6, 6], 0.5), 0, options)).toBeNull();
    });
  });
});

describe('the job', () => {
  const options = (changes: object = {}) => ({
    model,
    split,
    dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
    selection: selectExamples(split, 10),
    seed: 5,
    sigma: 0.1,
    samples: 200,
    selectionSamples: 20,
    batchSize: 64,
    folder,
    ...changes,
  });

  /** The result without what depends on the clock. */
  async function finished(changes: object = {}) {
    const { result, finish } = await runCertification(options(changes));
    finish();
    return { ...result, seconds: 0 };
  }

  async function stoppedAfter(images: number): Promise<void> {
    const controller = new AbortController();
    const progress = { ...silent, update: (done: number) => done >= images && controller.abort() };
    await expect(runCertification(options({ progress, signal: controller.signal }))).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  }

  test('stopped twice, goes on where it was and comes to the same bytes; nothing of it stays', async () => {
    const whole = await finished();
    expect(existsSync(folder)).toBe(false);
    await stoppedAfter(3);
    const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    expect(lines.trimEnd().split('\n')).toHaveLength(3);
    await stoppedAfter(6);
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').startsWith(lines)).toBe(true);
    expect(JSON.stringify(await finished())).toBe(JSON.stringify(whole));
  });

  test('is the library function, and says of which images and settings it is', async () => {
    const whole = await finished();
    const { sigma, samples, selectionSamples, seed, selection } = options();
    const same = await certify(model, split, { sigma, samples, selectionSamples, seed, selection, dataset: 'made up' });
    expect({ ...same, seconds: 0 }).toEqual(whole);
    expect(whole).toMatchObject({
      sigma: 0.1,
      samples: 200,
      selectionSamples: 20,
      alpha: 0.001,
      seed: 5,
      examples: 10,
      data: { name: 'made up', selection: 'test[0:10]' },
    });
    expect(whole.certificates.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each([
    ['sigma', { sigma: 0.2 }],
    ['samples', { samples: 300 }],
    ['samples to select by', { selectionSamples: 30 }],
    ['alpha', { alpha: 0.01 }],
    ['seed', { seed: 6 }],
    ['examples', { selection: { positions: [3, 4], name: 'two' } }],
  ])('refuses to go on with another %s', async (_, changes) => {
    await stoppedAfter(2);
    await expect(runCertification(options(changes))).rejects.toMatchObject({ code: 'CHECKPOINT' });
  });

  test('leaves the network in the mode it was in', async () => {
    model.train();
    await finished();
    expect(model.training).toBe(true);
  });
});

describe('what has no certificate is refused', () => {
  test('a network that draws random numbers', async () => {
    class Drawing extends HalfSpace {
      override forward(images: Tensor): Tensor {
        return tidy(() => super.forward(images).add(ops.zeros([images.size(0), 2]).normal_()));
      }
    }
    using network = new Drawing();
    const image = imageOf(179);
    await expect(certify(network, image, { sigma: 0.25 })).rejects.toThrow(/draws random numbers.*one function/);
    disposeSplit(image);
  });

  test('a network that does not answer [N, K]', async () => {
    class Deep extends HalfSpace {
      override forward(images: Tensor): Tensor {
        return tidy(() => super.forward(images).unsqueeze(2));
      }
    }
    using network = new Deep();
    const image = imageOf(179);
    await expect(certify(network, image, { sigma: 0.25 })).rejects.toThrow(/expected logits of shape \[1, classes\]/);
    disposeSplit(image);
  });

  test('a network that does not know what to say outside of [0, 1]', async () => {
    class Root extends HalfSpace {
      override forward(images: Tensor): Tensor {
        return tidy(() => super.forward(images.sqrt()));
      }
    }
    using network = new Root();
    const image = imageOf(10);
    await expect(certify(network, image, { sigma: 0.25 })).rejects.toThrow(/Noise is not clipped/);
    disposeSplit(image);
  });

  test('more images than there are, and an image that is none', async () => {
    await expect(certify(model, split, { sigma: 0.25, examples: 13 })).rejects.toThrow(/at most the 12 examples/);
    const classifier = new SmoothedClassifier(model, 4, { sigma: 1, seed: 1 });
    tidy(() => {
      expect(() => classifier.counts(tensor([1, 2]), 0, 10, 'selection')).toThrow(/expected an image as float32/);
    });
  });
});
