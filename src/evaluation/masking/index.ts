/**
 * Does a robust error come from a robust network, or from an attack that cannot see? A few cheap attacks on some
 * images tell.
 *
 * @module
 */
import { ATTACKS, normsOf, THREAT_MODELS, type AttackDescription, type ThreatModelName } from '../../attacks/index.js';
import { requireInteger, requireNumber, SaddlepointError } from '../../engine/index.js';
import { count, type Split } from '../../data/index.js';
import { evaluating, type Module } from '../../nn/index.js';
import { spread } from '../preflight/probe.js';
import {
  blackBoxLoses,
  converged,
  gradientsExist,
  gradientsPointUphill,
  lossesAgree,
  moreStepsHurt,
  transferLoses,
  unboundedWins,
} from './indicators.js';
import { smallStep } from './small-step.js';
import { Subject } from './subject.js';
import { worst, type MaskingMeasurement, type MaskingReport } from './verdict.js';

export { quickLook, type QuickLookOptions } from './quick-look.js';
export { mergeMasking } from './verdict.js';
export type { Indicator, MaskingMeasurement, MaskingReport, Verdict } from './verdict.js';

export interface MaskingOptions {
  readonly norm: ThreatModelName;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  readonly seed: number;
  /** Images looked at, spread evenly over the split; those the network gets right are attacked. Default 100. */
  readonly examples?: number | undefined;
  readonly batchSize?: number | undefined;
  /** Growing numbers of PGD steps. Default 1, 10, 40 and 100. */
  readonly steps?: readonly number[] | undefined;
  /** Queries of the black-box attack. Default 500. */
  readonly queries?: number | undefined;
  /** Another network for the same images, whose adversarial images are tried on this one. */
  readonly surrogate?: Module | undefined;
  /** Called after each of the measurements with its name, how many are done, and of how many. */
  readonly onProgress?: ((measured: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Draws from the ball where there is no black-box attack for the norm. */
const NOISE_DRAWS = 50;

/**
 * Looks for signs of masked gradients. Both networks are left in the mode they were in; no tensor stays alive.
 *
 * @throws SaddlepointError ARGUMENT for options out of range; EVALUATION when the network gets none of the images
 *   right, so that there is nothing to attack; INTERRUPTED after the signal
 */
export async function maskingReport(model: Module, split: Split, options: MaskingOptions): Promise<MaskingReport> {
  const { norm, seed, examples = 100, batchSize = 100, queries = 500, surrogate, onProgress, signal } = options;
  const epsilon = requireNumber('epsilon', options.epsilon, Number.MIN_VALUE);
  requireInteger('examples', examples, 1);
  requireInteger('batchSize', batchSize, 1);
  const numbers = requireSteps(options.steps ?? [1, 10, 40, 100]);
  const most = numbers.at(-1)!;
  const shape = split.images.shape.slice(1);
  const sample = spread(count(split), examples);
  const measurements: MaskingMeasurement[] = [];
  const restore = [model, ...(surrogate === undefined ? [] : [surrogate])].map(evaluating);
  try {
    // Clean, gradients and loss surface; the steps; the margin, the huge budget and the black box; the surrogate.
    const total = 3 + numbers.length + 3 + (surrogate === undefined ? 0 : 1);
    let done = 0;
    const onAttack = (name: string) => onProgress?.(name, (done += 1), total);
    const subject = await Subject.of(model, split, sample, { batchSize, seed, signal, onAttack });
    if (subject.positions.length === 0) {
      throw new SaddlepointError(
        'EVALUATION',
        `expected a network that gets some of ${sample.length} images right, received one that gets all wrong: nothing to attack`,
      );
    }
    const attack = async (name: string, change: Partial<AttackDescription>, restarts = 1, attacked?: Module) => {
      const description: AttackDescription = { name: 'pgd', norm, epsilon, steps: most, ...change };
      const fooled = await subject.fooledBy(name, description, restarts, attacked);
      const number = fooled.filter(Boolean).length;
      measurements.push({
        attack: name,
        epsilon: description.epsilon,
        steps: description.steps,
        restarts,
        fooled: number,
      });
      return fooled;
    };

    const series = [];
    for (const steps of numbers) series.push({ steps, fooled: await attack(`PGD, ${steps} steps`, { steps }) });
    const crossEntropy = series.at(-1)!.fooled;
    const margin = await attack('PGD on the margin', { objective: 'margin' });
    const huge = largeBudget(norm, shape);
    const unbounded = await attack('PGD, huge budget', { epsilon: huge });
    const strongest = crossEntropy.map((fooled, i) => fooled || margin[i]!);
    const square = normsOf(ATTACKS.get('square')).includes(norm);
    const blackBox = square
      ? await attack('Square', { name: 'square', steps: queries })
      : await attack('random noise', { steps: 0 }, NOISE_DRAWS);
    const indicators = [
      gradientsExist(await subject.withoutGradient()),
      gradientsPointUphill(await subject.raisedByStep(norm, smallStep(norm, epsilon, shape))),
      moreStepsHurt(series),
      converged(series),
      unboundedWins(unbounded, huge),
      lossesAgree(crossEntropy, margin),
      blackBoxLoses(
        strongest,
        blackBox,
        square ? `Square with ${queries} queries` : `random noise (${NOISE_DRAWS} draws)`,
      ),
      ...(surrogate === undefined ? [] : [transferLoses(strongest, await attack('transfer', {}, 1, surrogate))]),
    ];
    return {
      verdict: worst(indicators.map(({ verdict }) => verdict)),
      norm,
      epsilon,
      seed,
      examples: subject.positions.length,
      sample: sample.length,
      indicators,
      measurements,
    };
  } finally {
    for (const give of restore) give();
  }
}

/** Half of the largest distance there is, within which every image has the grey one; of what is counted, all. */
function largeBudget(norm: ThreatModelName, shape: readonly number[]): number {
  const { counts, diameter } = THREAT_MODELS.get(norm);
  return counts !== undefined ? diameter(shape) : diameter(shape) / 2;
}

function requireSteps(steps: readonly number[]): readonly number[] {
  steps.forEach((one) => requireInteger('steps', one, 1));
  if (steps.length >= 2 && steps.every((one, i) => i === 0 || one > steps[i - 1]!)) return steps;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected at least two growing numbers of steps, received [${steps.join(', ')}]`,
  );
}
