/**
 * From the images that a network gets wrong to the mean error over corruptions.
 *
 * @module
 */
import { STANDARD_CORRUPTIONS } from '../../data/index.js';
import type { CorruptionErrors, CorruptionResult } from './corruption-result.js';

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** A corruption at one severity. */
export interface MeasuredSeverity {
  readonly name: string;
  /** SHA-256 of the images. */
  readonly images: string;
  /** Positions of the images that are misclassified. */
  readonly wrong: readonly number[];
}

/**
 * The mean over corruptions and severities as RobustBench takes it: every image counts alike, and no corruption is
 * divided by what another network makes of it, as the paper's mCE is. Its interval has images for units: one image
 * under 75 corruptions is one observation.
 *
 * @param measured severities of a corruption in order
 * @param cleanErrors of the same images without corruption
 */
export function summariseCorruptions(
  measured: readonly MeasuredSeverity[],
  examples: number,
  cleanErrors: number,
): Omit<CorruptionResult, 'data'> {
  const names = [...new Set(measured.map(({ name }) => name))];
  const corruptions = names.map((name): CorruptionErrors => {
    const own = measured.filter((one) => one.name === name);
    const standard = STANDARD_CORRUPTIONS.includes(name);
    return { name, standard, errors: own.map(({ wrong }) => wrong.length), images: own.map(({ images }) => images) };
  });
  const missing = STANDARD_CORRUPTIONS.filter((name) => !names.includes(name));
  const counted = measured.filter(({ name }) => STANDARD_CORRUPTIONS.includes(name));
  if (counted.length === 0) {
    return { examples, cleanErrors, corruptions, meanError: null, interval: null, aboveClean: null, missing };
  }
  const timesWrong = new Float64Array(examples);
  for (const { wrong } of counted) for (const position of wrong) timesWrong[position]! += 1;
  const { mean, interval } = meanOf(timesWrong.map((times) => times / counted.length));
  const aboveClean = mean - cleanErrors / examples;
  return { examples, cleanErrors, corruptions, meanError: mean, interval, aboveClean, missing };
}

/** With its 95 % interval, by the normal distribution. */
function meanOf(shares: Float64Array): { mean: number; interval: [number, number] } {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  const half = Z * Math.sqrt(squares / Math.max(1, shares.length - 1) / shares.length);
  return { mean, interval: [Math.max(0, mean - half), Math.min(1, mean + half)] };
}
