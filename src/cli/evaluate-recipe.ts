/**
 * Measures what a recipe's `evaluation` asks for: its attack, the curve over budgets, AutoAttack, signs of gradient
 * masking, confidence.
 *
 * @module
 */
import { dirname, join } from 'node:path';
import { confidenceStages, createAttack } from '../attacks/index.js';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { disposeSplit, slice, type Dataset } from '../data/index.js';
import {
  autoAttackPlan,
  combineEvaluations,
  evaluationId,
  maskingReport,
  runEpsilonCurve,
  runEvaluationJob,
  selectExamples,
  singleAttackPlan,
  usualWorkers,
  type AttackPlan,
  type EvaluationForm,
  type EvaluationOrder,
  type EvaluationResult,
  type FinishedCurve,
  type FinishedEvaluation,
  type Parallel,
} from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import { createProgress, type Progress, type RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { confidenceOf, type Recipe } from '../training/index.js';
import { evaluateConfidence, type Seeking } from './evaluate-confidence.js';
import { chooseEvaluationForm } from './evaluate-form.js';

export interface RecipeEvaluation {
  readonly model: Module;
  readonly dataset: Dataset;
  readonly recipe: Pick<Recipe, 'evaluation' | 'seed'>;
  /** What the network is, for threads that share the attacks; without it, one does them all. */
  readonly description?: ModelDescription | undefined;
  readonly folder: RunFolder;
  readonly signal?: AbortSignal | undefined;
}

/** The attacks a recipe's `evaluation` asks for. @throws SaddlepointError ARGUMENT for what one of them refuses */
export function evaluationAttacks({ evaluation }: Pick<Recipe, 'evaluation'>, classes: number) {
  const { attack, restarts, autoAttack } = evaluation;
  const { norm, epsilon } = attack;
  return {
    main: singleAttackPlan(attack, restarts, classes),
    autoAttack: autoAttack && autoAttackPlan({ version: autoAttack.version, norm, epsilon, classes }),
    seeking: confidentErrorsAttack(evaluation, classes),
  };
}

function confidentErrorsAttack(evaluation: Recipe['evaluation'], classes: number): Seeking | undefined {
  const { attack } = evaluation;
  const asked = confidenceOf(evaluation);
  if (asked === undefined) return undefined;
  if (asked.attack === 'autoattack') return confidenceStages({ ...asked, norm: attack.norm, epsilon: attack.epsilon, classes }); // prettier-ignore
  // Its objective is untargeted.
  return createAttack({ ...attack, objective: 'confidence', target: undefined });
}

/**
 * Runs the evaluations as jobs whose state lies in the run folder, with a progress line for each part, and writes the
 * result: AutoAttack's into a file of its own, everything into `evaluation/test.json`, which comes last and says that the
 * run is complete. Until then a stopped evaluation goes on where it was.
 */
export async function evaluateRecipe(run: RecipeEvaluation): Promise<EvaluationResult> {
  const { recipe, folder, dataset } = run;
  const { examples, autoAttack } = recipe.evaluation;
  const attacks = evaluationAttacks(recipe, dataset.classes.length);
  const progress = createProgress();
  const jobs: Pick<FinishedEvaluation, 'finish' | 'close'>[] = [];
  try {
    const main = await runJob(run, attacks.main, { examples, file: folder.evaluation }, progress);
    jobs.push(main);
    const files = new Map<string, EvaluationResult>();
    if (autoAttack !== undefined && attacks.autoAttack !== undefined) {
      const plan = attacks.autoAttack;
      const selection = selectExamples(dataset.test, autoAttack.examples);
      const file = join(
        dirname(folder.evaluation),
        `${evaluationId(plan, selection, { seed: recipe.seed, order: autoAttack.order })}.json`,
      );
      const job = await runJob(run, plan, { ...autoAttack, file }, progress);
      jobs.push(job);
      files.set(file, job.result);
    }
    const curve = await epsilonCurve(run, main.form, progress);
    if (curve !== undefined) jobs.push(curve);
    const started = performance.now();
    const notes: string[] = [];
    const { seeking } = attacks;
    const rest = {
      curve: curve?.curve ?? [],
      masking: await orNote('gradient masking', notes, () => masking(run, progress)),
      confidence: seeking && (await orNote('the error with a right to refuse', notes, () => evaluateConfidence({ ...run, test: dataset.test, seeking, progress }))), // prettier-ignore
    };
    const seconds = (performance.now() - started) / 1000 + (curve?.seconds ?? 0);
    const result = combineEvaluations([
      main.result,
      ...files.values(),
      { ...main.result, attacks: {}, stages: [], notes, ...rest, seconds },
    ]);
    for (const [file, one] of files.set(folder.evaluation, result)) writeFileAtomically(file, toJson(one));
    for (const { finish } of jobs.splice(0)) finish();
    return result;
  } finally {
    for (const { close } of jobs) close();
    progress.stop(); // a bar left running would hide the cursor and keep the process alive
  }
}

/** Images at once. */
const BATCH_SIZE = 250;

function parallelOf({ dataset, description }: RecipeEvaluation): Parallel | undefined {
  if (description === undefined) return undefined;
  return { workers: usualWorkers(dataset.test.images.device, BATCH_SIZE), description };
}

interface JobOptions {
  readonly examples: number;
  /** Where the result goes; the state lies in a folder of that name. */
  readonly file: string;
  readonly order?: EvaluationOrder | undefined;
}

function runJob(
  run: RecipeEvaluation,
  plan: AttackPlan,
  { examples, file, order }: JobOptions,
  progress: Progress,
): Promise<FinishedEvaluation> {
  const { model, dataset, recipe, signal } = run;
  return runEvaluationJob({
    model,
    split: dataset.test,
    dataset,
    plan,
    selection: selectExamples(dataset.test, examples),
    seed: recipe.seed,
    order,
    batchSize: BATCH_SIZE,
    parallel: parallelOf(run),
    chooseForm: () => chooseEvaluationForm(model, dataset.test),
    folder: file.replace(/\.json$/, ''),
    progress,
    signal,
  });
}

/** Robust error against growing budgets, as a job beside the others; undefined where the recipe asks for none. */
async function epsilonCurve(
  run: RecipeEvaluation,
  form: EvaluationForm,
  progress: Progress,
): Promise<FinishedCurve | undefined> {
  const { model, dataset, recipe, folder, signal } = run;
  const { attack, curve: budgets, curveExamples, examples } = recipe.evaluation;
  if (budgets.length === 0) return undefined;
  return runEpsilonCurve({
    model,
    split: dataset.test,
    dataset,
    attack,
    budgets,
    selection: selectExamples(dataset.test, Math.min(examples, curveExamples)),
    seed: recipe.seed,
    batchSize: BATCH_SIZE,
    parallel: parallelOf(run),
    chooseForm: () => form,
    folder: join(dirname(folder.evaluation), 'curve'),
    progress,
    signal,
  });
}

/** Signs of gradient masking on the first test images; undefined where the recipe asks for none. */
async function masking({ model, dataset, recipe, signal }: RecipeEvaluation, progress: Progress) {
  const { masking: examples, attack } = recipe.evaluation;
  if (examples === 0) return undefined;
  const { norm, epsilon } = attack;
  const split = slice(dataset.test, 0, examples);
  const onProgress = (_: string, done: number, total: number) => {
    if (done === 1) progress.start('gradient masking', total);
    progress.update(done);
  };
  try {
    return await maskingReport(model, split, { norm, epsilon, seed: recipe.seed, examples, onProgress, signal });
  } finally {
    progress.stop();
    disposeSplit(split);
  }
}

/** Undefined, and a note, where the network leaves nothing to measure: that is worth no whole evaluation. */
async function orNote<Result>(what: string, notes: string[], work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.code !== 'EVALUATION') throw error;
    notes.push(`${what} was not measured: ${error.message}`);
    return undefined;
  }
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
