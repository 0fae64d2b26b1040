/**
 * The job: what it counts, what it saves, what it refuses.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NORMS, Pgd, type AttackRandomness, type AttackResult } from '../../attacks/index.js';
import { disposeSplit, type Split } from '../../data/index.js';
import type { SaddlepointError } from '../../engine/index.js';
import { readSafetensors, tensor, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import type { EvaluationResult } from '../results.js';
import { auditSample } from './audit-sample.js';
import { cleanChunk } from './chunk.js';
import { runEvaluationJob, singleAttackPlan, type EvaluationJobOptions } from './index.js';
import { lockEvaluation } from './lock.js';
import { smallJob, smallNetwork, smallPlan, smallSplit, withSmallNetwork } from './job.test-helper.js';
import { selectExamples } from './selection.js';

let model: Module;
let split: Split;
let folder: string;
withSmallNetwork((made) => {
  ({ model, split, folder } = made);
});

const job = (changes: Partial<EvaluationJobOptions> = {}) => ({ ...smallJob(model, split, folder), ...changes });

async function evaluate(changes: Partial<EvaluationJobOptions> = {}): Promise<EvaluationResult> {
  const { result, finish } = await runEvaluationJob(job(changes));
  finish();
  return result;
}

/** All but what batch size, backend and clock decide. */
function lasting(result: EvaluationResult): string {
  return JSON.stringify(result, (key, value: unknown) =>
    /^(seconds|batchSizes|backend)$/.test(key) ? undefined : value,
  );
}

/** Runs until so many chunks are saved. */
async function interrupted(chunks: number, changes: Partial<EvaluationJobOptions> = {}): Promise<unknown> {
  const controller = new AbortController();
  let saved = 0;
  const { run } = { run: () => runEvaluationJob(job({ ...changes, signal: controller.signal })) };
  const watch = setInterval(() => undefined, 1000);
  const count = () =>
    existsSync(join(folder, 'journal.jsonl'))
      ? readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n').length - 1
      : 0;
  const look = () => {
    saved = count();
    if (saved >= chunks) controller.abort();
    else if (!controller.signal.aborted) setImmediate(look);
  };
  setImmediate(look);
  const failure: unknown = await run().catch((error: unknown) => error);
  clearInterval(watch);
  controller.abort();
  return failure;
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as SaddlepointError,
  );

describe('a result', () => {
  test('counts clean errors and what each stage fooled, and each example once', async () => {
    const result = await evaluate();
    const { clean, stages = [], attacks, perClass = [] } = result;
    const fooled = stages.reduce((sum, { errors }) => sum + errors, 0);
    expect(stages.map(({ name }) => name)).toEqual(['first', 'square', 'last']);
    expect(stages[0]!.attacked).toBe(40 - clean.errors);
    expect(stages[1]!.attacked).toBe(40 - clean.errors - stages[0]!.errors);
    expect(stages[0]!.errors).toBeGreaterThan(0);
    expect(attacks.autoattack!.errors).toBe(clean.errors + fooled);
    expect(attacks.autoattack!.errors).toBeLessThan(40);
    expect(stages.at(-1)!.robustError).toBe(attacks.autoattack!.robustError);
    expect(perClass.reduce((sum, { errors }) => sum + errors, 0)).toBe(attacks.autoattack!.errors);
    expect(perClass.reduce((sum, { examples }) => sum + examples, 0)).toBe(40);
    expect(result.verified).toMatchObject({ errors: attacks.autoattack!.errors, disagreeing: [] });
    expect(result.eightBit!.errors).toBeLessThanOrEqual(attacks.autoattack!.errors);
  });

  test.each([1, 20, 40, 100])('is the same in batches of %i, and so is who fooled whom', async (batchSize) => {
    const flags = () => {
      const { tensors } = readSafetensors(join(folder, 'adversarial.safetensors'));
      const values = tensors.get('fooled_by')!.toNumbers();
      for (const tensor of tensors.values()) tensor.dispose();
      return values;
    };
    const whole = lasting(await evaluate());
    const before = flags();
    expect(lasting(await evaluate({ batchSize }))).toBe(whole);
    expect(flags()).toEqual(before);
  });

  test('leaves the adversarial images, and nothing of the state', async () => {
    await evaluate();
    expect(readdirSync(folder)).toEqual(['adversarial.safetensors']);
    const { tensors } = readSafetensors(join(folder, 'adversarial.safetensors'));
    expect([...tensors].map(([name, { shape, dtype }]) => [name, dtype, shape])).toEqual([
      ['images', 'float32', [40, 1, 6, 6]],
      ['indices', 'int64', [40]],
      ['labels', 'int64', [40]],
      ['fooled_by', 'int64', [40]],
    ]);
    for (const tensor of tensors.values()) tensor.dispose();
  });

  test('of a sample names it, and takes the same examples again', async () => {
    const selection = selectExamples(split, 15, 7);
    expect(selection.positions).toEqual(selectExamples(split, 15, 7).positions);
    expect(selection.positions).not.toEqual(selectExamples(split, 15, 8).positions);
    const result = await evaluate({ selection, preflight: false });
    expect(result).toMatchObject({ examples: 15, split: 'test, 15 of 40 drawn with seed 7', sample: { seed: 7 } });
  });

  test('of one attack with restarts has one stage', async () => {
    const plan = singleAttackPlan({ name: 'pgd', norm: 'linf', epsilon: 0.06, steps: 3 }, 2, 4);
    const { stages, attacks } = await evaluate({ plan });
    expect(stages).toMatchObject([{ name: 'pgd', rounds: 2 }]);
    expect(attacks.pgd).toMatchObject({ steps: 3, restarts: 2, examples: 40 });
  });

  test('of channels-last is that of plain here', async () => {
    expect(lasting(await evaluate({ backend: 'channels-last' }))).toBe(lasting(await evaluate({ backend: 'plain' })));
  });
});

