/**
 * The contract of every optimizer, by the table that recipes read, and their updates beside PyTorch's.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden, unpack } from '../../test/support/golden.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { backward, tensor, tidy } from '../engine/index.js';
import { Parameter } from '../nn/index.js';
import { createOptimizer, OPTIMIZERS, optimizerSchema, type Optimizer } from './index.js';

leavesNothingAlive();

interface OptimizerCase {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly tolerance: number;
  readonly rates: readonly number[];
  readonly initial: readonly PackedTensor[];
  readonly gradients: readonly (readonly PackedTensor[])[];
  readonly after: readonly (readonly PackedTensor[])[];
}

test.each(
  readGolden<OptimizerCase>('optimizers').cases.map(
    (golden) => [golden.name, JSON.stringify(golden.options), golden] as const,
  ),
)(
  '%s with %s takes the steps of PyTorch, or of its paper',
  (name, _, { options, rates, initial, gradients, after, tolerance }) => {
    tidy(() => {
      const parameters = initial.map((packed) => new Parameter(unpack(packed)));
      const named = parameters.map((parameter, index) => [String(index), parameter] as const);
      using optimizer = createOptimizer(named, { name, ...options });
      for (const [step, rate] of rates.entries()) {
        optimizer.zeroGrad();
        // The gradient of sum(parameter * g) is g.
        for (const [index, parameter] of parameters.entries())
          backward(parameter.mul(unpack(gradients[step]![index]!)).sum());
        optimizer.step(rate);
        for (const [index, parameter] of parameters.entries())
          expect(parameter).toBeAllclose(after[step]![index]!, tolerance);
      }
      for (const parameter of parameters) parameter.dispose();
    });
  },
);

/** One step down the gradient of sum(x²). */
function descend(x: Parameter, optimizer: Optimizer): void {
  tidy(() => {
    optimizer.zeroGrad();
    backward(x.square().sum());
    optimizer.step(0.01);
  });
}

describe.each(OPTIMIZERS.names)('%s', (name) => {
  const options = optimizerSchema().parse({ name });
  const make = (x: Parameter, more: object = {}) => createOptimizer([['x', x]], { ...options, ...more });
  const parameter = (...values: number[]) => new Parameter(tensor(values));

  test('goes down the gradient', () => {
    using x = parameter(1, -2);
    using optimizer = make(x);
    for (let step = 0; step < 10; step += 1) descend(x, optimizer);
    x.toNumbers().forEach((value, index) => {
      expect(Math.abs(value)).toBeLessThan([0.95, 1.95][index]!);
    });
  });

  test('goes on from a saved state exactly, and from none anew', () => {
    using x = parameter(1, -2, 3);
    using optimizer = make(x);
    for (let step = 0; step < 3; step += 1) descend(x, optimizer);
    using resumed = parameter(...x.toNumbers());
    using other = make(resumed);
    descend(resumed, other); // which the state replaces
    tidy(() => void resumed.detach().copy_(x.detach()));
    other.loadStateDict(optimizer.stateDict());
    for (let step = 0; step < 3; step += 1) {
      descend(x, optimizer);
      descend(resumed, other);
    }
    expect(resumed.toNumbers()).toEqual(x.toNumbers());
    other.loadStateDict(new Map());
    expect(other.stateDict().size).toBe(0);
  });

  test('refuses the state of another model', () => {
    using x = parameter(1, 2);
    using optimizer = make(x);
    descend(x, optimizer);
    tidy(() => {
      const strange = new Map([['elsewhere', tensor([1, 2])]]);
      expect(() => {
        optimizer.loadStateDict(strange);
      }).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
    });
  });

  test('leaves a parameter without a gradient alone, and one that must not decay undecayed', () => {
    using x = parameter(1);
    using optimizer = make(x, { weightDecay: 0.5, decayVectors: false });
    optimizer.step(0.1);
    expect(x.item()).toBe(1);
    tidy(() => {
      backward(x.mul(0).sum());
    });
    optimizer.step(0.1);
    expect(x.item()).toBe(1);
    optimizer.zeroGrad();
  });

  test('an option that is undefined is left out', () => {
    using x = parameter(1);
    using optimizer = make(x, { weightDecay: undefined });
    descend(x, optimizer);
    expect(x.item()).toBeLessThan(1);
  });

  test('refuses rates and decays that are none', () => {
    using x = parameter(1);
    using optimizer = make(x);
    expect(() => {
      optimizer.step(Number.NaN);
    }).toThrow(/learning rate/);
    expect(() => make(x, { weightDecay: -1 })).toThrow(/weightDecay/);
  });
});

describe('in a recipe', () => {
  test('sgd needs no name; another has options of its own', () => {
    expect(optimizerSchema().parse({})).toEqual({
      momentum: 0.9,
      nesterov: true,
      weightDecay: 0.0005,
      decayVectors: true,
    });
    expect(optimizerSchema().parse({ name: 'lion', weightDecay: 0.1 })).toEqual({
      name: 'lion',
      betas: [0.9, 0.99],
      weightDecay: 0.1,
      decayVectors: true,
    });
  });

  test.each([
    ['an option of another optimizer', { name: 'adam', momentum: 0.9 }],
    ['a name that is none', { name: 'adan' }],
    ['a beta of one', { name: 'lion', betas: [0.9, 1] }],
  ])('refuses %s', (_, written) => {
    expect(optimizerSchema().safeParse(written).success).toBe(false);
  });
});
