import { describe, expect, test } from 'vitest';
import { backward, memory, tensor, tidy } from '../engine/index.js';
import { Parameter } from '../nn/index.js';
import { Sgd, type SgdOptions } from './index.js';

const parameter = (...values: number[]) => new Parameter(tensor(values));

/** One step down the gradient of sum(x²). */
function descend(x: Parameter, optimizer: Sgd): void {
  tidy(() => {
    optimizer.zeroGrad();
    backward(x.square().sum());
    optimizer.step(0.1);
  });
}

describe('Sgd', () => {
  test('goes down the gradient', () => {
    using x = parameter(1, -2);
    using optimizer = new Sgd([['x', x]]);
    descend(x, optimizer);
    expect(x.toNumbers().map((value) => Number(value.toFixed(6)))).toEqual([0.8, -1.6]);
  });

  test('leaves parameters without a gradient alone, and forgets gradients when told', () => {
    using x = parameter(1);
    using optimizer = new Sgd([['x', x]], { momentum: 0.9, weightDecay: 0.1 });
    optimizer.step(0.1);
    expect(x.item()).toBe(1);
    tidy(() => backward(x.square().sum()));
    optimizer.zeroGrad();
    optimizer.step(0.1);
    expect(x.item()).toBe(1);
  });

  test('a saved state goes on exactly where it was', () => {
    const options: SgdOptions = { momentum: 0.9, nesterov: true, weightDecay: 0.01 };
    using x = parameter(1, -2, 3);
    using optimizer = new Sgd([['x', x]], options);
    for (let step = 0; step < 3; step += 1) descend(x, optimizer);

    using resumed = parameter(...x.toNumbers());
    using other = new Sgd([['x', resumed]], options);
    other.loadStateDict(optimizer.stateDict());
    for (let step = 0; step < 3; step += 1) {
      descend(x, optimizer);
      descend(resumed, other);
    }
    expect(resumed.toNumbers()).toEqual(x.toNumbers());
    expect(other.stateDict().get('x')?.toNumbers()).toEqual(optimizer.stateDict().get('x')?.toNumbers());
  });

  test('has no state before its first step, and loading that starts anew', () => {
    using x = parameter(1);
    using optimizer = new Sgd([['x', x]], { momentum: 0.9 });
    const fresh = optimizer.stateDict();
    expect(fresh.size).toBe(0);
    descend(x, optimizer);
    expect([...optimizer.stateDict().keys()]).toEqual(['x']);
    optimizer.loadStateDict(fresh);
    expect(optimizer.stateDict().size).toBe(0);
  });

  test('a state of another model is refused, and nothing is copied', () => {
    using x = parameter(1, 2);
    using optimizer = new Sgd([['x', x]], { momentum: 0.9 });
    descend(x, optimizer);
    const before = optimizer.stateDict().get('x')?.toNumbers();
    tidy(() => {
      for (const state of [
        new Map([['y', tensor([1, 2])]]),
        new Map([['x', tensor([1])]]),
        new Map([
          ['x', tensor([1, 2])],
          ['y', tensor([1])],
        ]),
      ]) {
        expect(() => optimizer.loadStateDict(state)).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
      }
    });
    expect(optimizer.stateDict().get('x')?.toNumbers()).toEqual(before);
  });

  test('its buffers live until it is disposed, in whatever scope it was made', () => {
    using x = parameter(1);
    const before = memory().live;
    const optimizer = tidy(() => new Sgd([['x', x]], { momentum: 0.5 }));
    expect(memory().live - before).toBe(1);
    optimizer.dispose();
    expect(memory().live).toBe(before);
  });

  const refused: Record<string, SgdOptions> = {
    'a negative momentum': { momentum: -0.1 },
    'a momentum above one': { momentum: 1.1 },
    'a negative weight decay': { weightDecay: -1 },
    'Nesterov without momentum': { nesterov: true },
    'Nesterov with dampening': { nesterov: true, momentum: 0.9, dampening: 0.1 },
    'a momentum that is no number': { momentum: NaN },
  };
  test.each(Object.entries(refused))('%s is refused', (_, options) => {
    expect(() => new Sgd([], options)).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
  });

  test.each([NaN, -0.1, Infinity])('a learning rate of %f is refused', (rate) => {
    using optimizer = new Sgd([]);
    expect(() => optimizer.step(rate)).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
  });
});