describe('the sampled order', () => {
  test('runs expensive stages on a sample, with a bound on what was missed', async () => {
    const many = smallSplit(model, 160);
    const wide = { split: many, selection: selectExamples(many, 160), batchSize: 80 };
    const exact = await evaluate(wide);
    const sampled = await evaluate({ ...wide, order: 'sampled' });
    disposeSplit(many);
    const audited = sampled.stages!.filter(({ audit }) => audit !== undefined);
    expect(audited.map(({ name }) => name)).toEqual(['square', 'last']);
    for (const { audit, attacked, errors } of audited) {
      expect(audit!.ranOnAll).toBe(errors > 0 || audit!.sample === audit!.of);
      expect(attacked).toBe(audit!.ranOnAll ? audit!.of : audit!.sample);
    }
    const found = sampled.attacks.autoattack!.errors;
    expect(found).toBeLessThanOrEqual(exact.attacks.autoattack!.errors);
    if (sampled.bound !== undefined) {
      expect(found + sampled.bound.errors).toBeGreaterThanOrEqual(exact.attacks.autoattack!.errors);
      expect(sampled.attacks.autoattack!.interval[1]).toBeGreaterThan(sampled.bound.robustError);
    }
    expect(sampled.attacks.autoattack!.atMost).toBe(sampled.bound?.robustError);
    expect(exact.attacks.autoattack!.atMost).toBeUndefined();
    expect(sampled.notes!.join('\n')).toMatch(/ran on a random sample|so it ran on all/);
  });

  test('bounds by an exact count when the sample finds nothing', async () => {
    const plan = smallPlan(0.06);
    const idle = plan.stages.map((stage) => (stage.audited ? { ...stage, rounds: stage.rounds.slice(0, 0) } : stage));
    const sampled = await evaluate({ plan: { ...plan, stages: idle }, order: 'sampled' });
    // No rounds, so nobody was looked at: whatever stands could fall.
    expect(sampled.bound).toMatchObject({ stages: ['square', 'last'], sample: 0, confidence: 0.95 });
    expect(sampled.bound!.robustError).toBe(1);
    // The headline says so: what the table prints, and an interval that covers it.
    const { atMost, interval } = sampled.attacks.autoattack!;
    expect([atMost, interval[1]]).toEqual([1, 1]);
  });
});

/** Fools exactly these examples. */
class Picky extends Pgd {
  readonly #chosen: ReadonlySet<number>;

  constructor(chosen: Iterable<number>) {
    super({ norm: NORMS.linf, epsilon: 0.6, steps: 20 });
    this.#chosen = new Set(chosen);
  }

