/**
 * The certified error: the share of examples for which bounds do not prove that every image within the budget is
 * classified rightly. No attack within it can do more.
 *
 * @module
 */
import { count, type Split } from '../data/index.js';
import { noGrad, SaddlepointError, tensor, tidy, type Tensor } from '../engine/index.js';
import { certified, crownMargins, imageBox, intervalMargins, type Box } from '../models/index.js';
import { misclassified, type Module } from '../nn/index.js';
import { walkBatches } from './batch-walk.js';
import type { EvaluationOptions } from './evaluate.js';
import { errorRate } from './interval.js';
import type { ErrorRate } from './results.js';

/** Interval bounds; or these, and for what they do not certify CROWN's, from the cheapest to the tightest. */
export const BOUND_METHODS = ['ibp', 'crown'] as const;
export type BoundMethod = (typeof BOUND_METHODS)[number];

export interface CertifiedErrorOptions extends EvaluationOptions {
  readonly method: BoundMethod;
  /** In L-infinity, for images in [0, 1]. */
  readonly epsilon: number;
}

export interface CertifiedErrors {
  readonly clean: ErrorRate;
  readonly certified: ErrorRate;
}

type Margins = (model: Module, images: Box, labels: Tensor) => Tensor;
/** Examples at once: as many as a batch has. */
const EVERY = 1e9;
/** The bounds of a method in order, and for how many examples at once. */
const BOUNDS: Readonly<Record<BoundMethod, readonly (readonly [margins: Margins, examples: number])[]>> = {
  ibp: [[intervalMargins, EVERY]],
  crown: [
    [intervalMargins, EVERY],
    [crownMargins, 16],
    [(model, images, labels) => crownMargins(model, images, labels, { refine: true }), 4],
  ],
};

/**
 * Clean and certified error. Bounds are computed in float64 and hold for the network as float32 computes it, as
 * `models/bounds/interval.ts` says. The network is left in the mode it was in.
 *
 * @throws SaddlepointError ARGUMENT for a network with a layer that the bounds do not know, by its name; INTERRUPTED
 *   after the signal
 */
export async function certifiedError(
  model: Module,
  split: Split,
  options: CertifiedErrorOptions,
): Promise<CertifiedErrors> {
  const { method, epsilon, batchSize = 50, onProgress, signal } = options;
  const total = count(split);
  let [wrong, uncertain] = [0, 0];
  const between = (examples: number) => {
    onProgress?.(examples);
    if (signal?.aborted !== true || examples === total) return;
    throw new SaddlepointError('INTERRUPTED', `the bounds were stopped after ${examples} of ${total} examples`);
  };
  await walkBatches({ model, split, batchSize, between }, ({ images, labels }) => {
    noGrad(() => {
      const errors = misclassified(model.forward(images), labels);
      wrong += errors.sum().item();
      uncertain += uncertified(model, imageBox(images, epsilon, 'float64'), labels, errors, method);
    });
  });
  return { clean: errorRate(wrong, total), certified: errorRate(uncertain, total) };
}

/** How many examples are wrong as they are, or certified by none of the bounds. */
function uncertified(model: Module, box: Box, labels: Tensor, errors: Tensor, method: BoundMethod): number {
  const right = errors.logicalNot().nonzero().squeeze(1).toNumbers();
  const open = BOUNDS[method].reduce((left, [margins, atOnce]) => {
    const still: number[] = [];
    for (let start = 0; start < left.length; start += atOnce) {
      const part = left.slice(start, start + atOnce);
      tidy(() => {
        const rows = tensor(BigInt64Array.from(part, BigInt)).to({ device: labels.device });
        const [lower, upper, classes] = [box.lower, box.upper, labels].map((each) => each.indexSelect(0, rows)) as [
          Tensor,
          Tensor,
          Tensor,
        ];
        const proven = certified(margins(model, { lower, upper }, classes), classes).toNumbers();
        still.push(...part.filter((_, i) => proven[i] === 0));
      });
    }
    return still;
  }, right);
  return errors.sum().item() + open.length;
}
