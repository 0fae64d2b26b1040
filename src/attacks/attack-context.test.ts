/**
 * A context's subsets: the same attack on fewer examples, owned as tensors are.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { advance, memory, noGrad, ops, tensor, tidy, type Tensor } from '../engine/index.js';
import { Module } from '../nn/index.js';
import { crossEntropyObjective, l2, targetedDlrObjective, AttackContext, type Objective } from './index.js';
import { randomTarget } from './targets.js';
import { int64, toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();

let live = 0;
let model: Module;
beforeEach(() => {
  live = memory().live;
  model = toyNetwork().eval();
});
afterEach(() => {
  model.dispose();
  expect(memory().live).toBe(live);
});

const objective: Objective = { ...targetedDlrObjective, targets: randomTarget };
const contextOf = (indices: readonly number[]) => {
  const { images, labels, ...randomness } = toyBatch(indices);
  return new AttackContext(model, objective, images, labels, randomness, { penalty: { norm: l2, weight: 0.3 } });
};

describe('subset', () => {
  test('keeps images, labels, indices, targets and penalty aligned', () => {
    tidy(() => {
      const whole = contextOf([4, 8, 15, 16, 23]);
      const part = whole.subset(int64([3, 0]));
      const moved = whole.images.mul(0.9);
      const rows = int64([3, 0]);
      const expected = whole.queryWithGradient(moved);
      const { gradient, value, success } = part.queryWithGradient(moved.indexSelect(0, rows));
      expect(part.randomness.indices.toNumbers()).toEqual([16, 4]);
      expect(part.randomness.stream).toBe(whole.randomness.stream);
      expect(part.labels.toNumbers()).toEqual([3, 0].map((row) => whole.labels.toNumbers()[row]));
      expect(distance(value, expected.value.indexSelect(0, rows))).toBeLessThan(1e-6);
      expect(distance(gradient, expected.gradient.indexSelect(0, rows))).toBeLessThan(1e-6);
      expect(success.equal(expected.success.indexSelect(0, rows))).toBe(true);
    });
  });

  test('is owned by the scope it is made in, holds copies, and outlives the context it comes from', () => {
    tidy(() => {
      const whole = contextOf([1, 2, 3]);
      const before = memory().live;
      const part = tidy(() => whole.subset(int64([0, 2])).subset(int64([1])));
      expect(memory().live - before).toBe(4);
      expect(part.randomness.indices.toNumbers()).toEqual([3]);
      tidy(() => void whole.subset(int64([0])));
      expect(memory().live - before).toBe(4);
      part.dispose();
      part.dispose();
      expect(memory().live).toBe(before);
    });
  });

  test('is carried on by advance, which frees the one before and never the whole batch', () => {
    tidy(() => {
      const whole = contextOf([1, 2, 3, 4]);
      const before = memory().live;
      let state = { context: whole };
      for (const rows of [[0, 1, 3], [0, 2], [1]])
        state = advance(state, ({ context }) => ({ context: context.subset(int64(rows)) }));
      expect(memory().live - before).toBe(4);
      expect(state.context.randomness.indices.toNumbers()).toEqual([4]);
      expect(whole.images.disposed).toBe(false);
    });
  });

  test('of no example at all is empty', () => {
    tidy(() => {
      const part = contextOf([1, 2]).subset(int64([]));
      expect(part.images.shape).toEqual([0, 2, 6, 6]);
    });
  });

  test('leaves nothing alive when a row does not exist', () => {
    tidy(() => {
      const whole = contextOf([1, 2]);
      expect(() => tidy(() => whole.subset(int64([2])))).toThrow();
    });
  });
});

describe('queryExpectation', () => {
  /** The logits of each pass are scaled by the next of the factors. */
  class Changing extends Module {
    passes = 0;
    constructor(readonly factors: readonly number[]) {
      super();
    }
    override forward(input: Tensor): Tensor {
      const factor = this.factors[this.passes++ % this.factors.length]!;
      const first = input.flatten({ startDim: 1 }).sum(1).mul(factor);
      return ops.stack([first, ops.zerosLike(first)], { dim: 1 });
    }
  }
  const look = (factors: readonly number[], samples: number) => {
    const network = new Changing(factors);
    const images = tensor([1], { shape: [1, 1, 1, 1] });
    const { stream } = toyBatch([0]);
    const margin: Objective = { name: 'first', value: (logits) => logits.select(1, 0) };
    const context = new AttackContext(network, margin, images, int64([0]), { stream, indices: int64([0]) });
    const { value, gradient, success } = noGrad(() => context.queryExpectation(images, samples));
    return { value: value.item(), gradient: gradient.item(), success: success.item(), passes: network.passes };
  };

  test('averages value and gradient over the passes, and counts as fooled what the majority gets wrong', () => {
    tidy(() => {
      expect(look([1, 2, -1, 6], 4)).toEqual({ value: 2, gradient: 2, success: 0, passes: 4 });
      // One lucky pass, however far it goes; and half of the passes are no majority.
      expect(look([1, 2, -9, 2], 4)).toEqual({ value: -1, gradient: -1, success: 0, passes: 4 });
      expect(look([1, 2, -9, -2], 4)).toEqual({ value: -2, gradient: -2, success: 0, passes: 4 });
      expect(look([-1, 9, -1, -3], 4)).toEqual({ value: 1, gradient: 1, success: 1, passes: 4 });
    });
  });

  test('of one pass is an ordinary look', () => {
    tidy(() => {
      expect(look([-3], 1)).toEqual({ value: -3, gradient: -3, success: 1, passes: 1 });
    });
  });

  test('leaves alive exactly what it returns', () => {
    tidy(() => {
      const { images, labels, ...randomness } = toyBatch([0, 1]);
      const context = new AttackContext(model, crossEntropyObjective, images, labels, randomness);
      const before = memory().live;
      const seen = context.queryExpectation(images, 3);
      expect(memory().live - before).toBe(Object.keys(seen).length);
    });
  });
});

function distance(a: Tensor, b: Tensor): number {
  return Math.max(...a.sub(b).abs().toNumbers());
}