  override run(network: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): AttackResult {
    return tidy(() => {
      const { success, value, images: found } = super.run(network, images, labels, randomness);
      const chosen = randomness.indices.toNumbers().map((index) => Number(this.#chosen.has(index)));
      return { images: found, value, success: success.logicalAnd(tensor(chosen).gt(0)) };
    });
  }
}

test('once an audited stage finds something, it and those after it run on all, each after a sample of its own', async () => {
  const many = smallSplit(model, 160);
  const all = [...Array(160).keys()];
  const wrong = new Set(cleanChunk({ model: model.eval(), split: many, backend: 'plain' }, all));
  const right = all.filter((position) => !wrong.has(position));
  const sample = auditSample(right, 1);
  const stage = (name: string, chosen: Iterable<number>) => ({
    name,
    rounds: [{ restart: 0, create: () => new Picky(chosen) }],
    steps: 20,
    untilFooled: false,
    blackBox: false,
    audited: true,
    notes: [],
  });
  const plan = smallPlan(0.6, [stage('first', []), stage('strong', sample), stage('weak', [])]);
  const changes = {
    split: many,
    selection: selectExamples(many, 160),
    plan,
    order: 'sampled',
    preflight: false,
  } as const;
  const result = await evaluate(changes);
  const [first, strong, weak] = result.stages!;
  const stillRobust = right.length - sample.length;
  expect(first).toMatchObject({ errors: 0, attacked: 20, audit: { sample: 20, of: right.length, ranOnAll: false } });
  expect(strong).toMatchObject({ errors: 20, audit: { sample: 20, of: right.length, ranOnAll: true } });
  expect(weak).toMatchObject({
    errors: 0,
    attacked: stillRobust,
    audit: { sample: 20, of: stillRobust, ranOnAll: true },
  });
  expect(result.bound).toMatchObject({ stages: ['first'], sample: 20, of: right.length });
  expect(result.notes!.join('\n')).toMatch(/weak: the audits found some, so it ran on all \d+ .* and found 0/);
  // A sample that is all of them says nothing of what the audits found.
  const few = await evaluate({
    ...changes,
    selection: selectExamples(many, 12),
    plan: smallPlan(0.6, [stage('weak', [])]),
  });
  expect(few.stages![0]!.audit).toMatchObject({ ranOnAll: true });
  expect(few.notes!.join('\n')).not.toMatch(/audit|sample/);
  // A stopped one has the samples that were drawn, of all stages.
  expect(await interrupted(52, changes)).toMatchObject({ code: 'INTERRUPTED' });
  const journal = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(journal.match(/"kind":"audit","stage":"(first|strong|weak)"/g)).toHaveLength(3);
  expect(lasting(await evaluate(changes))).toBe(lasting(result));
  disposeSplit(many);
});

describe('a saved state', () => {
  test('after an interruption goes on to the identical result, at the same batch size', async () => {
    const whole = lasting(await evaluate());
    for (const chunks of [1, 8, 14]) {
      const failure = await interrupted(chunks);
      expect(failure).toMatchObject({ code: 'INTERRUPTED' });
      expect(lasting(await evaluate())).toBe(whole);
    }
  });

  test('may end in half a line', async () => {
    const whole = lasting(await evaluate());
    await interrupted(7);
    appendFileSync(join(folder, 'journal.jsonl'), '{"kind":"attack","stage":"fi');
    expect(lasting(await evaluate())).toBe(whole);
  });

  test.each<[string, RegExp, () => Partial<EvaluationJobOptions>]>([
    ['seed', /the seed: saved 1, now 2/, () => ({ seed: 2 })],
    ['epsilon', /the attack: saved .*0\.06.*now .*0\.05/, () => ({ plan: smallPlan(0.05) })],
    ['order', /the order: saved exact, now sampled/, () => ({ order: 'sampled' })],
    [
      'sample',
      /the examples: saved test\[0:40\], now test, 40 of 40 drawn with seed 3/,
      () => ({ selection: selectExamples(split, 40, 3) }),
    ],
    ['data set', /the data set: saved made up, now other/, () => ({ dataset: { name: 'other', classes: [] } })],
    [
      'backend',
      /in the backend plain, which is kept.* received the backend channels-last/,
      () => ({ backend: 'channels-last' }),
    ],
  ])('of another %s is refused with what differs, and stays', async (_, message, changes) => {
    await interrupted(6);
    const failure = await failureOf(runEvaluationJob(job({ ...changes(), preflight: false })));
    expect(failure).toMatchObject({ code: 'CHECKPOINT' });
    expect(failure!.message).toMatch(message);
    await evaluate();
  });

  test('of another model or other images is refused', async () => {
    await interrupted(6);
    const other = smallNetwork(4);
    const model_ = await failureOf(runEvaluationJob(job({ model: other, preflight: false })));
    expect(model_!.message).toMatch(/the weights \(by their SHA-256\): saved [0-9a-f]{12}…, now [0-9a-f]{12}…/);
    const images = smallSplit(other);
    const images_ = await failureOf(runEvaluationJob(job({ split: images, preflight: false })));
    expect(images_!.message).toContain('the images or labels (by their SHA-256)');
    other.dispose();
    disposeSplit(images);
    await evaluate();
  });

  test('that another process works on is refused', async () => {
    await interrupted(6);
    const lock = lockEvaluation(folder);
    const failure = await failureOf(runEvaluationJob(job()));
    expect(failure!.message).toMatch(/process \d+ on .*, works on the evaluation in/);
    lock.release();
    await evaluate();
  });

  test('that is damaged is refused', async () => {
    await interrupted(6);
    writeFileSync(join(folder, 'state.json'), '{}');
    expect((await failureOf(runEvaluationJob(job())))!.message).toMatch(
      /state\.json is not the state of an evaluation/,
    );
  });
});

describe('refusals', () => {
  test('more examples than there are', () => {
    expect(() => selectExamples(split, 41)).toThrow('expected at most the 40 examples of test, received 41');
  });

  test('a check that forbids the evaluation: nothing is written', async () => {
    const failure = await failureOf(runEvaluationJob(job({ plan: smallPlan(0.9) })));
    expect(failure).toMatchObject({ code: 'EVALUATION' });
    expect(existsSync(folder)).toBe(false);
  });
});
