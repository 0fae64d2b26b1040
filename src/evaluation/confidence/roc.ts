/**
 * Receiver operating characteristic: how well a score separates positives from negatives.
 *
 * @module
 */

export interface RocCurve {
  /** Descending; the first is infinity, which accepts nothing. */
  readonly thresholds: readonly number[];
  /** Share of the negatives with a score of at least the threshold. */
  readonly fpr: readonly number[];
  /** Share of the positives with a score of at least the threshold. */
  readonly tpr: readonly number[];
}

/** One point for each distinct score, from accepting nothing to accepting all; NaN rates where a class is empty. */
export function rocCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): RocCurve {
  const scored = [
    ...Array.from(positives, (score) => ({ score, positive: true })),
    ...Array.from(negatives, (score) => ({ score, positive: false })),
  ].sort((a, b) => b.score - a.score);
  const curve = { thresholds: [Infinity], fpr: [0 / negatives.length], tpr: [0 / positives.length] };
  let [accepted, mistaken] = [0, 0];
  scored.forEach(({ score, positive }, i) => {
    if (positive) accepted += 1;
    else mistaken += 1;
    if (scored[i + 1]?.score === score) return;
    curve.thresholds.push(score);
    curve.tpr.push(accepted / positives.length);
    curve.fpr.push(mistaken / negatives.length);
  });
  return curve;
}

/**
 * Area under the curve: the probability that a positive scores higher than a negative, ties counted half (Hanley and
 * McNeil, Radiology 1982). 1 where there is nothing to separate, as Stutz's article has it.
 */
export function areaUnderCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  if (positives.length === 0 || negatives.length === 0) return 1;
  const { fpr, tpr } = rocCurve(positives, negatives);
  return fpr.slice(1).reduce((area, x, i) => area + ((x - fpr[i]!) * (tpr[i + 1]! + tpr[i]!)) / 2, 0);
}
