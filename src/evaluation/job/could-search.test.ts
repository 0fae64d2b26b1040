/**
 * Every evaluation says whether its attack could search, and goes on where a network gives no numbers.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.js';
import { NORMS, Pgd, Square, type AttackStage } from '../../attacks/index.js';
import type { Split } from '../../data/index.js';
import { tensor, tidy, type Tensor } from '../../engine/index.js';
import { Sequential, type Module } from '../../nn/index.js';
import type { EvaluationResult } from '../results.js';
import { runEvaluationJob, singleAttackPlan, type EvaluationJobOptions } from './index.js';
import { smallJob, smallPlan, withSmallNetwork } from './job.test-helper.js';

/** Computes on what becomes of the images. */
class Seeing extends Sequential {
  constructor(
    readonly network: Module,
    readonly see: (images: Tensor) => Tensor,
  ) {
    super(network);
  }
  override forward(input: Tensor): Tensor {
    return tidy(() => super.forward(this.see(input)));
  }
}

const EPSILON = 0.06;
let model: Module;
let split: Split;
withSmallNetwork((made) => {
  ({ model, split } = made);
});

/** Answers 0 whatever it sees. */
class Answering extends Sequential {
  override forward(images: Tensor): Tensor {
    return super
      .forward(images)
      .mul(1e-3)
      .add(tensor([5, 0, 0, 0]));
  }
}

async function evaluate(network: Module, changes: Partial<EvaluationJobOptions> = {}): Promise<EvaluationResult> {
  const job = smallJob(network, split, join(temporaryFolder(), 'state'));
  const { result, finish } = await runEvaluationJob({ ...job, ...changes });
  finish();
  return result;
}
const pgd = singleAttackPlan({ name: 'pgd', norm: 'linf', epsilon: EPSILON, steps: 5 }, 1, 4);

test('an ordinary network has no mark', async () => {
  const result = await evaluate(model, { plan: pgd });
  expect(result.masking).toMatchObject({ verdict: 'pass', norm: 'linf', epsilon: EPSILON });
  expect(result.attacks.pgd).not.toHaveProperty('doubt');
  // The labels are what the small network says, and it never says class a.
  expect(result.notes).toEqual([expect.stringMatching(/^none of these 40 images is of a:/)]);
});

test('where gradients vanish, the number is marked in result and notes', async () => {
  // Grey levels as they are, but no slope.
  const stepped = new Seeing(model, (images) => images.mul(255).round().div(255));
  const result = await evaluate(stepped, { plan: pgd });
  expect(result.masking?.indicators[0]).toMatchObject({ name: 'zero-gradients', verdict: 'fail' });
  expect(result.attacks.pgd?.doubt).toBe('fail');
  expect(result.notes!.join()).toMatch(/fail: gradients must not vanish: .*100\.0 %/);
});

test('a stage without gradients that finds more than those before it marks the number', async () => {
  const stages: AttackStage[] = [
    stageOf('apgd-ce', () => new Pgd({ norm: NORMS.linf, epsilon: EPSILON, steps: 0 })),
    { ...stageOf('square', () => new Square({ norm: NORMS.linf, epsilon: EPSILON, queries: 60 })), blackBox: true },
  ];
  const result = await evaluate(model, { plan: smallPlan(EPSILON, stages) });
  expect(result.stages![1]!.errors).toBeGreaterThan(3);
  expect(result.masking?.indicators.at(-1)).toMatchObject({ name: 'stages', verdict: 'fail' });
  expect(result.attacks.autoattack?.doubt).toBe('fail');
});

const stageOf = (name: string, create: () => Pgd | Square) => ({
  name,
  rounds: [{ restart: 0, create }],
  steps: 1,
  untilFooled: false,
  blackBox: false,
  audited: false,
  notes: [],
});

test('a network that gives NaN under attack only is said early, and the others are attacked on', async () => {
  // There is no square root where a pixel is within 0.0015 of the shade.
  const fragile = new Seeing(model, (images) => images.add(images.sub(SHADE).abs().sub(0.0015).sqrt().mul(0)));
  const warnings: string[] = [];
  const onWarning = (sentence: string) => {
    warnings.push(sentence);
  };
  const whole = await evaluate(model, { plan: pgd });
  const result = await evaluate(fragile, { plan: pgd, preflight: false, onWarning });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/gives NaN for \d+ images so far .*They count as errors, and the others are attacked on/);
  expect(result.verified!.unanswered!.length).toBeGreaterThan(0);
  expect(result.notes!.join()).toContain('under attack the network gives NaN');
  expect(result.attacks.pgd!.errors).toBeGreaterThanOrEqual(whole.attacks.pgd!.errors);
  expect(result.attacks.pgd!.errors).toBeLessThan(40);
});

/** A shade that no byte has within 0.0019, so that only what is between two of them is near it. */
const SHADE = 100.5 / 255;

test('a network that never answers with a class is said to: an error that an attack hardly moves is no robustness then', async () => {
  const collapsed = new Answering(model);
  const { notes, perClass } = await evaluate(collapsed, { plan: pgd, preflight: false });
  const never = perClass!.filter(({ examples, cleanErrors }) => examples >= 5 && cleanErrors === examples);
  expect(never.length).toBeGreaterThan(0);
  expect(notes!.join()).toContain(`never right on ${never[0]!.name} (0 of ${never[0]!.examples} right)`);
  const { notes: others } = await evaluate(model, { plan: pgd });
  expect(others!.join()).not.toContain('never right');
});
