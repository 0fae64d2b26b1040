/**
 * The quantiles of the symmetric Beta distribution: one uniform number makes one of its numbers, where sampling by
 * rejection takes an unknown number of them.
 *
 * @module
 */

/** Halvings of [0, ½]: further ones change no float64 that is not almost 0. */
const HALVINGS = 60;
/** Where the series has converged to float64. */
const NEGLIGIBLE = 1e-17;

/**
 * The number x with P(X ≤ x) = p for X of Beta(α, α).
 *
 * @param p in [0, 1]
 * @param alpha above 0
 * @returns in [0, 1]
 */
export function symmetricBetaQuantile(p: number, alpha: number): number {
  if (alpha === 1) return p;
  if (p > 0.5) return 1 - symmetricBetaQuantile(1 - p, alpha);
  const half = 2 * unscaled(0.5, alpha); // half of the mass lies below ½
  let [low, high] = [0, 0.5];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (unscaled(middle, alpha) / half < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The incomplete Beta function of x up to ½ but for a factor (Digital Library of Mathematical Functions, 8.17.8). */
function unscaled(x: number, alpha: number): number {
  let [sum, term] = [1, 1];
  for (let n = 0; term > NEGLIGIBLE * sum; n += 1) {
    term *= (x * (2 * alpha + n)) / (alpha + 1 + n);
    sum += term;
  }
  return (x * (1 - x)) ** alpha * sum;
}
