/**
 * What a recipe's evaluation measures beside its attacks: the curve over budgets, signs of gradient masking, the error
 * of a classifier that may refuse to answer, distal adversarial examples, and certificates by randomised smoothing.
 *
 * @module
 */
import { dirname, join } from 'node:path';
import { disposeSplit, slice, type Dataset } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import {
  confidenceOf,
  distalOf,
  confidenceEvaluation,
  findConfidentErrors,
  maskingReport,
  runCertification,
  runDistal,
  runEpsilonCurve,
  selectExamples,
  usualWorkers,
  type AttackPlan,
  type ConfidenceResult,
  type EvaluationBackend,
  type FinishedCorruptions,
  type FinishedCurve,
  type FinishedDistal,
  type FoundConfidentErrors,
  type JobOptions,
  type NetworkSource,
} from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import type { Progress, RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import type { Recipe } from '../training/index.js';
import { corruptionNotes, measureCorruptions, openCorruptions } from './evaluate-corruptions.js';

export interface RecipeEvaluation {
  readonly model: Module;
  readonly dataset: Dataset;
  readonly recipe: Pick<Recipe, 'evaluation' | 'seed'>;
  /** What the network is, for threads that share the attacks; without it, one does them all. */
  readonly description?: ModelDescription | undefined;
  /** Where it comes from. */
  readonly source?: NetworkSource | undefined;
  readonly folder: RunFolder;
  /** Is told how far each part is. Default: nobody. */
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told each plain line. Default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Images at once. */
const BATCH_SIZE = 250;

/** What all jobs of a recipe's evaluation have in common. */
export function jobOptions(
  { model, dataset, recipe, description, source, signal, say }: RecipeEvaluation,
  { examples, ...own }: Pick<JobOptions, 'folder' | 'chooseBackend' | 'progress'> & { readonly examples: number },
): JobOptions {
  const workers = usualWorkers(dataset.test.images.device, BATCH_SIZE);
  return {
    model,
    source,
    split: dataset.test,
    dataset,
    selection: selectExamples(dataset.test, examples),
    seed: recipe.seed,
    batchSize: BATCH_SIZE,
    parallel: description && { workers, description },
    onWarning: (sentence) => say?.(`  warning: ${sentence}`),
    signal,
    ...own,
  };
}

/** Robust error against growing budgets, as a job beside the others; undefined where the recipe asks for none. */
export async function epsilonCurve(
  run: RecipeEvaluation,
  backend: EvaluationBackend,
  progress: Progress,
): Promise<FinishedCurve | undefined> {
  const { attack, curve: budgets, curveExamples, examples } = run.recipe.evaluation;
  if (budgets.length === 0) return undefined;
  const folder = join(dirname(run.folder.evaluation), 'curve');
  const shared = jobOptions(run, {
    examples: Math.min(examples, curveExamples),
    folder,
    chooseBackend: () => backend,
    progress,
  });
  return runEpsilonCurve({ ...shared, attack, budgets });
}

/** Signs of gradient masking on the first test images; undefined where the recipe asks for none. */
export async function masking({ model, dataset, recipe, signal }: RecipeEvaluation, progress: Progress) {
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

/** The first test images at their worst, as a job beside the others. */
export async function confidentErrors(
  run: RecipeEvaluation,
  plan: AttackPlan,
  backend: EvaluationBackend,
  progress: Progress,
): Promise<FoundConfidentErrors> {
  const { examples = 0 } = confidenceOf(run.recipe.evaluation) ?? {};
  const folder = join(dirname(run.folder.evaluation), 'confidence');
  return findConfidentErrors({
    ...jobOptions(run, { examples, folder, chooseBackend: () => backend, progress }),
    plan,
  });
}

/**
 * Thresholds from the last tenth of the test images, errors with confidence on the first ones. Disposes of the images.
 */
export async function confidence(
  { model, dataset, recipe, signal }: RecipeEvaluation,
  { images }: FoundConfidentErrors,
): Promise<ConfidenceResult> {
  const { norm, epsilon, name } = recipe.evaluation.attack;
  const attack = `${confidenceOf(recipe.evaluation)?.attack === 'autoattack' ? 'autoattack' : name} for confidence`;
  try {
    return await confidenceEvaluation(model, dataset.test, [images], { attack, norm, epsilon, signal });
  } finally {
    images.dispose();
  }
}

/** Noise that the network is sure of, as a job beside the others; undefined where the recipe asks for none. */
export async function distal(
  run: RecipeEvaluation,
  backend: EvaluationBackend,
  progress: Progress,
): Promise<FinishedDistal | undefined> {
  const asked = distalOf(run.recipe.evaluation);
  if (asked === undefined) return undefined;
  const folder = join(dirname(run.folder.evaluation), 'distal');
  const shared = jobOptions(run, { examples: 1, folder, chooseBackend: () => backend, progress });
  return runDistal({ ...shared, ...asked });
}

/** The error on common corruptions, as a job beside the others; undefined where the recipe asks for none. */
export async function corruptions(
  { model, source, dataset, recipe, folder, signal }: RecipeEvaluation,
  progress: Progress,
): Promise<(FinishedCorruptions & { readonly notes: readonly string[] }) | undefined> {
  const { corruptions: wanted } = recipe.evaluation;
  if (wanted === undefined) return undefined;
  const asked = openCorruptions(wanted.folder, dataset, wanted.examples);
  const state = join(dirname(folder.evaluation), 'corruptions');
  const batchSize = BATCH_SIZE;
  const job = await measureCorruptions({
    ...asked,
    model,
    source,
    dataset,
    folder: state,
    batchSize,
    progress,
    signal,
  });
  return { ...job, notes: corruptionNotes(asked.corruptions) };
}

/** Certificates by randomised smoothing, as a job beside the others; undefined where the recipe asks for none. */
export async function certificates(run: RecipeEvaluation, progress: Progress) {
  const { smoothing } = run.recipe.evaluation;
  if (smoothing === undefined) return undefined;
  const { examples, ...settings } = smoothing;
  const folder = join(dirname(run.folder.evaluation), 'smoothing');
  return runCertification({ ...jobOptions(run, { examples, folder, progress }), ...settings });
}

/** Undefined, and a note, where the network leaves nothing to measure: that is worth no whole evaluation. */
export async function orNote<Result>(
  what: string,
  notes: string[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.code !== 'EVALUATION') throw error;
    notes.push(`${what} was not measured: ${error.message}`);
    return undefined;
  }
}
