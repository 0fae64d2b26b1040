/**
 * Training by bounds: the ramp, the mixture of losses, and that it lowers what it is for.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import { noGrad, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { createModel, crownMargins, imageBox, intervalMargins } from '../../models/index.js';
import { crossEntropy, type Module } from '../../nn/index.js';
import { constant, Sgd } from '../../optim/index.js';
import { TrainingStep } from '../step.js';
import { rampShare } from './certified.js';
import { crownIbp } from './crown-ibp.js';
import { ibp } from './ibp.js';
import { lossInputs } from './loss-inputs.test-helper.js';

leavesNothingAlive();

const OPTIONS = { epsilon: 0.1, rampFrom: 0.25, rampTo: 0.75, kappa: 0.4 };
const description = {
  architecture: 'small-cnn',
  options: { resolution: 8, width: 4, hidden: 16, classes: 4 },
} as const;

test('the ramp grows from 0 to 1 between its ends, and is a step where it has no length', () => {
  expect([0, 0.2, 0.25, 0.5, 0.75, 1].map((progress) => rampShare(progress, OPTIONS))).toEqual([0, 0, 0, 0.5, 1, 1]);
  expect([0.2, 0.25].map((progress) => rampShare(progress, { rampFrom: 0.25, rampTo: 0.25 }))).toEqual([0, 1]);
});

test('a step takes another time from the start of the ramp on, and CROWN-IBP from its end', () => {
  expect(ibp.phases?.(OPTIONS)).toEqual([0.25]);
  expect(crownIbp.phases?.({ ...OPTIONS, beta: 0 })).toEqual([0.25, 0.75]);
});

/** What a method makes of two images at a share of the training. */
function lossAt(
  method: ReturnType<typeof ibp.create>,
  model: Module,
  images: Tensor,
  labels: Tensor,
  progress: number,
) {
  const answer = (part: Tensor) => model.forward(part);
  return method.loss(lossInputs(images, images.narrow(0, 0, 0), labels, answer, { model, progress }));
}

describe('the loss', () => {
  const inScope = (look: (model: Module, images: Tensor, labels: Tensor) => void) => {
    using model = createModel(description, 1);
    tidy(() => {
      look(model, new RandomStream(2).uniformTensor([2, 1, 8, 8]), tensor([1, 3], { dtype: 'int64' }));
    });
  };

  test('before the ramp is the clean one, and nothing is bounded', () =>
    inScope((model, images, labels) => {
      for (const method of [ibp.create(OPTIONS), crownIbp.create({ ...OPTIONS, beta: 0 })]) {
        const { loss, certified } = lossAt(method, model, images, labels, 0.1);
        expect(certified).toBeUndefined();
        expect(loss).toBeAllclose(crossEntropy(model.forward(images), labels).item());
      }
    }));

  test.each([
    [0.5, 0.5],
    [0.9, 1],
  ])('at %f of the training is the mixture at %f of the ramp', (progress, share) =>
    inScope((model, images, labels) => {
      const kappa = 1 - share * 0.6;
      const box = imageBox(images, share * 0.1);
      const interval = intervalMargins(model, box, labels);
      const crown = crownMargins(model, box, labels);
      const clean = crossEntropy(model.forward(images), labels).item();
      const mixed = (margins: Tensor) => kappa * clean + (1 - kappa) * crossEntropy(margins.neg(), labels).item();
      expect(lossAt(ibp.create(OPTIONS), model, images, labels, progress).loss).toBeAllclose(mixed(interval), 1e-5);
      const beta = 1 - share * 0.8;
      const method = crownIbp.create({ ...OPTIONS, beta: 0.2 });
      const both = crown.mul(beta).add(interval, { alpha: 1 - beta });
      expect(lossAt(method, model, images, labels, progress).loss).toBeAllclose(mixed(both), 1e-5);
    }),
  );
});

test.each([
  ['ibp', ibp.create(OPTIONS)],
  ['crown-ibp', crownIbp.create({ ...OPTIONS, beta: 0.5 })],
])('%s raises the margins it bounds', (_, method) => {
  using model = createModel(description, 1);
  using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
  const step = new TrainingStep({ model, method, optimizer, schedule: constant(0.02), seed: 1, steps: 60 });
  tidy(() => {
    const labels = tensor(BigInt64Array.from({ length: 16 }, (__, i) => BigInt(i % 4)));
    const images = new RandomStream(2).uniformTensor([16, 1, 8, 8]);
    const worst = () => noGrad(() => intervalMargins(model, imageBox(images, 0.1), labels).mean().item());
    const before = worst();
    const batch = { images, labels, indices: labels };
    const metrics = Array.from({ length: 60 }, (__, number) => step.run(batch, { step: number, epoch: 0 }));
    expect(worst()).toBeGreaterThan(before);
    expect(metrics[0]).not.toHaveProperty('train/certified_loss');
    expect(metrics.at(-1)!['train/certified_loss']!).toBeLessThan(metrics[46]!['train/certified_loss']!);
    expect(metrics.at(-1)!['train/certified_error']).toBeGreaterThanOrEqual(metrics.at(-1)!['train/error']!);
  });
});
