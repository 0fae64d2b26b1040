/**
 * Carries out a recipe in its run folder: train, evaluate, gallery.
 *
 * @module
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { count, disposeSplit, loadDataset, splitTo, type Dataset } from '../data/index.js';
import { testCount } from '../evaluation/confidence/probabilities.js';
import { makeGallery, type EvaluationResult } from '../evaluation/index.js';
import { checkEpsilon } from '../evaluation/preflight/epsilon.js';
import { createProgress, describeEnvironment, type RunFolder } from '../monitoring/index.js';
import { confidenceOf, loadModel, recipeText, train, type Recipe } from '../training/index.js';
import { evaluateRecipe, evaluationAttacks, toJson } from './evaluate-recipe.js';

export interface RunOptions {
  readonly name: string;
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** Folder of the data set; default: where it is found. */
  readonly data?: string | undefined;
  readonly device: string;
  readonly signal: AbortSignal;
  /** Ends the training after this many steps, as an interrupted run. */
  readonly steps?: number | undefined;
  /** Says one plain line. */
  readonly say: (line: string) => void;
}

/** What a complete run of this very recipe found, if the folder holds one. */
export function completedRun(folder: RunFolder, recipe: Recipe): EvaluationResult | undefined {
  if (!existsSync(folder.evaluation) || !existsSync(folder.recipe)) return undefined;
  if (readFileSync(folder.recipe, 'utf8') !== recipeText(recipe)) return undefined;
  return JSON.parse(readFileSync(folder.evaluation, 'utf8')) as EvaluationResult;
}

/** Trains and evaluates. A run that was stopped goes on; one that is complete starts anew. */
export async function runRecipe({
  name,
  recipe,
  folder,
  data,
  device,
  signal,
  steps,
  say,
}: RunOptions): Promise<EvaluationResult> {
  const dataset = openDataset(recipe, data, device);
  try {
    requireExamples(recipe, dataset);
    requireAttacks(recipe, dataset);
    requireSameRecipe(folder, recipe);
    // Only now: what the recipe or the data set lacks must not cost an earlier run its results.
    if (existsSync(folder.evaluation)) rmSync(folder.path, { recursive: true });
    // Without a checkpoint nothing goes on: a plan that was measured may be that of another recipe.
    if (!existsSync(folder.checkpoint('last'))) rmSync(folder.plan, { force: true });
    folder.create();
    writeFileAtomically(folder.recipe, recipeText(recipe));
    writeFileAtomically(folder.environment, toJson(describeEnvironment(name, recipe.seed, device)));
    const checkpoint = await train({ recipe, dataset, folder, progress: createProgress(), say, signal, steps });
    const { model } = loadModel(checkpoint);
    try {
      model.to(device);
      const { attack, restarts } = recipe.evaluation;
      writeFileAtomically(folder.gallery, toJson(makeGallery(model, dataset, { attack, restarts, seed: recipe.seed })));
      return await evaluateRecipe({ model, description: recipe.model, dataset, recipe, folder, signal });
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
  const { examples, autoAttack, masking } = evaluation;
  const confidence = confidenceOf(evaluation)?.examples ?? 0;
  const asked = { examples, 'autoAttack.examples': autoAttack?.examples ?? 0, masking };
  for (const [key, wanted] of Object.entries(asked)) {
    if (wanted <= count(test)) continue;
    throw new SaddlepointError(
      'RECIPE',
      `expected evaluation.${key} of at most the ${count(test)} test images of ${name}, received ${wanted}`,
    );
  }
  if (confidence === 0 || confidence <= testCount(count(test))) return;
  throw new SaddlepointError(
    'RECIPE',
    `expected evaluation.confidence of at most ${testCount(count(test))}, as the last of the ${count(test)} test images of ${name} find thresholds, received ${confidence}`,
  );
}

/** As {@link requireExamples}, what the attacks of the evaluation and the check of its budget refuse. */
function requireAttacks(recipe: Recipe, { classes, test }: Dataset): void {
  try {
    evaluationAttacks(recipe, classes.length);
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `evaluation: ${(cause as Error).message}`, { cause });
  }
  const { norm, epsilon } = recipe.evaluation.attack;
  const finding = checkEpsilon(norm, epsilon, test.images.shape.slice(1));
  if (finding?.severity === 'stop') {
    throw new SaddlepointError('RECIPE', `evaluation.attack.epsilon: ${finding.message}`);
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
