/**
 * What projected gradient descent does, on networks small enough to know the answer.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { ops, RandomStream, tensor, tidy, type Tensor } from '../engine/index.js';
import { misclassified, Module } from '../nn/index.js';
import { attackOf, INITIALIZATIONS, linf, Pgd, type PgdOptions } from './index.js';
import { int64, LinearNetwork, Recorder, toyBatch, toyNetwork } from './toy.test-helper.js';

const pgd = (options: Partial<PgdOptions>) => new Pgd({ norm: linf, epsilon: 0.1, steps: 1, ...options });
const randomness = (count: number) => ({
  stream: new RandomStream('pgd test'),
  indices: int64([...Array(count).keys()]),
});

/** Runs on one image given by its pixels in a row; returns the iterates the network saw and the result. */
function attackPixels(attack: Pgd, network: Module, pixels: readonly number[], label = 0) {
  return tidy(() => {
    const recorder = new Recorder(network);
    const images = tensor(pixels, { shape: [1, 1, 1, pixels.length] });
    const { images: found, value, success } = attack.run(recorder, images, int64([label]), randomness(1));
    return {
      iterates: recorder.calls.map(({ input }) => input),
      found: found.toNumbers(),
      value: value.toNumbers()[0]!,
      success: success.toNumbers(),
    };
  });
}

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
}

describe('the path of the search', () => {
  // Label 0; the loss log(1 + exp(z1 - z0)) with z0 = x0 - 2 x1 and z1 = 0 falls with x0 and rises with x1,
  // so that every step goes by (-1, +1) times its length.
  const rows = [
    [1, -2],
    [0, 0],
  ];

  test('each step goes by the sign of the gradient, and stops at the ball', () => {
    using network = new LinearNetwork(rows);
    const attack = pgd({ epsilon: 0.05, steps: 3, stepSize: 0.03, initialization: INITIALIZATIONS.zero });
    const { iterates, found, value, success } = attackPixels(attack, network, [0.5, 0.5]);
    expect(iterates).toHaveLength(4);
    [
      [0.5, 0.5],
      [0.47, 0.53],
      [0.45, 0.55],
      [0.45, 0.55],
    ].forEach((point, i) => expectClose(iterates[i]!, point));
    expectClose(found, [0.45, 0.55]);
    expect(value).toBeCloseTo(Math.log(1 + Math.exp(0.65)), 6);
    expect(success).toEqual([1]);
  });

  test('and at the box', () => {
    using network = new LinearNetwork(rows);
    const attack = pgd({ epsilon: 0.05, steps: 2, stepSize: 0.03, initialization: INITIALIZATIONS.zero });
    expect(attackPixels(attack, network, [0.01, 0.99]).found).toEqual([0, 1]);
  });

  test('the default step length is 2.5 epsilon / steps', () => {
    expect(pgd({ epsilon: 0.1, steps: 40 }).stepSize).toBeCloseTo(0.00625, 12);
    expect(pgd({ steps: 0 }).stepSize).toBeGreaterThan(0);
  });

  test('steps forward passes with a gradient and one more look at the end', () => {
    using network = new LinearNetwork(rows);
    expect(attackPixels(pgd({ steps: 7 }), network, [0.5, 0.5]).iterates).toHaveLength(8);
  });

  test('a random start lies in the ball, differs from image to image, and the search starts there', () => {
    tidy(() => {
      const network = new LinearNetwork(rows);
      const recorder = new Recorder(network);
      const images = ops.full([500, 1, 1, 2], 0.5);
      pgd({ steps: 1 }).run(recorder, images, ops.zeros([500], { dtype: 'int64' }), randomness(500));
      const start = recorder.calls[0]!.input.map((value) => value - 0.5);
      expect(Math.max(...start.map(Math.abs))).toBeLessThanOrEqual(0.1);
      expect(new Set(start).size).toBeGreaterThan(900);
      // Uniform on ±0.1: mean 0, standard deviation 0.0577.
      expect(Math.abs(start.reduce((sum, value) => sum + value, 0) / 1000)).toBeLessThan(0.01);
      expect(Math.sqrt(start.reduce((sum, value) => sum + value ** 2, 0) / 1000)).toBeCloseTo(0.0577, 2);
      network.dispose();
    });
  });
});

