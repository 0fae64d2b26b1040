/**
 * The search for confident errors: a worst case over its rounds by the network's own word, and a killed one goes on.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Split } from '../../data/index.js';
import { silent } from '../../monitoring/index.js';
import { noGrad, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { probabilitiesOf } from '../confidence/index.js';
import { findConfidentErrors, type ConfidentErrorsOptions } from './confident-errors.js';
import { smallNetwork, withSmallNetwork } from './job.test-helper.js';
import { confidencePlan, singleAttackPlan, type AttackPlan } from './plan.js';
import { selectExamples } from './selection.js';

const EXAMPLES = 30;
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 3, objective: 'confidence' } as const;
const pgd = (restarts: number, changes: object = {}) => singleAttackPlan({ ...attack, ...changes }, restarts, 4);
const whole = confidencePlan({ norm: 'linf', epsilon: 0.06, classes: 4, steps: 4, restarts: 2, queries: 10 });
/** Two restarts, three targets, Square. */
const ROUNDS = 6;

let model: Module;
let split: Split;
let folder: string;
withSmallNetwork((made) => {
  ({ model, split, folder } = made);
});

const options = (plan: AttackPlan, changes: Partial<ConfidentErrorsOptions> = {}): ConfidentErrorsOptions => ({
  model,
  split,
  dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
  plan,
  selection: selectExamples(split, EXAMPLES),
  seed: 5,
  batchSize: 10,
  folder,
  ...changes,
});

const journal = () => readFileSync(join(folder, 'journal.jsonl'), 'utf8');

/** Searches to the end; the images' bytes, and what the network says of each of them. */
async function found(plan: AttackPlan, changes: Partial<ConfidentErrorsOptions> = {}) {
  const { images, finish } = await findConfidentErrors(options(plan, changes));
  finish();
  try {
    return { bytes: bytesOf(images), looks: looksAt(images) };
  } finally {
    images.dispose();
  }
}

function bytesOf(images: Tensor): string {
  const { buffer, byteOffset, byteLength } = images.toTypedArray();
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function looksAt(images: Tensor) {
  model.eval();
  const labels = split.labels.toNumbers();
  return tidy(() => probabilitiesOf(model, images)).map((row, i) => {
    const label = labels[i]!;
    const confidence = Math.max(...row.filter((_, k) => k !== label));
    return { wrong: confidence > row[label]!, confidence };
  });
}

/** Runs until the progress is so far, and no further. */
async function interruptedAt(plan: AttackPlan, stop: number): Promise<void> {
  const controller = new AbortController();
  const progress = { ...silent, update: (done: number) => done >= stop && controller.abort() };
  await expect(findConfidentErrors(options(plan, { progress, signal: controller.signal }))).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: expect.stringContaining('the same command goes on') as string,
  });
}

test.each([
  ['restarts of one attack', () => [pgd(3), pgd(1)]],
  ['the maximum-confidence AutoAttack', () => [whole, { ...whole, stages: whole.stages.slice(2) }]],
])('%s: no example comes off better than after one of them alone', async (_, plans) => {
  const [all, part] = plans() as [AttackPlan, AttackPlan];
  const [most, one] = [(await found(all)).looks, (await found(part)).looks];
  most.forEach((look, i) => {
    expect(Number(look.wrong)).toBeGreaterThanOrEqual(Number(one[i]!.wrong));
    if (look.wrong === one[i]!.wrong) expect(look.confidence).toBeGreaterThanOrEqual(one[i]!.confidence - 1e-6);
  });
  expect(most.some(({ confidence }, i) => confidence > one[i]!.confidence + 1e-4)).toBe(true);
});

test('an image that is worse as it is than all that was found stays as it is', async () => {
  const clean = tidy(() => looksAt(split.images.narrow(0, 0, EXAMPLES).to({ dtype: 'float32' }).div(255)));
  // A random start and no step.
  const { looks } = await found(pgd(1, { steps: 0 }));
  looks.forEach((look, i) => {
    expect(Number(look.wrong)).toBeGreaterThanOrEqual(Number(clean[i]!.wrong));
    if (look.wrong === clean[i]!.wrong) expect(look.confidence).toBeGreaterThanOrEqual(clean[i]!.confidence);
  });
  expect(looks.some(({ confidence }, i) => confidence === clean[i]!.confidence)).toBe(true);
});

test('logits that are no numbers are refused, and nothing is saved of them', async () => {
  tidy(() => {
    noGrad(() => model.parameters()[0]!.fill_(NaN));
  });
  await expect(findConfidentErrors(options(pgd(1)))).rejects.toMatchObject({ code: 'EVALUATION' });
  expect(existsSync(join(folder, 'journal.jsonl'))).toBe(false);
});

test('every round attacks every example, also what is fooled, and progress follows', async () => {
  const updates: number[] = [];
  const progress = { ...silent, update: (done: number) => updates.push(done) };
  model.train();
  const { images, close } = await findConfidentErrors(options(pgd(2, { epsilon: 1, steps: 8 }), { progress }));
  images.dispose();
  close();
  expect(model.training).toBe(true);
  expect(updates).toEqual([10, 20, 30, 40, 50, 60]);
  expect(journal().match(/"kind":"attempt"/g)).toHaveLength(6);
});

test('the same errors in another backend and in other batches', async () => {
  const { looks } = await found(whole);
  for (const changes of [{ batchSize: 7 }, { chooseBackend: () => 'channels-last' as const }]) {
    const other = (await found(whole, changes)).looks;
    other.forEach(({ wrong, confidence }, i) => {
      expect(wrong).toBe(looks[i]!.wrong);
      expect(confidence).toBeCloseTo(looks[i]!.confidence, 3);
    });
  }
});

test.each([10, EXAMPLES, 3.4 * EXAMPLES, (ROUNDS - 1) * EXAMPLES])(
  'stopped at %d of 180 and resumed: the identical images, and nothing attacked again',
  async (stop) => {
    const { bytes } = await found(whole);
    expect(existsSync(folder)).toBe(false);
    await interruptedAt(whole, stop);
    const before = journal();
    const { images, close } = await findConfidentErrors(options(whole));
    expect(bytesOf(images)).toBe(bytes);
    images.dispose();
    close();
    expect(journal().startsWith(before)).toBe(true);
    expect(journal().match(/"kind":"attempt"/g)).toHaveLength((ROUNDS * EXAMPLES) / 10);
  },
);

test('another attack, seed or network is refused, and the state kept', async () => {
  await interruptedAt(whole, 30);
  const before = journal();
  const other = smallNetwork(4);
  for (const [plan, changes] of [
    [pgd(1), {}],
    [whole, { seed: 6 }],
    [whole, { model: other }],
  ] as const) {
    await expect(findConfidentErrors(options(plan, changes))).rejects.toMatchObject({ code: 'CHECKPOINT' });
  }
  other.dispose();
  expect(journal()).toBe(before);
});
