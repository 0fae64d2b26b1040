/**
 * However a training pass computes, the logits and the weights' gradients are the same to rounding.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { backward, hasBfloat16, memory, ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { classificationLoss, type Module } from '../../nn/index.js';
import { forwardToTrain, TRAINING_BACKENDS, trainingBackendsFor, type TrainingBackend } from './training-pass.js';

const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'resnet18', options: { width: 8, zeroResidual: false } },
  { architecture: 'wide-resnet', options: { depth: 10, widenFactor: 1, width: 8 } },
  {
    architecture: 'wide-resnet',
    options: { depth: 10, widenFactor: 1, width: 8, strideOn: 'first', activation: 'silu', padding: 'end' },
  },
];
const FLOAT32 = TRAINING_BACKENDS.filter((backend) => backend !== 'bfloat16');
const images = () => new RandomStream('images', 1).uniformTensor([6, 3, 32, 32]);
const labels = () => tensor(new BigInt64Array([0n, 3n, 7n, 9n, 1n, 2n]));

/** Of all weights, one after the other: some of them are zero but for rounding, such as a bias before a batch norm. */
function gradients(model: Module, backend: TrainingBackend): Tensor {
  for (const parameter of model.parameters()) parameter.grad?.zero_();
  backward(classificationLoss(forwardToTrain(model, images(), backend), labels()));
  return ops.cat(model.parameters().map((parameter) => parameter.grad!.flatten()));
}

describe.each(NETWORKS.map((description) => [description.architecture, description] as const))(
  '%s',
  (_, description) => {
    test.each(FLOAT32)('%s has the gradients of LibTorch as it comes', (backend) => {
      using model = createModel(description, 1);
      tidy(() => {
        const expected = gradients(model, 'contiguous');
        const difference = gradients(model, backend).sub(expected);
        expect(difference.norm().item() / expected.norm().item()).toBeLessThan(1e-4);
      });
    });

    // Its 8 bits turn the gradient of a deep network visibly: PyTorch's own autocast comes to a cosine of 0.944 for the
    // ResNet-18 of width 8, six images, and of 0.953 with 64.
    test('bfloat16 has nearly the direction of the gradients', () => {
      using model = createModel(description, 1);
      tidy(() => {
        const expected = gradients(model, 'contiguous');
        const found = gradients(model, 'bfloat16');
        const cosine = found.mul(expected).sum().item() / (found.norm().item() * expected.norm().item());
        expect(cosine).toBeGreaterThan(0.9);
        expect(cosine).toBeLessThan(0.9999);
      });
    });

    test('bfloat16 keeps weights, their gradients, running statistics and logits in float32', () => {
      using model = createModel(description, 1);
      tidy(() => {
        const logits = forwardToTrain(model, images(), 'bfloat16');
        backward(classificationLoss(logits, labels()));
        const kept = [logits, ...model.parameters(), ...model.parameters().map((parameter) => parameter.grad!)];
        expect(new Set(kept.map(({ dtype }) => dtype))).toEqual(new Set(['float32']));
        const statistics = [...model.stateDict()].filter(([name]) => /running_(mean|var)$/.test(name));
        expect(statistics.length).toBeGreaterThan(0);
        for (const [name, tensor] of statistics) expect(tensor.dtype, name).toBe('float32');
      });
    });

    test('bfloat16 moves the running statistics as LibTorch does', () => {
      const statistics = (backend: TrainingBackend) => {
        using model = createModel(description, 1);
        tidy(() => forwardToTrain(model, images(), backend));
        const moved = [...model.stateDict()].filter(([name]) => /running_(mean|var)$/.test(name));
        return ops.cat(moved.map(([, values]) => values));
      };
      tidy(() => {
        const expected = statistics('contiguous');
        const off = statistics('bfloat16').sub(expected).norm().item() / expected.norm().item();
        expect(off).toBeGreaterThan(0);
        expect(off).toBeLessThan(5e-3);
      });
    });

    test('evaluates with the same bits as before, however it was trained', () => {
      using model = createModel(description, 1);
      using twin = createModel(description, 1);
      tidy(() => {
        forwardToTrain(model, images(), 'winograd');
        forwardToTrain(twin, images(), 'contiguous');
        for (const [name, value] of twin.stateDict()) model.stateDict().get(name)!.detach().copy_(value);
        expect(model.eval().forward(images()).equal(twin.eval().forward(images()))).toBe(true);
      });
    });
  },
);

test('our own convolutions are offered only to networks that have some', () => {
  using resnet = createModel(NETWORKS[0]!, 1);
  using narrow = createModel({ architecture: 'small-cnn', options: { width: 3 } }, 1);
  expect(trainingBackendsFor(resnet, 'cpu')).toContain('winograd');
  expect(trainingBackendsFor(narrow, 'cpu')).not.toContain('winograd');
});

test('bfloat16 is offered only where the hardware has it', () => {
  using small = createModel({ architecture: 'small-cnn', options: {} }, 1);
  expect(trainingBackendsFor(small, 'cpu').includes('bfloat16')).toBe(hasBfloat16('cpu'));
  expect(trainingBackendsFor(small, 'cuda:0')).toContain('bfloat16');
});

test('a pass leaves alive the logits alone', () => {
  using model = createModel(NETWORKS[0]!, 1);
  using input = images();
  const { live } = memory();
  const logits = tidy(() => forwardToTrain(model, input, 'winograd').detach());
  expect(memory().live).toBe(live + 1);
  logits.dispose();
});
