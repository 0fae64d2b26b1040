/**
 * What evaluations are called: by all that decides them.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.js';
import { disposeSplit, type Split } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { identityOf, type IdentityParts } from './identity.js';
import { evaluationId, runEvaluationJob, singleAttackPlan, unfinishedEvaluations, type AttackPlan } from './index.js';
import { smallJob, smallNetwork, smallPlan, smallSplit, withSmallNetwork } from './job.test-helper.js';
import { selectExamples } from './selection.js';

let model: Module;
let split: Split;
withSmallNetwork((made) => {
  ({ model, split } = made);
});

const usual = { seed: 1 } as const;
const of = (plan: AttackPlan, changes: Partial<IdentityParts> = {}) =>
  identityOf({ ...smallJob(model, split, ''), settings: plan.settings, ...changes });

test('say attack, norm, epsilon and examples; unfinished ones of the same network and attack are found again', async () => {
  const plan = smallPlan(8 / 255);
  const selection = selectExamples(split, 12);
  const id = evaluationId(plan, selection, usual, of(plan, { selection }));
  expect(id).toMatch(/^autoattack-linf-8_255-12-[0-9a-f]{10}$/);
  const root = temporaryFolder();
  expect(unfinishedEvaluations(root, of(plan))).toEqual([]);
  const job = { ...smallJob(model, split, join(root, id)), plan, selection, preflight: false, batchSize: 3 };
  await expect(runEvaluationJob({ ...job, signal: AbortSignal.abort() })).rejects.toThrow(/was stopped/);
  // Of any number of images, but of no other sample.
  expect(unfinishedEvaluations(root, of(plan))).toEqual([12]);
  const retrained = smallNetwork(4);
  const others: Partial<IdentityParts>[] = [
    { seed: 2 },
    { order: 'sampled' },
    { dataset: { name: 'svhn' } },
    { settings: 'other' },
    { selection: selectExamples(split, 12, 7) },
    { model: retrained },
  ];
  for (const changes of others) expect(unfinishedEvaluations(root, of(plan, changes))).toEqual([]);
  retrained.dispose();
});

test('say whatever else decides the result', () => {
  const [first, sample] = [selectExamples(split, 12), selectExamples(split, 12, 7)];
  const auto = smallPlan(8 / 255);
  const pgd = { name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 40 } as const;
  const names = [
    evaluationId({ ...auto, version: 'plus' }, first, usual, of(auto)),
    evaluationId(auto, sample, { seed: 3, order: 'sampled' }, of(auto)),
    evaluationId(singleAttackPlan(pgd, 1, 4), first, { seed: 1, order: 'exact' }, of(auto)),
    evaluationId(singleAttackPlan({ ...pgd, stepSize: 0.01 }, 5, 4), first, { seed: 1, dataset: 'svhn' }, of(auto)),
  ];
  expect(names.map((name) => name.slice(0, -11))).toEqual([
    'autoattack-plus-linf-8_255-12',
    'autoattack-sampled-linf-8_255-12-sample7-seed3',
    'pgd-linf-8_255-12-40steps',
    'pgd-linf-8_255-12-40steps-5restarts-step0.01-svhn',
  ]);
});

test('are never the same for two networks, data sets, budgets or options that no name shows', () => {
  const name = (epsilon: number, changes: Partial<IdentityParts> & { option?: object } = {}) => {
    const plan = singleAttackPlan({ name: 'pgd', norm: 'linf', epsilon, steps: 3, ...changes.option }, 1, 4);
    const { selection = selectExamples(split, 40) } = changes;
    return evaluationId(plan, selection, usual, of(plan, changes));
  };
  const retrained = smallNetwork(4);
  const relabelled = smallSplit(retrained);
  const names = [
    name(8 / 255),
    name(0.03137),
    name(0.031372),
    name(8 / 255, { model: retrained }),
    name(8 / 255, { split: relabelled }),
    name(8 / 255, { option: { objective: 'margin' } }),
  ];
  expect(new Set(names).size).toBe(names.length);
  retrained.dispose();
  disposeSplit(relabelled);
});

test("a search with rounded factors has a name of its own, so that it takes no float32 search's place", () => {
  const plan = smallPlan(8 / 255);
  const named = (backend: 'winograd' | 'bfloat16' | 'tf32' | undefined) =>
    evaluationId(plan, selectExamples(split, 12), { seed: 1, backend }, of(plan)).slice(0, -11);
  expect(([undefined, 'winograd', 'bfloat16', 'tf32'] as const).map(named)).toEqual([
    'autoattack-linf-8_255-12',
    'autoattack-linf-8_255-12',
    'autoattack-linf-8_255-12-bfloat16',
    'autoattack-linf-8_255-12-tf32',
  ]);
});
