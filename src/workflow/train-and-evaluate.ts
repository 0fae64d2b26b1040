/**
 * Carries out a recipe in its run folder: train, evaluate, gallery.
 *
 * @module
 */
import { writeFileAtomically } from '../engine/index.js';
import { count, datasetTo, disposeSplit, type Dataset } from '../data/index.js';
import { describeSource, makeGallery, type EvaluationResult } from '../evaluation/index.js';
import { describeEnvironment, lockRun, type Progress, type RunFolder } from '../monitoring/index.js';
import { loadDatasetOf, loadCheckpoint, plannedSteps, trainRecipe, type Recipe } from '../training/index.js';
import { evaluateRecipe } from './evaluate-recipe.js';
import { sourceOf } from './evaluate-subject.js';
import { checkBeforeTraining } from './evaluation-problems.js';
import { prepareRun, runState } from './open-run.js';
import { toJson } from './write-result.js';

export interface TrainAndEvaluateOptions {
  readonly name: string;
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** Folder of the data set; default: where it is found. */
  readonly data?: string | undefined;
  readonly device: string;
  readonly signal: AbortSignal;
  /** Ends the training after this many steps; the run goes on later. */
  readonly steps?: number | undefined;
  /** Removes the files of whatever run the folder has, once this one is known to be right. */
  readonly overwrite: boolean;
  /** Is told how far training and evaluation are. */
  readonly progress: Progress;
  /** Says one plain line. */
  readonly say: (line: string) => void;
}

/**
 * Trains and evaluates. A run that was stopped goes on, one that is trained is evaluated, and of one that is complete
 * the result is returned as it lies there.
 *
 * @throws SaddlepointError CHECKPOINT while another process works in the folder; RECIPE where it holds another run, or
 *   for what the evaluation would refuse; else as training and evaluation do
 */
export async function trainAndEvaluate(options: TrainAndEvaluateOptions): Promise<EvaluationResult> {
  const { recipe, folder, data, device, overwrite, say } = options;
  const lock = lockRun(folder, 'alone');
  try {
    const state = overwrite ? ({ kind: 'new' } as const) : runState(folder, recipe);
    if (state.kind === 'complete') {
      say(`  ${folder.path} is complete: this is what it found. To train again, give another name, or --overwrite`);
      return state.result;
    }
    const dataset = openDataset(recipe, data, device);
    for (const note of dataset.notes ?? []) say(`  ${dataset.name}: ${note}`);
    try {
      checkBeforeTraining(recipe, dataset);
      // Only now: what the recipe or the data set lacks must not cost an earlier run its results.
      const steps = plannedSteps(recipe, folder, count(dataset.train) - recipe.dataset.validation);
      prepareRun(folder, recipe, state, { overwrite, steps, say });
      return await inFolder(options, dataset);
    } finally {
      disposeSplit(dataset.train);
      disposeSplit(dataset.test);
    }
  } finally {
    lock.release();
  }
}

async function inFolder(
  { name, recipe, folder, device, signal, steps, progress, say }: TrainAndEvaluateOptions,
  dataset: Dataset,
): Promise<EvaluationResult> {
  writeFileAtomically(folder.environment, toJson(describeEnvironment(name, recipe.seed, device)));
  const checkpoint = await trainRecipe({ recipe, dataset, folder, progress, say, signal, steps });
  const { model } = loadCheckpoint(checkpoint);
  try {
    model.to(device);
    const { attack, restarts } = recipe.evaluation;
    const source = sourceOf(checkpoint, recipe.model);
    const gallery = makeGallery(model, dataset, { attack, restarts, seed: recipe.seed });
    writeFileAtomically(folder.gallery, toJson({ of: describeSource(model, source), ...gallery }));
    const calls = { progress, signal, say };
    return await evaluateRecipe({ model, description: recipe.model, source, dataset, recipe, folder, ...calls });
  } finally {
    model.dispose();
  }
}

function openDataset(recipe: Recipe, folder: string | undefined, device: string): Dataset {
  const dataset = loadDatasetOf(recipe, folder);
  if (device === 'cpu') return dataset;
  const moved = datasetTo(dataset, device);
  disposeSplit(dataset.train);
  disposeSplit(dataset.test);
  return moved;
}
