/**
 * What an evaluation's files are called.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackPlan } from './plan.js';
import type { Selection } from './selection.js';

/** e.g. `autoattack-linf-0.03137-1000`: attack, norm, epsilon, examples. */
export function evaluationId(plan: AttackPlan, selection: Pick<Selection, 'positions'>): string {
  return `${prefixOf(plan)}${selection.positions.length}`;
}

/** How many examples the unfinished evaluations of this attack in a folder have. */
export function unfinishedEvaluations(folder: string, plan: AttackPlan): number[] {
  if (!existsSync(folder)) return [];
  const prefix = prefixOf(plan);
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && existsSync(join(folder, name, 'state.json')))
    .map((name) => Number(name.slice(prefix.length)))
    .filter((examples) => Number.isSafeInteger(examples));
}

function prefixOf({ attack, version, norm, epsilon }: AttackPlan): string {
  const name = version === undefined || version === 'standard' ? attack : `${attack}-${version}`;
  return `${name}-${norm}-${Number(epsilon.toPrecision(4))}-`;
}
