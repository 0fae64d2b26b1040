/**
 * Carries out a recipe in its run folder: train, evaluate, gallery.
 *
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import { writeFileAtomically } from '../engine/index.js';
import { disposeSplit, loadDataset, slice, splitTo, type Dataset } from '../data/index.js';
import { cleanError, makeGallery, robustError, type EvaluationResult, type RobustErrorRate } from '../evaluation/index.js';
import { createProgress, describeEnvironment, type RunFolder } from '../monitoring/index.js';
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
}

/** Trains and evaluates. A run that was stopped goes on; one that is complete starts anew. */
export async function runRecipe({ name, recipe, folder, data, device, signal }: RunOptions): Promise<EvaluationResult> {
  if (existsSync(folder.evaluation)) rmSync(folder.path, { recursive: true });
  folder.create();
  writeFileAtomically(folder.recipe, recipeText(recipe));
  writeFileAtomically(folder.environment, toJson(describeEnvironment(name, recipe.seed, device)));
  const dataset = openDataset(recipe, data, device);
  try {
    const checkpoint = await train({ recipe, dataset, folder, progress: createProgress(), signal });
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
  const { examples, attack, restarts, curve, curveExamples } = recipe.evaluation;
  const split = slice(dataset.test, 0, examples);
  const progress = createProgress();
  const watched = { signal, onProgress: (done: number) => { progress.update(done); } };

  const clean = await cleanError(model, split, { signal });
  progress.start(`${attack.name} evaluation`, examples);
  const robust = await robustError(model, split, { ...watched, attack, restarts, seed: recipe.seed });
  progress.stop();

  const points: RobustErrorRate[] = [];
  const curveSplit = slice(dataset.test, 0, Math.min(examples, curveExamples));
  const unlabelled = { ...attack, stepSize: undefined };
  progress.start('epsilon curve', curve.length);
  for (const epsilon of curve) {
    points.push(await robustError(model, curveSplit, { signal, attack: { ...unlabelled, epsilon }, restarts: 1, seed: recipe.seed }));
    progress.update(points.length);
  }
  progress.stop();
  return {
    dataset: dataset.name,
    split: split.name,
    examples,
    clean,
    attacks: { [attack.name]: robust },
    curve: points,
    seconds: (performance.now() - started) / 1000,
  };
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
