/**
 * What a training step reports, by TensorBoard tag.
 *
 * @module
 */
import { tidy, type Tensor } from '../engine/index.js';
import { classificationLoss, confidence, misclassified } from '../nn/index.js';

export type StepMetrics = Readonly<Record<string, number>>;

/**
 * Mean loss, error and confidence of a batch's logits; tags are `<prefix>loss` and so on.
 *
 * @param logits float [N, K], without gradient
 * @param labels int64 [N], or float [N, K]: of a distribution the class with the largest share is the right one
 */
export function measure(prefix: string, logits: Tensor, labels: Tensor): StepMetrics {
  return tidy(() => ({
    [`${prefix}loss`]: classificationLoss(logits, labels).item(),
    [`${prefix}error`]: misclassified(logits, labels).to({ dtype: 'float32' }).mean().item(),
    [`${prefix}confidence`]: confidence(logits).mean().item(),
  }));
}

/** The mean of several steps' metrics, tag by tag. */
export function meanMetrics(metrics: readonly StepMetrics[]): StepMetrics {
  const sums: Record<string, number> = {};
  for (const one of metrics) for (const [tag, value] of Object.entries(one)) sums[tag] = (sums[tag] ?? 0) + value;
  return Object.fromEntries(Object.entries(sums).map(([tag, sum]) => [tag, sum / metrics.length]));
}

/** The share of the examples not wrong before that are wrong after; both bool [N]. 0 where all were wrong before. */
export function successRate(before: Tensor, after: Tensor): number {
  return tidy(() => {
    const right = before.logicalNot();
    return after.logicalAnd(right).sum().item() / Math.max(1, right.sum().item());
  });
}
