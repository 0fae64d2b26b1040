/**
 * The small network: its shapes, its names, and weights that follow from the seed.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { backward, memory, ops, RandomStream, tidy } from '../engine/index.js';
import { createModel, SmallCnn } from './index.js';

leavesNothingAlive();

describe('createModel', () => {
  const make = (seed: number) => createModel({ architecture: 'small-cnn', options: {} }, seed);

  test('maps images to finite logits, one row an image, and frees all else', () => {
    using model = make(1);
    tidy(() => {
      const images = new RandomStream(1).uniformTensor([3, 1, 28, 28]);
      const before = memory().live;
      const logits = model.eval().forward(images);
      expect(memory().live - before).toBe(1);
      expect(logits.shape).toEqual([3, 10]);
      expect(logits.toNumbers().every(Number.isFinite)).toBe(true);
    });
  });

  test('every parameter takes part', () => {
    using model = make(1);
    tidy(() => {
      backward(
        model
          .forward(new RandomStream(1).uniformTensor([8, 1, 28, 28]))
          .square()
          .sum(),
      );
      for (const [name, parameter] of model.namedParameters()) {
        expect(parameter.grad?.abs().sum().item(), name).toBeGreaterThan(0);
      }
    });
  });

  test('the seed decides the weights', () => {
    const values = (seed: number) => {
      using model = make(seed);
      return [...model.stateDict().values()].flatMap((value) => value.toNumbers());
    };
    expect(values(1)).toEqual(values(1));
    expect(values(2)).not.toEqual(values(1));
  });

  test('leaves nothing alive when it is disposed', () => {
    make(1).dispose();
  });
});

describe('SmallCnn', () => {
  test("has PyTorch's names and the size its options say", () => {
    using model = new SmallCnn({ channels: 3, resolution: 8, width: 4, hidden: 16, classes: 5 });
    const shapes = Object.fromEntries([...model.stateDict()].map(([name, { shape }]) => [name, shape.join()]));
    expect(shapes).toEqual({
      'features.0.weight': '4,3,4,4',
      'features.0.bias': '4',
      'features.2.weight': '8,4,4,4',
      'features.2.bias': '8',
      'classifier.1.weight': '16,32',
      'classifier.1.bias': '16',
      'classifier.3.weight': '5,16',
      'classifier.3.bias': '5',
    });
    expect(model.parameterCount()).toBe(196 + 520 + 528 + 85);
    tidy(() => {
      expect(model.forward(ops.zeros([2, 3, 8, 8])).shape).toEqual([2, 5]);
    });
  });
});
