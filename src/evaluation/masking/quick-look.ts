/**
 * The cheap part of the look for masked gradients, which every evaluation takes: could its attack search at all, and
 * did its own stages contradict each other?
 *
 * @module
 */
import type { Objective, ThreatModelName } from '../../attacks/index.js';
import type { Split } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { spread } from '../preflight/probe.js';
import type { StageResult } from '../results.js';
import { gradientsExist, gradientsPointUphill, searchBeatsGradients } from './indicators.js';
import { smallStep } from './small-step.js';
import { Subject } from './subject.js';
import { worst, type Indicator, type MaskingReport } from './verdict.js';

export interface QuickLookOptions {
  readonly norm: ThreatModelName;
  /** For images in [0, 1]. */
  readonly epsilon: number;
  readonly seed: number;
  /** The evaluated images' positions in the split; some of them are looked at. */
  readonly positions: readonly number[];
  /** What the evaluation's attack maximises. */
  readonly objective: Objective;
  /** Whether the network draws random numbers, so that two looks say nothing of a slope. */
  readonly randomised: boolean;
  /** What the evaluation's stages found, in their order; those that see only answers by name. */
  readonly stages: readonly StageResult[];
  readonly blackBox: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** At most so many images, and at most this share of them where there are more than a few, so that it stays cheap. */
const [MOST, FEW, SHARE] = [100, 20, 0.25] as const;

/**
 * Looks. No tensor stays alive.
 *
 * @returns undefined where the network gets none of the images right: then there was nothing to attack
 */
export async function quickLook(
  model: Module,
  split: Split,
  options: QuickLookOptions,
): Promise<MaskingReport | undefined> {
  const { norm, epsilon, seed, positions, objective, randomised, stages, blackBox, signal } = options;
  const wanted = Math.min(MOST, Math.max(FEW, Math.ceil(SHARE * positions.length)));
  const sample = spread(positions.length, wanted).map((row) => positions[row]!);
  const subject = await Subject.of(model, split, sample, { batchSize: MOST, seed, signal, onAttack: () => undefined });
  if (subject.positions.length === 0) return undefined;
  const indicators: Indicator[] = [gradientsExist(await subject.withoutGradient(objective), objective.name)];
  if (!randomised) {
    const length = smallStep(norm, epsilon, split.images.shape.slice(1));
    indicators.push(gradientsPointUphill(await subject.raisedByStep(norm, length)));
  }
  const contradiction = searchBeatsGradients(stages, blackBox, positions.length);
  if (contradiction !== undefined) indicators.push(contradiction);
  const verdict = worst(indicators.map((indicator) => indicator.verdict));
  const examples = subject.positions.length;
  return {
    verdict,
    norm,
    epsilon,
    seed,
    examples,
    sample: sample.length,
    indicators,
    measurements: [],
  };
}
