import { describe, expect, test } from 'vitest';
import { RandomStream, tidy, type Tensor } from '../engine/index.js';
import {
  BatchNorm2d,
  Conv2d,
  fans,
  Flatten,
  initialize,
  kaimingNormal,
  Linear,
  Sequential,
  torchDefault,
  torchDefaultBias,
  uniform,
  type Initializer,
} from './index.js';

const SHAPE = [64, 32, 3, 3];
const COUNT = 64 * 32 * 9;
const draw = (initializer: Initializer, use: (values: Tensor) => void) =>
  tidy(() => use(initializer(SHAPE, new RandomStream('initialize')).to({ dtype: 'float64' })));

describe('the distributions', () => {
  test.each([
    ['fan-in', Math.sqrt(2 / (32 * 9))],
    ['fan-out', Math.sqrt(2 / (64 * 9))],
  ] as const)('kaimingNormal %s: mean 0, standard deviation %f', (mode, deviation) => {
    draw(kaimingNormal(mode), (values) => {
      expect(values.shape).toEqual(SHAPE);
      expect(Math.abs(values.mean().item())).toBeLessThan((5 * deviation) / Math.sqrt(COUNT));
      // Five standard errors of a standard deviation.
      expect(Math.abs(values.var().sqrt().item() / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * COUNT));
    });
  });

  test.each([
    ['torchDefault', torchDefault, 1 / Math.sqrt(32 * 9)],
    ['torchDefaultBias', torchDefaultBias([10, 25]), 0.2],
    ['uniform', uniform(0.7), 0.7],
  ] as const)('%s fills its bounds evenly', (_, initializer, bound) => {
    draw(initializer, (values) => {
      const largest = values.abs().amax().item();
      expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
      expect(largest).toBeGreaterThan(bound * 0.999);
      expect(Math.abs(values.var().item() / (bound ** 2 / 3) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / COUNT));
    });
  });

  test('fans of a vector are refused', () => {
    expect(() => fans([5])).toThrow(/at least two dimensions, received shape \[5\]/);
  });
});

describe('initialize', () => {
  const state = (model: Sequential) =>
    new Map([...model.stateDict()].map(([name, value]) => [name, value.toNumbers()]));
  const make = (seed: number, ...extra: Conv2d[]) => {
    using model = initialize(
      new Sequential(
        new Conv2d(1, 4, { kernelSize: 3 }),
        new BatchNorm2d(4),
        new Flatten(),
        new Linear(4, 2),
        ...extra,
      ),
      seed,
    );
    return state(model);
  };

  test('the same seed gives the same weights, another seed others', () => {
    expect(make(1)).toEqual(make(1));
    expect(make(2).get('0.weight')).not.toEqual(make(1).get('0.weight'));
  });

  test('a further layer changes no other layer', () => {
    const larger = make(1, new Conv2d(2, 2, { kernelSize: 1 }));
    for (const [name, values] of make(1)) expect(larger.get(name)).toEqual(values);
  });

  test('layers of one shape differ; scales start at one and shifts at zero', () => {
    using model = initialize(new Sequential(new Linear(3, 3), new Linear(3, 3)), 1);
    expect(state(model).get('0.weight')).not.toEqual(state(model).get('1.weight'));
    expect(make(1).get('1.weight')).toEqual([1, 1, 1, 1]);
    expect(make(1).get('1.bias')).toEqual([0, 0, 0, 0]);
  });

  test('weights still want gradients afterwards', () => {
    using model = initialize(new Linear(2, 2), 1);
    expect(model.parameters().map((parameter) => parameter.requiresGrad)).toEqual([true, true]);
  });
});
