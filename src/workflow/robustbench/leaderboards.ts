/**
 * The leaderboards of RobustBench that an evaluation may be for, and which evaluations they take.
 *
 * @module
 */
import type { EvaluationResult, RobustErrorRate } from '../../evaluation/index.js';
import { reducedPrecision } from '../../evaluation/reduced-precision.js';
import type { FoundResult } from '../../report/belonging.js';
import { datasetKey } from '../../report/data-sets.js';
import { attackSettings, plainSpaces, rateName } from '../../report/format.js';

/** One of RobustBench's, by the names that its folders have. */
export interface Leaderboard {
  readonly dataset: 'cifar10' | 'cifar100';
  readonly threatModel: 'Linf' | 'L2';
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
}

/** Test images of these data sets, all of which are attacked. */
export const ALL_IMAGES = 10_000;

export const LEADERBOARDS: readonly Leaderboard[] = [
  { dataset: 'cifar10', threatModel: 'Linf', norm: 'linf', epsilon: 8 / 255 },
  { dataset: 'cifar10', threatModel: 'L2', norm: 'l2', epsilon: 0.5 },
  { dataset: 'cifar100', threatModel: 'Linf', norm: 'linf', epsilon: 8 / 255 },
];

/** An evaluation that a leaderboard is of. */
export interface Candidate {
  readonly leaderboard: Leaderboard;
  readonly clean: EvaluationResult['clean'];
  readonly robust: RobustErrorRate;
  readonly result: EvaluationResult;
}

/** What was found for the leaderboards; where there is nothing, why not. */
export interface Candidates {
  /** One a leaderboard at most, of several the one with the larger error. */
  readonly found: readonly Candidate[];
  /** A sentence an evaluation that none of them takes. */
  readonly reasons: readonly string[];
}

/** Budgets that differ by less are the same, as somebody rounded one of them. */
const TOLERANCE = 1e-7;

/**
 * The evaluations of one network that leaderboards take: AutoAttack, `standard`, in the exact order, searched in
 * float32, verified, within the leaderboard's budget, on the first so many test images.
 *
 * @param examples how many; the leaderboards themselves take all
 */
export function candidatesAmong(results: readonly FoundResult[], examples: number): Candidates {
  const reasons: string[] = [];
  const best = new Map<Leaderboard, Candidate>();
  for (const { file, result } of results) {
    for (const robust of Object.values(result.attacks)) {
      const leaderboard = leaderboardOf(result, robust);
      const reason = leaderboard === undefined ? 'of no leaderboard' : refusal(result, robust, examples);
      if (leaderboard === undefined || reason !== undefined) {
        const settings = plainSpaces(`${rateName(robust)}, ${attackSettings(robust)}`);
        reasons.push(`${file} (${result.dataset}, ${settings}) is ${reason!}`);
        continue;
      }
      const before = best.get(leaderboard);
      if (before === undefined || before.robust.errors < robust.errors)
        best.set(leaderboard, { leaderboard, clean: result.clean, robust, result });
    }
  }
  return { found: [...best.values()], reasons };
}

function leaderboardOf({ dataset }: EvaluationResult, { norm, epsilon }: RobustErrorRate): Leaderboard | undefined {
  return LEADERBOARDS.find(
    (each) =>
      each.dataset === datasetKey(dataset) && each.norm === norm && Math.abs(each.epsilon - epsilon) < TOLERANCE,
  );
}

function refusal(result: EvaluationResult, robust: RobustErrorRate, examples: number): string | undefined {
  const { attack, order = robust.of?.order ?? result.order, version = result.version } = robust;
  if (attack !== 'autoattack') return 'not of AutoAttack';
  if (version !== 'standard') return `of version ${version ?? 'unknown'}, not standard`;
  if (order !== 'exact') return `of the ${order ?? 'unknown'} order, not the exact one`;
  const { backend = result.of?.engine.backend } = robust;
  if (backend === undefined) return 'of a search whose precision is not known';
  const precision = reducedPrecision(backend);
  if (precision !== undefined) return `searched in ${precision}, not in float32 (--backend plain does)`;
  if (robust.examples !== examples) return `on ${robust.examples} images, not ${examples}`;
  const split = robust.of?.data.selection ?? result.split;
  if (split !== `test[0:${examples}]`) return `on ${split}, not test[0:${examples}]`;
  if (!isVerified(result, robust)) return 'not verified from its saved images';
  const isOfSameImages = result.clean.examples === examples && result.of?.data.sha256 === robust.of?.data.sha256;
  return isOfSameImages ? undefined : `beside a clean error on ${result.split}, not on these images`;
}

/** Of several attacks in one result the verification is one attack's. */
function isVerified({ verified }: EvaluationResult, { norm, epsilon, examples, errors }: RobustErrorRate): boolean {
  if (verified === undefined) return false;
  const sameBudget = verified.norm === norm && Math.abs(verified.epsilon - epsilon) < TOLERANCE;
  return sameBudget && verified.examples === examples && verified.errors === errors;
}
