/**
 * Classification losses and the error they stand for.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../engine/index.js';

/** What becomes of the losses of the examples. */
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

/**
 * The loss of a classifier: of two classes with a single logit (then without label smoothing of classes), or of K.
 *
 * @param logits float [N, 1] or [N, K]
 * @param labels int64 [N], or float [N, K] with a distribution a row
 */
export function classificationLoss(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  if (labels.ndim === 2) return crossEntropy(classLogits(logits), labels, options);
  if (logits.size(1) === 1) return binaryCrossEntropy(logits, labels, options.reduction);
  return crossEntropy(logits, labels, options);
}

/**
 * Logits of at least two classes, [N, K]: a single logit z becomes (-z/2, z/2), whose softmax is the sigmoid of z.
 *
 * @param logits float [N, 1] or [N, K]
 */
export function classLogits(logits: Tensor): Tensor {
  return logits.size(1) > 1 ? logits : ops.cat([logits.div(-2), logits.div(2)], { dim: 1 });
}

/**
 * How far what one row of logits says is from what another says: KL(softmax(from) ‖ softmax(to)), in nats, with
 * gradient to both.
 *
 * @param from float [N, K]
 * @param to float [N, K]
 * @returns float [N]
 */
export function klDivergence(from: Tensor, to: Tensor): Tensor {
  const [logFrom, logTo] = [from.logSoftmax(1), to.logSoftmax(1)];
  return logFrom.exp().mul(logFrom.sub(logTo)).sum(1);
}

/**
 * The squared distance between the probabilities of two rows of logits, with gradient to both.
 *
 * @param from float [N, K]
 * @param to float [N, K]
 * @returns float [N], in [0, 2]
 */
export function squaredDistance(from: Tensor, to: Tensor): Tensor {
  return to.softmax(1).sub(from.softmax(1)).square().sum(1);
}

/** The predicted class of each example, int64 [N]; a single logit above 0 speaks for class 1. */
export function predictions(logits: Tensor): Tensor {
  return tidy(() =>
    logits.size(1) === 1 ? logits.select(1, 0).gt(0).to({ dtype: 'int64' }) : logits.argmax({ dim: 1 }),
  );
}

/** The probability of each example's predicted class, float [N]. */
export function confidence(logits: Tensor): Tensor {
  return tidy(() => (logits.size(1) === 1 ? logits.select(1, 0).abs().sigmoid() : logits.softmax(1).amax({ dim: 1 })));
}

/**
 * Labels as distributions over the classes: classes become rows of one 1, distributions stay themselves.
 *
 * @param labels int64 [N], or float32 [N, classes]
 * @returns float32 [N, classes]
 */
export function classDistribution(labels: Tensor, classes: number): Tensor {
  return labels.ndim === 2 ? labels : labels.oneHot({ numClasses: classes }).to({ dtype: 'float32' });
}

/**
 * The class of each example: of a distribution the one with the largest share, of equal ones the first.
 *
 * @param labels int64 [N], which are returned themselves, or float [N, K]
 * @returns int64 [N]
 */
export function largestClass(labels: Tensor): Tensor {
  return labels.ndim === 1 ? labels : labels.argmax({ dim: 1 });
}

/**
 * Which examples are misclassified: bool [N]. A NaN logit counts as misclassified.
 *
 * @param labels int64 [N], or float [N, K]: see {@link largestClass}
 */
export function misclassified(logits: Tensor, labels: Tensor): Tensor {
  return tidy(() => predictions(logits).ne(largestClass(labels)).logicalOr(logits.isnan().any(1)));
}
