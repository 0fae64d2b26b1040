/**
 * What the tests of the checks before an evaluation share: images of four pixels, and networks over them.
 *
 * @module
 */
import { afterEach, beforeEach, expect } from 'vitest';
import { disposeSplit, makeSplit, type Split } from '../../data/index.js';
import { memory, SaddlepointError, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { checkBeforeEvaluation, type Budget, type CheckName, type PreflightReport } from './index.js';

const CLASSES = 4;
export const EXAMPLES = 80;
export const usual: Budget = { norm: 'linf', epsilon: 8 / 255 };

/** Class k has its bright pixel at place k. */
const bytes = Uint8Array.from({ length: EXAMPLES * CLASSES }, (_, i) =>
  Math.floor(i / CLASSES) % CLASSES === i % CLASSES ? 180 + (i % 60) : i % 50,
);
const labels = Uint8Array.from({ length: EXAMPLES }, (_, i) => i % CLASSES);

/** Pixels times 4 are the logits; a subclass does to them what a test is about. */
export class Pixels extends Module {
  override forward(input: Tensor): Tensor {
    return this.change(input.flatten({ startDim: 1 }).mul(4).sub(1));
  }
  protected change(logits: Tensor): Tensor {
    return logits;
  }
}

export const network = (change: (logits: Tensor) => Tensor): Module =>
  new (class extends Pixels {
    protected override change(logits: Tensor): Tensor {
      return change(logits);
    }
  })();

/** The images of the test that runs, made before each and freed after it. */
export let split: Split;
let live = 0;
beforeEach(() => {
  live = memory().live;
  split = makeSplit('test', bytes, labels, [1, 2, 2], CLASSES);
});
afterEach(() => {
  disposeSplit(split);
  expect(memory().live).toBe(live);
});

export const check = (model: Module, more: object = {}, part: Split = split): Promise<PreflightReport> =>
  checkBeforeEvaluation(model, part, { budget: usual, ...more });

export async function stops(promise: Promise<unknown>, name: CheckName, message: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SaddlepointError);
  expect((error as SaddlepointError).code).toBe('EVALUATION');
  expect((error as SaddlepointError).message).toContain(`not evaluated (${name})`);
  expect((error as SaddlepointError).message).toMatch(message);
}

/** The split with other images or labels, which the test's scope frees. */
export const changed = (change: Partial<Split>): Split => ({ ...split, ...change });
