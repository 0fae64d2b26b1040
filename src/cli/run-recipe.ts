/**
 * Carries out a recipe in its run folder: train, evaluate, gallery.
 *
 * @module
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { count, disposeSplit, loadDataset, slice, splitTo, type Dataset } from '../data/index.js';
import {
  cleanError,
  makeGallery,
  robustError,
  type EvaluationResult,
  type RobustErrorRate,
} from '../evaluation/index.js';
import { createProgress, describeEnvironment, type Progress, type RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { loadModel, recipeText, train, type Recipe } from '../training/index.js';

export interface RunOptions {
  readonly name: string;
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** Folder of the data set; default: where it is found. */
  readonly data?: string | undefined;
  readonly device: string;
  readonly signal: AbortSignal;
  /** Says one plain line. */
  readonly say: (line: string) => void;
}

/** Trains and evaluates. A run that was stopped goes on; one that is complete starts anew. */
export async function runRecipe({
  name,
  recipe,
  folder,
  data,
  device,
  signal,
  say,
}: RunOptions): Promise<EvaluationResult> {
  const dataset = openDataset(recipe, data, device);
  try {
    requireExamples(recipe, dataset);
    requireSameRecipe(folder, recipe);
    // Only now: what the recipe or the data set lacks must not cost an earlier run its results.
    if (existsSync(folder.evaluation)) rmSync(folder.path, { recursive: true });
    folder.create();
    writeFileAtomically(folder.recipe, recipeText(recipe));
    writeFileAtomically(folder.environment, toJson(describeEnvironment(name, recipe.seed, device)));
    const checkpoint = await train({ recipe, dataset, folder, progress: createProgress(), say, signal });
    const { model } = loadModel(checkpoint);
    try {
      model.to(device);
      const result = await evaluateRecipe(model, dataset, recipe, signal);
      const { attack, restarts } = recipe.evaluation;
      writeFileAtomically(folder.gallery, toJson(makeGallery(model, dataset, { attack, restarts, seed: recipe.seed })));
      writeFileAtomically(folder.evaluation, toJson(result));
      return result;
    } finally {
      model.dispose();
    }
  } finally {
    disposeSplit(dataset.train);
    disposeSplit(dataset.test);
  }
}

/** A run that was stopped goes on only with the recipe it began with. */
function requireSameRecipe(folder: RunFolder, recipe: Recipe): void {
  const stopped = !existsSync(folder.evaluation) && existsSync(folder.checkpoint('last'));
  if (!stopped || readFileSync(folder.recipe, 'utf8') === recipeText(recipe)) return;
  throw new SaddlepointError(
    'RECIPE',
    `${folder.path} holds a stopped run of another recipe (its recipe.yaml). Give this run another --name, or remove that folder`,
  );
}

/** Refuses before the training what would fail after it. */
function requireExamples({ evaluation }: Recipe, { name, test }: Dataset): void {
  if (evaluation.examples <= count(test)) return;
  throw new SaddlepointError(
    'RECIPE',
    `expected evaluation.examples of at most the ${count(test)} test images of ${name}, received ${evaluation.examples}`,
  );
}

function openDataset(recipe: Recipe, folder: string | undefined, device: string): Dataset {
  const dataset = loadDataset(recipe.dataset.name, folder);
  if (device === 'cpu') return dataset;
  const moved = { ...dataset, train: splitTo(dataset.train, device), test: splitTo(dataset.test, device) };
  disposeSplit(dataset.train);
  disposeSplit(dataset.test);
  return moved;
}

/** Measures what the recipe's `evaluation` asks for, with a progress line for each part. */
export async function evaluateRecipe(
  model: Module,
  dataset: Dataset,
  recipe: Pick<Recipe, 'evaluation' | 'seed'>,
  signal?: AbortSignal,
): Promise<EvaluationResult> {
  const started = performance.now();
  const { examples, attack, restarts, curve } = recipe.evaluation;
  const split = slice(dataset.test, 0, examples);
  const progress = createProgress();
  const watched = {
    signal,
    onProgress: (done: number) => {
      progress.update(done);
    },
  };

  try {
    const clean = await cleanError(model, split, { signal });
    progress.start(`${attack.name} evaluation`, examples);
    const robust = await robustError(model, split, { ...watched, attack, restarts, seed: recipe.seed });
    progress.stop();
    const points = curve.length === 0 ? [] : await epsilonCurve(model, dataset, recipe, progress, signal);
    return {
      dataset: dataset.name,
      split: split.name,
      examples,
      clean,
      attacks: { [attack.name]: robust },
      curve: points,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    progress.stop(); // a bar left running would hide the cursor and keep the process alive
    disposeSplit(split);
  }
}

/** Robust error against growing budgets, from the clean error on; one restart each. */
async function epsilonCurve(
  model: Module,
  dataset: Dataset,
  { evaluation, seed }: Pick<Recipe, 'evaluation' | 'seed'>,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<RobustErrorRate[]> {
  const { attack, curve, curveExamples, examples } = evaluation;
  const split = slice(dataset.test, 0, Math.min(examples, curveExamples));
  progress.start('epsilon curve', curve.length);
  try {
    const { errors, error, interval } = await cleanError(model, split, { signal });
    const { name, norm, steps } = attack;
    const clean = { attack: name, norm, steps, restarts: 1, examples: count(split), errors, robustError: error };
    const points: RobustErrorRate[] = [{ ...clean, epsilon: 0, interval }];
    for (const epsilon of curve) {
      // A step size chosen for one budget says nothing for another: the default follows epsilon.
      const scaled = { ...attack, stepSize: undefined, epsilon };
      points.push(await robustError(model, split, { signal, attack: scaled, restarts: 1, seed }));
      progress.update(points.length - 1);
    }
    return points;
  } finally {
    disposeSplit(split);
  }
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
