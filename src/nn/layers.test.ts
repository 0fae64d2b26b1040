import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { grad, memory, noGrad, ops, tensor, tidy } from '../engine/index.js';
import {
  BatchNorm2d,
  binaryCrossEntropy,
  Clamp,
  Conv2d,
  crossEntropy,
  EndPaddedConv2d,
  Flatten,
  GlobalAveragePool,
  Linear,
  MaxPool2d,
  misclassified,
  Normalize,
  ReLU,
  Sequential,
  SiLU,
} from './index.js';

const image = () => ops.arange(32, { dtype: 'float32' }).reshape([1, 2, 4, 4]);

describe('layers', () => {
  test('MaxPool2d takes the largest of each window; windows overlap where the stride says so', () => {
    tidy(() => {
      expect(new MaxPool2d(2).forward(image()).select(1, 0)).toBeAllclose([5, 7, 13, 15]);
      expect(new MaxPool2d(3, 1).forward(image()).select(1, 0)).toBeAllclose([10, 11, 14, 15]);
    });
  });

  test('what pads a MaxPool2d is never the largest', () => {
    tidy(() => {
      const below = image().sub(100);
      expect(new MaxPool2d(3, 2, 1).forward(below).select(1, 0)).toBeAllclose([5, 7, 13, 15].map((x) => x - 100));
    });
  });

  test('SiLU is x times its sigmoid, with its gradient', () => {
    tidy(() => {
      const x = tensor([-2, 0, 3]);
      x.requiresGrad = true;
      const output = new SiLU().forward(x);
      expect(output).toBeAllclose([-0.23840584, 0, 2.8577224]);
      expect(grad(output.sum(), [x])[0]!).toBeAllclose([-0.09078425, 0.5, 1.0881041]);
    });
  });

  test('EndPaddedConv2d has its zeros at the right and at the bottom: a map of 4 × 4 becomes one of 2 × 2', () => {
    tidy(() => {
      const layer = new EndPaddedConv2d(2, 1, { kernelSize: 3, stride: 2, bias: false });
      noGrad(() => layer.weight.fill_(1));
      // Sums of both channels over the windows that begin at rows and columns 0 and 2.
      expect(layer.forward(image())).toBeAllclose([234, 174, 228, 164]);
      expect(layer.forward(image())).toHaveShape([1, 1, 2, 2]);
    });
  });

  test('GlobalAveragePool and Flatten lead to [N, C]', () => {
    tidy(() => {
      const pooled = new GlobalAveragePool().forward(image());
      expect(pooled).toHaveShape([1, 2, 1, 1]);
      expect(new Flatten().forward(pooled)).toBeAllclose([7.5, 23.5]);
    });
  });

  test('Clamp cuts to [0, 1], with no gradient outside', () => {
    tidy(() => {
      const x = tensor([-0.5, 0.25, 1.5]);
      x.requiresGrad = true;
      const output = new Clamp().forward(x);
      expect(output).toBeAllclose([0, 0.25, 1]);
      expect(grad(output.sum(), [x])[0]!).toBeAllclose([0, 1, 0]);
    });
  });

  test('Normalize works channel by channel and passes the gradient on', () => {
    tidy(() => {
      const x = ops.ones([1, 2, 1, 2]);
      x.requiresGrad = true;
      const output = new Normalize([0.5, 0], [0.25, 2]).forward(x);
      expect(output).toBeAllclose([2, 2, 0.5, 0.5]);
      expect(grad(output.sum(), [x])[0]!).toBeAllclose([4, 4, 0.5, 0.5]);
    });
  });

  test('Conv2d and Linear without a bias have none', () => {
    using conv = new Conv2d(2, 4, { kernelSize: 3, groups: 2, bias: false });
    using linear = new Linear(3, 2, { bias: false });
    expect(conv.weight).toHaveShape([4, 1, 3, 3]);
    expect([...conv.stateDict().keys(), ...linear.stateDict().keys()]).toEqual(['weight', 'weight']);
  });

  test('BatchNorm2d without scale and shift has statistics alone', () => {
    using layer = new BatchNorm2d(2, { affine: false });
    expect([...layer.stateDict().keys()]).toEqual(['running_mean', 'running_var', 'num_batches_tracked']);
    tidy(() => expect(layer.forward(image()).mean([0, 2, 3]).add(1)).toBeAllclose([1, 1]));
  });

  test('Sequential runs its layers in order', () => {
    tidy(() => expect(new Sequential(new ReLU(), new Flatten()).forward(image().sub(30))).toHaveShape([1, 32]));
  });
});

describe('losses', () => {
  const logits = () =>
    tensor([
      [2, 0, 0],
      [0, 3, 0],
    ]);
  const labels = () => tensor([0, 2], { dtype: 'int64' });

  test('crossEntropy is the negative log-likelihood; mean by default', () => {
    tidy(() => {
      const each = [Math.log(Math.exp(2) + 2) - 2, Math.log(Math.exp(3) + 2)];
      expect(crossEntropy(logits(), labels(), { reduction: 'none' })).toBeAllclose(each);
      expect(crossEntropy(logits(), labels())).toBeAllclose((each[0]! + each[1]!) / 2);
      expect(crossEntropy(logits(), labels(), { reduction: 'sum' })).toBeAllclose(each[0]! + each[1]!);
    });
  });

  test('binaryCrossEntropy takes [N] and [N, 1]', () => {
    tidy(() => {
      const sides = tensor([1, 0], { dtype: 'int64' });
      const flat = binaryCrossEntropy(tensor([0.5, -2]), sides, 'none');
      expect(flat).toBeAllclose([Math.log1p(Math.exp(-0.5)), Math.log1p(Math.exp(-2))]);
      expect(binaryCrossEntropy(tensor([[0.5], [-2]]), sides, 'none').equal(flat)).toBe(true);
    });
  });

  test('misclassified compares the largest logit; NaN counts as wrong', () => {
    tidy(() => {
      const scores = tensor([
        [1, 2],
        [3, 1],
        [NaN, 0],
      ]);
      expect(misclassified(scores, tensor([1, 1, 0], { dtype: 'int64' })).toNumbers()).toEqual([0, 1, 1]);
    });
  });

  test('each leaves alive exactly what it returns', () => {
    tidy(() => {
      const [scores, classes, margin] = [logits(), labels(), tensor([1, -1])];
      for (const loss of [
        () => crossEntropy(scores, classes),
        () => binaryCrossEntropy(margin, classes.clamp({ max: 1 })),
        () => misclassified(scores, classes),
      ]) {
        const before = memory().live;
        tidy(loss).dispose();
        expect(memory().live).toBe(before);
      }
      const before = memory().live;
      misclassified(scores, classes);
      binaryCrossEntropy(margin, classes);
      expect(memory().live - before).toBe(2);
    });
  });
});
