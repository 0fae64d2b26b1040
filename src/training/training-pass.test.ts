/**
 * However a training pass computes, the logits and the weights' gradients are the same to rounding.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { backward, memory, ops, RandomStream, tensor, tidy, type Tensor } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { classificationLoss, type Module } from '../nn/index.js';
import { forwardToTrain, layoutsFor, TRAINING_LAYOUTS, type TrainingLayout } from './training-pass.js';

const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'resnet18', options: { width: 8, zeroResidual: false } },
  { architecture: 'wide-resnet', options: { depth: 10, widenFactor: 1, width: 8 } },
];
const images = () => new RandomStream('images', 1).uniformTensor([6, 3, 32, 32]);
const labels = () => tensor(new BigInt64Array([0n, 3n, 7n, 9n, 1n, 2n]));

/** Of all weights, one after the other: some of them are zero but for rounding, such as a bias before a batch norm. */
function gradients(model: Module, layout: TrainingLayout): Tensor {
  for (const parameter of model.parameters()) parameter.gradient?.zero_();
  backward(classificationLoss(forwardToTrain(model, images(), layout), labels()));
  return ops.cat(model.parameters().map((parameter) => parameter.gradient!.flatten()));
}

describe.each(NETWORKS.map((description) => [description.architecture, description] as const))(
  '%s',
  (_, description) => {
    test.each(TRAINING_LAYOUTS)('%s has the gradients of LibTorch as it comes', (layout) => {
      using model = createModel(description, 1);
      tidy(() => {
        const expected = gradients(model, 'contiguous');
        const difference = gradients(model, layout).sub(expected);
        expect(difference.norm().item() / expected.norm().item()).toBeLessThan(1e-4);
      });
    });

    test('evaluates with the same bits as before, however it was trained', () => {
      using model = createModel(description, 1);
      using twin = createModel(description, 1);
      tidy(() => {
        forwardToTrain(model, images(), 'winograd');
        forwardToTrain(twin, images(), 'contiguous');
        for (const [name, value] of twin.stateDict()) model.stateDict().get(name)!.detach().copy_(value);
        expect(model.evaluate().forward(images()).equal(twin.evaluate().forward(images()))).toBe(true);
      });
    });
  },
);

test('our own convolutions are offered only to networks that have some', () => {
  using resnet = createModel(NETWORKS[0]!, 1);
  using small = createModel({ architecture: 'small-cnn', options: {} }, 1);
  expect(layoutsFor(resnet)).toContain('winograd');
  expect(layoutsFor(small)).toEqual(['contiguous', 'channels-last']);
});

test('a pass leaves alive the logits alone', () => {
  using model = createModel(NETWORKS[0]!, 1);
  using input = images();
  const { live } = memory();
  const logits = tidy(() => forwardToTrain(model, input, 'winograd').detach());
  expect(memory().live).toBe(live + 1);
  logits.dispose();
});
