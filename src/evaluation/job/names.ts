/**
 * What an evaluation's files are called: whatever changes its result is in the name, so that none overwrites another's.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatBudget } from '../../attacks/index.js';
import { reducedPrecision } from '../reduced-precision.js';
import { shortName, type EvaluationBackend, type EvaluationOrder, type Identity } from './identity.js';
import type { AttackPlan } from './plan.js';
import type { Selection } from './selection.js';
import { savedIdentity } from './store.js';

export interface EvaluationNaming {
  /** Of the attacks' random numbers; named where it is not 1. */
  readonly seed: number;
  /** Named where it is sampled. */
  readonly order?: EvaluationOrder | undefined;
  /** Named where it is given: where it is not the one the network was trained on. */
  readonly dataset?: string | undefined;
  /** Named where somebody asked for one that computes with rounded factors. */
  readonly backend?: EvaluationBackend | undefined;
}

/**
 * Attack, norm, epsilon and examples, what is not as usual, and last a short name of network, data and all settings,
 * e.g. `pgd-linf-8_255-1000-40steps-5restarts-1f0c2a33d4` or
 * `autoattack-sampled-linf-8_255-200-sample7-seed3-90b1e4a72c`.
 */
export function evaluationId(
  plan: AttackPlan,
  { positions, seed }: Pick<Selection, 'positions' | 'seed'>,
  naming: EvaluationNaming,
  identity: Identity,
): string {
  return `${beginningOf(plan, naming)}${positions.length}${endOf(plan, seed, naming)}-${shortName(identity)}`;
}

/**
 * How many examples the unfinished evaluations in a folder have that this one can go on with: of the same network, data
 * set, attack, seed, order, version and kind of sample. The images are compared by whoever goes on.
 *
 * @param identity of any number of examples
 */
export function unfinishedEvaluations(folder: string, identity: Identity): number[] {
  if (!existsSync(folder)) return [];
  const same: readonly (keyof Identity)[] = [
    'model',
    'architecture',
    'dataset',
    'sample',
    'attack',
    'seed',
    'order',
    'version',
  ];
  return readdirSync(folder).flatMap((name) => {
    if (name.startsWith('autoattack-lazy-')) return []; // an earlier version's name of the sampled order: begun anew
    const saved = savedIdentity(join(folder, name));
    return saved !== undefined && same.every((key) => saved[key] === identity[key]) ? [saved.examples] : [];
  });
}

function beginningOf({ attack, version, norm, epsilon }: AttackPlan, { order }: EvaluationNaming): string {
  const name = [attack, ...(version === undefined || version === 'standard' ? [] : [version])];
  const kind = order === 'sampled' ? ['sampled'] : [];
  // A union's name has members with fractions in it.
  const measured = norm.replaceAll('/', '_').replaceAll(':', '-');
  return [...name, ...kind, measured, formatBudget(epsilon).replace('/', '_'), ''].join('-');
}

function endOf(plan: AttackPlan, sample: number | undefined, { seed, dataset, backend }: EvaluationNaming): string {
  const { attack, steps, restarts, stepSize } = plan;
  return [
    // AutoAttack's are its version's.
    ...(attack === 'autoattack' ? [] : [`${steps}steps`, ...(restarts === 1 ? [] : [`${restarts}restarts`])]),
    ...(stepSize === undefined ? [] : [`step${formatBudget(stepSize).replace('/', '_')}`]),
    ...(backend === undefined || reducedPrecision(backend) === undefined ? [] : [backend]),
    ...unusualParts({ sample, seed, dataset }),
  ]
    .map((part) => `-${part}`)
    .join('');
}

/**
 * What a name says besides of where an evaluation is not the usual one: of the first images, by seed 1, on its own
 * data.
 */
export function unusualParts(of: {
  readonly sample?: number | undefined;
  readonly seed?: number | undefined;
  readonly dataset?: string | undefined;
}): string[] {
  const { sample, seed = 1, dataset } = of;
  return [
    ...(sample === undefined ? [] : [`sample${sample}`]),
    ...(seed === 1 ? [] : [`seed${seed}`]),
    ...(dataset === undefined ? [] : [dataset]),
  ];
}
