/**
 * A walk over the examples of a split, a batch at a time: what every count of errors shares.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { count, gatherBatch, type Batch, type Split } from '../data/index.js';
import { requireInteger, tensor, tidy } from '../engine/index.js';
import { evaluating, type Module } from '../nn/index.js';

export interface BatchWalk {
  readonly model: Module;
  readonly split: Split;
  /** The examples, in this order. Default: all. */
  readonly positions?: readonly number[] | undefined;
  readonly batchSize: number;
  /** Called between two batches, and after the last one, with the examples done so far; may throw to stop. */
  readonly between?: ((examples: number) => void) | undefined;
}

/**
 * Looks at each batch with the network in evaluation mode, in a scope of its own, and lets other work go on between
 * two. The network is left in the mode it was in.
 *
 * @param look at one batch; its tensors are freed afterwards
 */
export async function walkBatches(walk: BatchWalk, look: (batch: Batch) => void): Promise<void> {
  const { model, split, batchSize, between } = walk;
  const { positions = Array.from({ length: count(split) }, (_, position) => position) } = walk;
  requireInteger('batchSize', batchSize, 1);
  for (let start = 0; start < positions.length; start += batchSize) {
    const part = positions.slice(start, start + batchSize);
    // Not across the turns: whoever has the network meanwhile finds it in its own mode.
    const restore = evaluating(model);
    try {
      tidy(() => {
        look(gatherBatch(split, tensor(BigInt64Array.from(part, BigInt))));
      });
    } finally {
      restore();
    }
    await nextTurn();
    between?.(start + part.length);
  }
}
