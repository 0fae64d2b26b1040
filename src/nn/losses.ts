/**
 * Classification losses and the error they stand for.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../engine/index.js';

export type Reduction = 'none' | 'mean' | 'sum';

// LibTorch's at::Reduction
const REDUCTIONS: Readonly<Record<Reduction, number>> = { none: 0, mean: 1, sum: 2 };

export interface CrossEntropyOptions {
  /** Default mean. */
  reduction?: Reduction;
  /** Share of the target spread evenly over all classes. Default 0. */
  labelSmoothing?: number;
}

/**
 * Cross-entropy of the softmax of `logits`, in nats.
 *
 * @param logits float [N, K]
 * @param labels int64 [N] with values below K, or float [N, K] with a distribution a row
 * @returns a scalar, or [N] with reduction `none`
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { reduction = 'mean', labelSmoothing = 0 } = options;
  return ops.crossEntropyLoss(logits, labels, { reduction: REDUCTIONS[reduction], labelSmoothing });
}

/**
 * Cross-entropy of a single logit's sigmoid, for two classes.
 *
 * @param logits float [N] or [N, 1]: positive speaks for class 1
 * @param labels int64 [N] of 0 and 1
 */
export function binaryCrossEntropy(logits: Tensor, labels: Tensor, reduction: Reduction = 'mean'): Tensor {
  return tidy(() => {
    const flat = logits.reshape([-1]);
    return ops.binaryCrossEntropyWithLogits(flat, labels.to({ dtype: flat.dtype }), {
      reduction: REDUCTIONS[reduction],
    });
  });
}

/** Which examples are misclassified: bool [N]. A NaN logit counts as misclassified. */
export function misclassified(logits: Tensor, labels: Tensor): Tensor {
  return tidy(() => logits.argmax({ dim: 1 }).ne(labels).logicalOr(logits.isnan().any(1)));
}