describe('the result', () => {
  test('is the known optimum of a linear network: epsilon against the sign of the weights', () => {
    const weights = [0.3, -1.2, 0.01, 2, -0.5, 0.7, -0.02, 1];
    using network = new LinearNetwork([weights, weights.map((weight) => -weight)]);
    const pixels = weights.map((_, i) => 0.2 + 0.08 * i);
    for (const initialization of Object.values(INITIALIZATIONS)) {
      const attack = pgd({ epsilon: 8 / 255, steps: 10, initialization });
      const worst = pixels.map((pixel, i) => pixel - (8 / 255) * Math.sign(weights[i]!));
      expectClose(attackPixels(attack, network, pixels).found, worst);
      // The other label turns every sign.
      const other = pixels.map((pixel, i) => pixel + (8 / 255) * Math.sign(weights[i]!));
      expectClose(attackPixels(attack, network, pixels, 1).found, other);
    }
  });

  test('best keeps the strongest iterate where the last step overshoots', () => {
    // z0 = 100 (x - 0.55)²: the loss of label 0 is largest at 0.55; steps of 0.04 see 0.5, 0.54, 0.58.
    class Valley extends Module {
      override forward(input: Tensor): Tensor {
        const logit = input.flatten({ startDim: 1 }).sub(0.55).square().mul(100);
        return ops.cat([logit, ops.zerosLike(logit)], { dim: 1 });
      }
    }
    const options = { epsilon: 0.2, steps: 2, stepSize: 0.04, initialization: INITIALIZATIONS.zero };
    expectClose(attackPixels(pgd({ ...options, iterate: 'best' }), new Valley(), [0.5]).found, [0.54]);
    expectClose(attackPixels(pgd({ ...options, iterate: 'last' }), new Valley(), [0.5]).found, [0.58]);
  });

  test('best is never weaker than last: fooled where last fools, and the value at least as large there', () => {
    using network = toyNetwork(3);
    tidy(() => {
      const { images, labels, ...rest } = toyBatch([...Array(64).keys()]);
      const [best, last] = (['best', 'last'] as const).map((iterate) => {
        const { value, success } = pgd({ steps: 5, stepSize: 0.08, iterate }).run(network, images, labels, rest);
        return { value: value.toNumbers(), success: success.toNumbers() };
      }) as [{ value: number[]; success: number[] }, { value: number[]; success: number[] }];
      for (let i = 0; i < 64; i += 1) {
        expect(best.success[i]).toBeGreaterThanOrEqual(last.success[i]!);
        if (best.success[i] === last.success[i]) expect(best.value[i]).toBeGreaterThanOrEqual(last.value[i]! - 1e-6);
      }
    });
  });

  test('raises the loss of a network, and more steps raise it more', () => {
    using network = toyNetwork(2);
    const mean = (steps: number) =>
      tidy(() => {
        const { images, labels, ...rest } = toyBatch([...Array(32).keys()]);
        const attack = attackOf({ name: 'pgd', norm: 'linf', epsilon: 0.1, steps, initialization: 'zero' });
        return attack.run(network, images, labels, rest).value.mean().item();
      });
    const [none, one, ten] = [0, 1, 10].map(mean) as [number, number, number];
    expect(one).toBeGreaterThan(none);
    expect(ten).toBeGreaterThan(one);
  });

  test('a network that answers NaN counts as fooled', () => {
    using network = new LinearNetwork([
      [NaN, NaN],
      [0, 0],
    ]);
    expect(attackPixels(pgd({ steps: 2 }), network, [0.5, 0.5]).success).toEqual([1]);
  });
});

describe('of a network that draws random numbers', () => {
  /** The toy network, whose answers are right in every other pass alone. */
  class Alternating extends Module {
    readonly network = toyNetwork();
    calls = 0;

    override forward(input: Tensor): Tensor {
      this.calls += 1;
      const answer = this.network.forward(input);
      return this.calls % 2 === 0 ? answer : answer.neg();
    }
  }

  test.each(['best', 'last'] as const)('%s: each look averages so many passes', (iterate) => {
    tidy(() => {
      using model = new Alternating();
      const { images, labels, ...own } = toyBatch([...Array(12).keys()]);
      const { images: found, success } = pgd({ steps: 3, samples: 4, iterate }).run(model, images, labels, own);
      expect(model.calls).toBe(4 * (3 + 1));
      // Half of the passes is no majority, unless both answers are wrong.
      const wrong = [0, 1].map(() => misclassified(model.eval().forward(found), labels).toNumbers());
      success.toNumbers().forEach((is, i) => expect(is).toBe(Number(wrong[0]![i] === 1 && wrong[1]![i] === 1)));
    });
  });
});
