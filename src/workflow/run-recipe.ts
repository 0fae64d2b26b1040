/**
 * The whole path of a recipe in one call: train, evaluate, report.
 *
 * @module
 */
import { basename } from 'node:path';
import { requireDevice } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { RunFolder, runPath, silent, type Progress } from '../monitoring/index.js';
import { writeReport } from '../report/index.js';
import { readRecipe, type Recipe } from '../training/index.js';
import { checkBudget } from './budget-hint.js';
import { trainAndEvaluate } from './train-and-evaluate.js';

/** How {@link runRecipe} carries out a recipe, as `saddlepoint train` has it. */
export interface RunRecipeOptions {
  /** The run's folder in `runs`, e.g. `first` or `series/first`. Default: the recipe's file name. */
  readonly name?: string | undefined;
  /** Where run folders go. Default: `runs`. */
  readonly runs?: string | undefined;
  /** Values of the recipe that are changed, as `--set` says them, e.g. `training.epochs=1`. */
  readonly set?: readonly string[] | undefined;
  /** Folder of the data set. Default: where it is found. */
  readonly data?: string | undefined;
  /** `cpu`, `cuda` or `cuda:1`. Default: cpu. */
  readonly device?: string | undefined;
  /** Ends the training after this many steps, with a checkpoint; the same call goes on. */
  readonly steps?: number | undefined;
  /** Removes the files of whatever run has that name. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Writes `report.html` into the run's folder. Default: true. */
  readonly report?: boolean | undefined;
  /** Is told how far training and evaluation are, as `createProgress()` shows it. Default: nobody. */
  readonly progress?: Progress | undefined;
  /** Saves and ends with INTERRUPTED. */
  readonly signal?: AbortSignal | undefined;
  /** Is told each plain line of what goes on. Default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
}

/** What {@link runRecipe} made. */
export interface FinishedRun {
  readonly name: string;
  readonly folder: RunFolder;
  readonly recipe: Recipe;
  readonly result: EvaluationResult;
  /** The page's path; undefined where none was asked for. */
  readonly report: string | undefined;
}

/**
 * Trains a network by a recipe, evaluates it on test images, and writes a report, as `saddlepoint train` does. A run
 * that was stopped goes on; of one that is complete the result is returned.
 *
 * @example
 * const set = ['training.within=1m', 'evaluation.examples=100', 'evaluation.autoAttack=null'];
 * const progress = createProgress();
 * const { result, report } = await runRecipe('recipes/fashion-mnist/adversarial.yaml', { set, progress });
 *
 * @param path of a YAML file
 * @throws SaddlepointError RECIPE, with all that is wrong in it; ARGUMENT for a name, budget or device that is none;
 *   DATA; CHECKPOINT while another process works in the folder; INTERRUPTED
 */
export async function runRecipe(path: string, options: RunRecipeOptions = {}): Promise<FinishedRun> {
  const { runs = 'runs', set = [], data, device = 'cpu', steps, overwrite = false } = options;
  const { progress = silent, signal = new AbortController().signal, say = () => undefined } = options;
  const recipe = readRecipe(path, set, (warning) => say(`warning: ${warning}`));
  const name = options.name ?? basename(path).replace(/\.ya?ml$/, '');
  const folder = new RunFolder(runPath(runs, name));
  const { training, evaluation } = recipe;
  const { attack } = training;
  const unusual = [
    attack && checkBudget(attack.norm, attack.epsilon, 'training.attack.epsilon'),
    checkBudget(evaluation.attack.norm, evaluation.attack.epsilon, 'evaluation.attack.epsilon'),
  ];
  for (const sentence of unusual) if (sentence !== undefined) say(`warning: ${sentence}`);
  requireDevice(device);
  const calls = { progress, signal, say };
  const result = await trainAndEvaluate({ name, recipe, folder, data, device, steps, overwrite, ...calls });
  const title = `Saddlepoint: ${name}`;
  const report =
    options.report === false
      ? undefined
      : await writeReport({ title, runs: [{ name, folder }], output: folder.report });
  return { name, folder, recipe, result, report };
}
