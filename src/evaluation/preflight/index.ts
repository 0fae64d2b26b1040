/**
 * The checks before an evaluation: what would make its number false stops it, with what to do.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  drawParameters,
  isTransformation,
  THREAT_MODELS,
  type Draw,
  type ThreatModelName,
} from '../../attacks/index.js';
import { RandomStream, requireInteger, SaddlepointError, tidy, tensor, type Tensor } from '../../engine/index.js';
import type { Split } from '../../data/index.js';
import { evaluating, type Module } from '../../nn/index.js';
import { checkEpsilon } from './epsilon.js';
import { CHECKS, type CheckName, type Finding, type PreflightReport } from './finding.js';
import { checkInputs } from './inputs.js';
import { checkLabelOrder, checkLabelRange } from './labels.js';
import { checkFinite, checkLogits, checkShape } from './outputs.js';
import { logitsOf, takeProbe, type Probe } from './probe.js';
import { checkAttackNetwork, checkBatchSize, checkMode, checkRepeatable } from './stability.js';

export { classesWithout } from './labels.js';
export { logitsOf, spread } from './probe.js';
export { percent, relativeDifference } from './stability.js';
export { CHECKS, type CheckName, type Finding, type PreflightReport } from './finding.js';

export interface Budget {
  readonly norm: ThreatModelName;
  /** For images in [0, 1]. */
  readonly epsilon: number;
}

export interface PreflightOptions {
  /** Of the attacks to come; none where there is none. */
  readonly budget?: Budget | undefined;
  /** int64: the labels of the whole split, where `split` is a part of it. Default: the split's. */
  readonly allLabels?: Tensor | undefined;
  /** How many images to look at, spread evenly over the split. Default 256. */
  readonly examples?: number | undefined;
  /** Checks whose stop becomes a note, e.g. `repeatable` for a randomised defence. */
  readonly allow?: readonly CheckName[] | undefined;
  /**
   * By the majority of how many draws of a randomised network the evaluation counts. Default 1: the network draws
   * nothing.
   */
  readonly draws?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The checks that compare two answers, and so are left out for a network that draws random numbers. */
const COMPARISONS: readonly CheckName[] = ['batch-size', 'attack-network'];

/**
 * Looks at some images of a split through the network in evaluation mode, which it leaves as it was.
 *
 * @returns what passed and what should be read beside the numbers; no tensor stays alive
 * @throws SaddlepointError EVALUATION at the first check, in the order of {@link CHECKS}, that finds what would make
 *   the evaluation's number false; INTERRUPTED after the signal
 */
export async function checkBeforeEvaluation(
  model: Module,
  split: Split,
  options: PreflightOptions,
): Promise<PreflightReport> {
  const { budget, allLabels = split.labels, examples = 256, allow = [], draws = 1, signal } = options;
  requireInteger('examples', examples, 1);
  const notes: Finding[] = [];
  const noted = (check: CheckName) => notes.some((found) => found.check === check);
  const take = (finding: Finding | undefined): void => {
    if (finding === undefined) return;
    const { check, severity, message } = finding;
    if (severity === 'stop' && !allow.includes(check)) {
      throw new SaddlepointError('EVALUATION', `not evaluated (${check}): ${message}`);
    }
    notes.push({ check, severity: 'note', message });
  };
  if (budget !== undefined) take(checkEpsilon(budget.norm, budget.epsilon, split.images.shape.slice(1)));
  take(checkInputs(split.images));
  const restore = evaluating(model);
  try {
    const seen = tidy(() => {
      const probe = takeProbe(model, split, examples);
      take(checkShape(probe));
      take(checkLabelRange(allLabels, probe.logits.size(1)));
      take(checkFinite(probe.logits, probe.indices, 'images'));
      take(checkLogits(probe));
      return { ...probe };
    });
    try {
      for (const check of [
        budget === undefined ? () => undefined : checkPerturbed(budget),
        checkMode,
        (probe: Probe) => checkRepeatable(probe, draws),
        // Nothing can be compared with a network that draws random numbers.
        (probe: Probe) => (noted('repeatable') ? undefined : checkBatchSize(probe)),
        (probe: Probe) => (noted('repeatable') ? undefined : checkAttackNetwork(probe)),
        checkLabelOrder,
      ]) {
        await nextTurn();
        if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the checks were stopped');
        take(tidy(() => check(seen)));
      }
    } finally {
      for (const part of [seen.images, seen.labels, seen.logits]) part.dispose();
    }
    const left = noted('repeatable') ? COMPARISONS : [];
    const passed = CHECKS.filter((check) => !noted(check) && !left.includes(check));
    return { examples: seen.indices.length, passed, notes };
  } finally {
    restore();
  }
}

/** Finite answers also between the grey levels, where attacks go: a network may fail only there. */
function checkPerturbed({ norm, epsilon }: Budget): (probe: Probe) => Finding | undefined {
  return ({ model, images, indices }) => {
    const few = Math.min(64, indices.length);
    const [some, numbers] = [images.narrow(0, 0, few), indices.slice(0, few)];
    const threat = THREAT_MODELS.get(norm);
    const draw: Draw = {
      stream: new RandomStream('preflight'),
      indices: tensor(BigInt64Array.from(numbers, BigInt)),
      shape: images.shape.slice(1),
      device: images.device,
    };
    const changed = isTransformation(threat)
      ? threat.apply(some, drawParameters(threat, draw, epsilon))
      : some.add(threat.uniform(draw, epsilon)).clamp({ min: 0, max: 1 });
    return checkFinite(logitsOf(model, changed), numbers, 'images with noise of the budget');
  };
}
