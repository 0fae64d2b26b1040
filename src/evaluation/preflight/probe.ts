/**
 * What the checks look at: some images of the split, and what the network in evaluation mode says of them.
 *
 * @module
 */
import { noGrad, ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { count, gatherBatch, type Split } from '../../data/index.js';
import type { Module } from '../../nn/index.js';

/** Images at once, whatever the evaluation's batch size is. */
const AT_ONCE = 64;

/** Some examples and their logits; all tensors belong to the scope in which the probe was made. */
export interface Probe {
  readonly model: Module;
  /** float32 [P, C, H, W] in [0, 1]. */
  readonly images: Tensor;
  /** int64 [P]. */
  readonly labels: Tensor;
  /** Indices in the data set's file, as messages name them. */
  readonly indices: readonly number[];
  /** What the network says, of whatever shape it is. */
  readonly logits: Tensor;
}

/** Positions spread evenly over a split, since many files are sorted by class. */
export function spread(total: number, wanted: number): number[] {
  const taken = Math.min(total, wanted);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * total) / taken));
}

/** Takes up to `examples` images of the split and asks the network, which must be in evaluation mode. */
export function takeProbe(model: Module, split: Split, examples: number): Probe {
  const positions = spread(count(split), examples);
  const { images, labels, indices } = gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt)));
  return { model, images, labels, indices: indices.toNumbers(), logits: logitsOf(model, images) };
}

/** The network's answers, in batches of at most `atOnce`: a new tensor, nothing else stays alive. */
export function logitsOf(model: Module, images: Tensor, atOnce = AT_ONCE): Tensor {
  return tidy(() => {
    const total = images.size(0);
    const parts: Tensor[] = [];
    for (let start = 0; start < total; start += atOnce) {
      parts.push(
        tidy(() =>
          noGrad(() => model.forward(images.slice({ dim: 0, start, end: Math.min(total, start + atOnce) })).detach()),
        ),
      );
    }
    return ops.cat(parts, { dim: 0 });
  });
}
