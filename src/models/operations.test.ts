/**
 * The multiply-adds of the article's networks, and of layers that can be counted by hand.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { memory, ops, type Tensor } from '../engine/index.js';
import { Conv2d, Flatten, Linear, Module, Parameter, ReLU, Sequential } from '../nn/index.js';
import { createModel, type ModelDescription } from './index.js';
import { countOperations } from './operations.js';

const ARTICLE: readonly (readonly [ModelDescription, number])[] = [
  [{ architecture: 'resnet18', options: {} }, 555_422_720],
  [{ architecture: 'resnet50', options: {} }, 1_297_829_888],
  [{ architecture: 'simplenet', options: {} }, 631_507_456],
  [{ architecture: 'wrn-28-10', options: {} }, 3_347_587_776],
];

test.each(ARTICLE.map(([description, expected]) => [description.architecture, description, expected] as const))(
  'one image through %s',
  (_, description, expected) => {
    using model = createModel(description, 1);
    expect(countOperations(model, [3, 32, 32]).forward).toBe(expected);
  },
);

test('one image of 224 × 224 through the ResNet-18 of ImageNet', () => {
  using model = createModel({ architecture: 'resnet18', options: { stem: 'imagenet', bias: false, classes: 1000 } }, 1);
  expect(countOperations(model, [3, 224, 224]).forward).toBe(1_814_073_344);
  expect(model.parameterCount()).toBe(11_689_512);
});

test('zeros at the end of maps of even sides are as many multiply-adds as zeros around them', () => {
  const options = { depth: 10, widenFactor: 1, width: 8, strideOn: 'first' } as const;
  using around = createModel({ architecture: 'wide-resnet', options }, 1);
  using end = createModel({ architecture: 'wide-resnet', options: { ...options, padding: 'end' } }, 1);
  expect(countOperations(end, [3, 32, 32])).toEqual(countOperations(around, [3, 32, 32]));
});

describe('layers counted by hand', () => {
  test('a strided convolution, a grouped one and a linear layer', () => {
    using model = new Sequential(
      new Conv2d(2, 4, { kernelSize: 4, stride: 2, padding: 1 }), // [2, 8, 8] to [4, 4, 4]
      new ReLU(),
      new Conv2d(4, 8, { kernelSize: 3, padding: 1, groups: 2 }), // to [8, 4, 4]
      new Flatten(),
      new Linear(128, 10),
    );
    const [first, second, last] = [4 * 16 * 2 * 16, 8 * 16 * 2 * 9, 1280];
    const all = first + second + last;
    expect(countOperations(model, [2, 8, 8])).toEqual({
      forward: all,
      backwardToInput: all,
      // The weights' gradients of every layer, and the maps' of all but the first.
      backwardToWeights: all + second + last,
    });
  });

  test('counting makes no tensor', () => {
    using model = createModel({ architecture: 'preact-resnet18', options: { width: 4 } }, 1);
    const { created } = memory();
    countOperations(model, [3, 32, 32]);
    expect(memory().created).toBe(created);
  });

  test('an unknown layer with parameters is refused rather than left out', () => {
    class Scale extends Module {
      readonly factor = new Parameter(ops.ones([1]));
      override forward(input: Tensor): Tensor {
        return input.mul(this.factor);
      }
    }
    using model = new Sequential(new Scale());
    expect(() => countOperations(model, [1, 4, 4])).toThrow(/multiply-adds are known, received a Scale/);
  });
});
