/**
 * Carries out `saddlepoint evaluate`: what is evaluated, on which examples, against which attacks; then the jobs, one
 * after the other.
 *
 * @module
 */
import { join } from 'node:path';
import { SaddlepointError, tensor, writeFileAtomically } from '../engine/index.js';
import { count, disposeSplit, loadDataset, splitTo, type DatasetName, type Split } from '../data/index.js';
import {
  cleanError,
  combineEvaluations,
  evaluationId,
  examplesWithin,
  predictSeconds,
  probeSpeed,
  runEvaluationJob,
  selectExamples,
  unfinishedEvaluations,
  type AttackPlan,
  type EvaluationForm,
  type EvaluationNaming,
  type EvaluationOrder,
  type EvaluationResult,
  type Selection,
} from '../evaluation/index.js';
import { createProgress } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { chooseEvaluationForm } from './evaluate-form.js';
import { checkNames, plansOf, type PlanOptions } from './evaluate-plans.js';
import { openSubject, requireFit, type SubjectOptions } from './evaluate-subject.js';
import { describeSeconds } from './evaluate-time.js';
import { interruptible } from './interrupt.js';
import { resultsTable } from './results-table.js';
import { toJson } from './evaluate-recipe.js';

export interface EvaluateOptions extends PlanOptions, SubjectOptions {
  readonly order: EvaluationOrder;
  readonly dataset?: string;
  readonly data?: string;
  readonly examples?: number;
  readonly sample?: number;
  readonly budget?: number;
  readonly cleanOnly: boolean;
  readonly batchSize?: number;
  readonly form?: EvaluationForm;
  readonly seed?: number;
  readonly device: string;
}

const EXAMPLES = 1000;

export async function runEvaluate(path: string, options: EvaluateOptions): Promise<void> {
  checkNames(options);
  const { model, architecture, recipe, output } = openSubject(path, options);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  if (
    recipe === undefined &&
    (options.dataset === undefined || (options.epsilon === undefined && !options.cleanOnly))
  ) {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --dataset and --epsilon for a checkpoint outside of its run folder',
    );
  }
  const { plans, dataset } = (() => {
    const name = options.dataset ?? recipe?.dataset.name ?? '';
    // Refuses the data set's name with the rest; the number of classes is known only after it is loaded.
    if (!options.cleanOnly) plansOf(options, recipe, name, 10);
    const loaded = loadDataset(name as DatasetName, options.data);
    disposeSplit(loaded.train);
    const test = options.device === 'cpu' ? loaded.test : splitTo(loaded.test, options.device);
    model.to(options.device);
    const classes = requireFit(model, { ...loaded, test });
    return { plans: options.cleanOnly ? [] : plansOf(options, recipe, name, classes), dataset: { ...loaded, test } };
  })();
  const { test } = dataset;
  const seed = options.seed ?? recipe?.seed ?? 1;
  const asked = options.examples ?? Math.min(recipe?.evaluation.examples ?? EXAMPLES, count(test));
  selectExamples(test, asked, options.sample); // refuses more than there are
  const elsewhere = dataset.name === recipe?.dataset.name ? undefined : dataset.name;
  const naming: EvaluationNaming = { seed, order: options.order, dataset: elsewhere };

  const result = await interruptible(async (signal) => {
    if (options.cleanOnly) {
      const selection = selectExamples(test, asked, options.sample);
      const result = await cleanResult(model, test, dataset.name, selection, signal);
      const sampled = options.sample === undefined ? [] : [`sample${options.sample}`];
      const file = join(output, `${['clean', asked, ...sampled, ...(elsewhere === undefined ? [] : [elsewhere])].join('-')}.json`); // prettier-ignore
      writeFileAtomically(file, toJson(result));
      say(`Result: ${file}`);
      return result;
    }
    let all: EvaluationResult | undefined;
    for (const plan of plans) {
      const examples = forecast(model, test, plan, asked, options, output, naming, say);
      const selection = selectExamples(test, examples, options.sample);
      const id = evaluationId(plan, selection, naming);
      const { result: one, finish } = await runEvaluationJob({
        model,
        split: test,
        dataset,
        plan,
        selection,
        seed,
        order: options.order,
        batchSize: options.batchSize,
        form: options.form,
        chooseForm: () => chooseEvaluationForm(model, test),
        folder: join(output, id),
        progress: createProgress(),
        signal,
      });
      writeFileAtomically(join(output, `${id}.json`), toJson(one));
      finish();
      tell(one, say);
      say(`Result: ${join(output, `${id}.json`)}`);
      all = all === undefined ? one : combineEvaluations([all, one]);
    }
    return all!;
  });
  say(`\n${resultsTable([{ training: recipe?.training.method ?? '', architecture, result }])}`);
}

/** Says how long it will take; with a time given, how many examples fit it. */
function forecast(
  model: Module,
  test: Split,
  plan: AttackPlan,
  asked: number,
  { budget, order, examples, sample }: EvaluateOptions,
  output: string,
  naming: EvaluationNaming,
  say: (line: string) => void,
): number {
  const [begun] = budget === undefined ? [] : unfinishedEvaluations(output, plan, naming, sample);
  if (begun !== undefined) {
    say(`  ${plan.attack}: going on with the unfinished evaluation of ${begun} images`);
    return begun;
  }
  const probe = probeSpeed(model, test, plan);
  const most = examples ?? count(test);
  const chosen = budget === undefined ? asked : examplesWithin(plan, order, budget, most, probe);
  const time = describeSeconds(predictSeconds(plan, order, chosen, probe));
  const reason = budget === undefined ? '' : `, chosen to fit ${describeSeconds(budget)}`;
  say(`  ${plan.attack}: about ${time} for ${chosen} images${reason}`);
  return chosen;
}

function tell(
  { stages = [], bound, notes = [], verified, eightBit }: EvaluationResult,
  say: (line: string) => void,
): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  for (const { name, attacked, errors, robustError, seconds } of stages) {
    say(
      `  ${name}: ${errors} of ${attacked} fooled, robust error ${percent(robustError)}, ${describeSeconds(seconds)}`,
    );
  }
  if (bound !== undefined) {
    const { stages: audited, sample, of, robustError } = bound;
    say(
      `  ${audited.join(', ')} ran on ${sample} of ${of}: with 95 % confidence the robust error is at most ${percent(robustError)}`,
    );
  }
  for (const note of notes) say(`  note: ${note}`);
  if (verified !== undefined && eightBit !== undefined) {
    say(
      `  verified from the saved images: ${percent(verified.robustError)}; rounded to 8 bits: ${percent(eightBit.robustError)}`,
    );
  }
}

async function cleanResult(
  model: Module,
  test: Split,
  dataset: string,
  { positions, name, seed }: Selection,
  signal: AbortSignal,
): Promise<EvaluationResult> {
  const started = performance.now();
  const where = tensor(BigInt64Array.from(positions, BigInt), { device: test.images.device });
  const part = { ...test, images: test.images.indexSelect(0, where), labels: test.labels.indexSelect(0, where) };
  where.dispose();
  try {
    const clean = await cleanError(model, part, { signal });
    const seconds = (performance.now() - started) / 1000;
    const sample = seed === undefined ? {} : { sample: { seed } };
    return { dataset, split: name, examples: positions.length, clean, attacks: {}, curve: [], ...sample, seconds };
  } finally {
    disposeSplit(part);
  }
}
