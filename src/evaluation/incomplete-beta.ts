/**
 * The regularised incomplete beta function I_x(a, b): the distribution function of the beta distribution, and by it the
 * tails of the binomial one.
 *
 * The continued fraction is that of DLMF 8.17.22, evaluated by the method of Lentz (1976) as modified by Thompson and
 * Barnett (1986); the logarithm of the gamma function is Stirling's series (DLMF 5.11.1).
 *
 * @module
 */

/** Stands for a denominator of 0. */
const TINY = 1e-300;
/** Far more terms than the fraction needs for parameters of up to 1e8: about the root of the larger one. */
const MOST_TERMS = 100_000;

/**
 * I_x(a, b), to about 1e-12.
 *
 * @param x in [0, 1]
 * @param a above 0
 * @param b above 0
 * @returns in [0, 1]
 */
export function regularizedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean; above it the other tail's does.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedIncompleteBeta(1 - x, b, a);
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a);
  return Math.exp(logFactor) / continuedFraction(x, a, b);
}

/** 1 + d₁/(1 + d₂/(1 + …)) with the coefficients of DLMF 8.17.23. */
function continuedFraction(x: number, a: number, b: number): number {
  let [fraction, upper, lower] = [1, 1, 0];
  for (let term = 1; term <= MOST_TERMS; term += 1) {
    const m = Math.floor(term / 2);
    const d =
      term % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    lower = 1 / awayFromZero(1 + d * lower);
    upper = awayFromZero(1 + d / upper);
    const change = upper * lower;
    fraction *= change;
    if (Math.abs(change - 1) < Number.EPSILON) break;
  }
  return fraction;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** The coefficients B₂ₖ / (2k (2k - 1)) of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** From here on that many terms are exact to the last digits. */
const LARGE = 12;

/** The logarithm of the gamma function. @param x above 0 */
function logGamma(x: number): number {
  if (x < LARGE) return logGamma(x + 1) - Math.log(x);
  const series = STIRLING.reduceRight((sum, coefficient) => sum / (x * x) + coefficient, 0) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
