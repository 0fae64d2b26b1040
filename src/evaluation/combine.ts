/**
 * Several evaluations of one network as one result.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { auditedInterval } from './job/audit.js';
import { doubtOf, mergeMasking, worst } from './masking/verdict.js';
import type { EvaluationResult, RobustErrorRate } from './results.js';

/**
 * The first evaluation with what the others add: their attacks, where an attack of that name is not there yet, and the
 * parts it lacks. Stages, classes and what was verified come from the evaluation with most stages, which is
 * AutoAttack's where one was run; `stagesOf` says which and on how many images, since split, examples and clean error
 * are the first one's.
 *
 * @param results at least one, of the same network and data set
 */
export function combineEvaluations(results: readonly [EvaluationResult, ...EvaluationResult[]]): EvaluationResult {
  const [first] = results;
  const deepest = results.reduce((most, result) => (stageCount(result) > stageCount(most) ? result : most));
  const having = <Key extends keyof EvaluationResult>(key: Key) =>
    results.find((result) => result[key] !== undefined)?.[key];
  return {
    ...first,
    attacks: firstOfEachName(results),
    curve: curveOf(results.find(({ curve }) => curve.length > 0)),
    version: having('version'),
    order: deepest.order,
    stagesOf: deepest.stagesOf,
    stages: deepest.stages,
    bound: deepest.bound,
    perClass: deepest.perClass,
    verified: deepest.verified,
    eightBit: deepest.eightBit,
    masking: mergeMasking(results.flatMap(({ masking }) => masking ?? [])),
    confidence: having('confidence'),
    distal: having('distal'),
    corruptions: having('corruptions'),
    smoothing: smoothingOf(results),
    notes: [...new Set(results.flatMap(({ notes = [] }) => notes))],
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** Its attacks searched as those of its evaluation. */
function curveOf({ curve = [], of }: Partial<EvaluationResult> = {}): EvaluationResult['curve'] {
  const backend = of?.engine.backend;
  return backend === undefined ? curve : curve.map((point) => ({ backend, ...point }));
}

/** All of them, each once: a run's own result and a file beside it may hold the same. */
function smoothingOf(results: readonly EvaluationResult[]): EvaluationResult['smoothing'] {
  const all = results.flatMap(({ smoothing = [] }) => smoothing);
  const distinct = all.filter((one, place) => all.findIndex((other) => isDeepStrictEqual(one, other)) === place);
  return distinct.length === 0 ? undefined : distinct;
}

function stageCount({ stages = [] }: EvaluationResult): number {
  return stages.length;
}

function firstOfEachName(results: readonly EvaluationResult[]): EvaluationResult['attacks'] {
  const attacks = new Map<string, RobustErrorRate>();
  for (const [name, rate] of results.flatMap(ratesOf)) {
    if (!attacks.has(name)) attacks.set(name, rate);
  }
  return Object.fromEntries(attacks);
}

/**
 * The attacks of an evaluation by name. AutoAttack's says which version it is, whether its order was sampled and what
 * it may have missed then, also in results from before, which say it of the whole evaluation; and each one what the
 * evaluation says against a robust error at its budget, and in which backend it searched.
 */
export function ratesOf({
  attacks,
  order,
  version,
  bound,
  masking,
  of,
}: Pick<EvaluationResult, 'attacks' | 'order' | 'version' | 'bound' | 'masking' | 'of'>): [
  name: string,
  rate: RobustErrorRate,
][] {
  return Object.entries(attacks).map(([name, known]) => {
    const same = masking?.norm === known.norm && Math.abs(masking.epsilon - known.epsilon) < 1e-6;
    const doubt = doubtOf(worst([known.doubt ?? 'pass', ...(same ? [masking.verdict] : [])]));
    const backend = known.backend ?? of?.engine.backend;
    const rate = { ...known, ...(doubt !== undefined && { doubt }), ...(backend !== undefined && { backend }) };
    if (rate.attack !== 'autoattack') return [name, rate];
    const own = rate.version ?? version;
    const told = {
      ...rate,
      ...(order === 'sampled' && sampledRate(rate, bound)),
      ...(own !== undefined && { version: own }),
    };
    return [own === undefined || own === 'standard' ? name : `autoattack (${own})`, told];
  });
}

/** Results from before rates had the bound: their interval knows nothing of the audit. */
function sampledRate(rate: RobustErrorRate, bound: EvaluationResult['bound']): Partial<RobustErrorRate> {
  if (bound === undefined || rate.atMost !== undefined) return { order: 'sampled' };
  const interval = auditedInterval(rate.errors, rate.examples, bound);
  return { order: 'sampled', interval, atMost: bound.robustError };
}
