/**
 * What an evaluation's files are called: whatever changes its result is in the name, so that none overwrites another's.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationOrder } from './identity.js';
import type { AttackPlan } from './plan.js';
import type { Selection } from './selection.js';
import { savedIdentity } from './store.js';

export interface EvaluationNaming {
  /** Of the attacks' random numbers; named where it is not 1. */
  readonly seed: number;
  /** Named where it is lazy. */
  readonly order?: EvaluationOrder | undefined;
  /** Named where it is given: where it is not the one the network was trained on. */
  readonly dataset?: string | undefined;
}

/**
 * Attack, norm, epsilon and examples, then what is not as usual, e.g. `pgd-linf-0.03137-1000-40steps-5restarts` or
 * `autoattack-lazy-linf-0.03137-200-sample7-seed3`.
 */
export function evaluationId(
  plan: AttackPlan,
  { positions, seed }: Pick<Selection, 'positions' | 'seed'>,
  naming: EvaluationNaming,
): string {
  return `${beginningOf(plan, naming)}${positions.length}${endOf(plan, seed, naming)}`;
}

/**
 * How many examples the unfinished evaluations in a folder have that this one can go on with: of the same attack, seed,
 * order and kind of sample. Weights and images are compared by whoever goes on.
 *
 * @param sample the seed of a random sample
 * @throws SaddlepointError CHECKPOINT for a damaged state
 */
export function unfinishedEvaluations(
  folder: string,
  plan: AttackPlan,
  naming: EvaluationNaming,
  sample?: number,
): number[] {
  if (!existsSync(folder)) return [];
  const [beginning, end] = [beginningOf(plan, naming), endOf(plan, sample, naming)];
  const { seed, order = 'exact' } = naming;
  return readdirSync(folder).flatMap((name) => {
    const examples = name.slice(beginning.length, name.length - end.length);
    if (`${beginning}${examples}${end}` !== name || !/^\d+$/.test(examples)) return [];
    const saved = savedIdentity(join(folder, name));
    const same = saved?.attack === plan.settings && saved.seed === seed && saved.order === order;
    return same ? [Number(examples)] : [];
  });
}

function beginningOf({ attack, version, norm, epsilon }: AttackPlan, { order }: EvaluationNaming): string {
  const name = [attack, ...(version === undefined || version === 'standard' ? [] : [version])];
  const kind = order === 'lazy' ? ['lazy'] : [];
  return [...name, ...kind, norm, Number(epsilon.toPrecision(4)), ''].join('-');
}

function endOf(plan: AttackPlan, sample: number | undefined, { seed, dataset }: EvaluationNaming): string {
  const { attack, steps, restarts, stepSize } = plan;
  return [
    // AutoAttack's are its version's.
    ...(attack === 'autoattack' ? [] : [`${steps}steps`, ...(restarts === 1 ? [] : [`${restarts}restarts`])]),
    ...(stepSize === undefined ? [] : [`step${Number(stepSize.toPrecision(4))}`]),
    ...(sample === undefined ? [] : [`sample${sample}`]),
    ...(seed === 1 ? [] : [`seed${seed}`]),
    ...(dataset === undefined ? [] : [dataset]),
  ]
    .map((part) => `-${part}`)
    .join('');
}
