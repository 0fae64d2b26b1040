/**
 * Compares training methods: each is a recipe that changes one they share, trained from several seeds and evaluated
 * alike.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { attackOf } from '../attacks/index.js';
import { makeFolder } from '../engine/folders.js';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { MetricsFile, runPath } from '../monitoring/index.js';
import { createSchedule } from '../optim/index.js';
import {
  comparisonJson,
  comparisonPage,
  compareRuns,
  type ComparedRun,
  type Comparison,
} from '../report/comparison/index.js';
import { attackSchedule, readRecipe, type Recipe } from '../training/index.js';
import { readComparison, slugOf, type ComparisonFile } from './comparison-file.js';
import { runRecipe, type RunRecipeOptions } from './run-recipe.js';
import { toJson } from './write-result.js';

/** Of a training that is made up to see whether it could be made. */
const STEPS = 1000;

/** `name` is what the comparison is called, and its folder under `runs`; default: the file's name. */
export type CompareOptions = Pick<
  RunRecipeOptions,
  'name' | 'runs' | 'data' | 'device' | 'progress' | 'signal' | 'say'
>;

/** What {@link compareRecipes} found, and where its page lies. */
export interface FinishedComparison extends Comparison {
  /** The page's path; beside it lies `comparison.json`. */
  readonly page: string;
}

/**
 * Trains and evaluates every method from every seed, one run after the other, and writes a page and the figures. All
 * recipes are checked before the first run begins. A comparison that was stopped goes on; complete runs stay as they
 * are.
 *
 * @example
 * const { page } = await compareRecipes('comparison.yaml', { say: console.log });
 *
 * @param path a YAML file: `recipe`, `methods`, and optionally `common`, `seeds`, `within` and `title`
 * @throws SaddlepointError RECIPE, with all that is wrong in the file or in one of its recipes; else as {@link
 *   runRecipe}
 */
export async function compareRecipes(path: string, options: CompareOptions = {}): Promise<FinishedComparison> {
  const { runs = 'runs', data, device, progress, signal, say = () => undefined } = options;
  const name = options.name ?? basename(path).replace(/\.ya?ml$/, '');
  const folder = runPath(runs, name);
  const { file, recipes } = prepareComparison(path, folder);
  const done: ComparedRun[] = [];
  let finished: FinishedComparison | undefined;
  // The seeds outside: a comparison that is stopped has looked at every method.
  for (const seed of file.seeds) {
    for (const { method, recipe } of recipes) {
      say(`\n${method}, seed ${seed}`);
      const run = await runRecipe(recipe, {
        runs,
        name: join(name, `${slugOf(method)}-seed${seed}`),
        set: settings(seed, file.within),
        data,
        device,
        progress,
        signal,
        say,
        report: false,
      });
      const trainingSeconds = new MetricsFile(run.folder.metrics).read().at(-1)?.seconds ?? 0;
      done.push({ method, seed, path: run.folder.path, trainingSeconds, result: run.result });
      finished = writeComparison(folder, compareRuns(file.title ?? name, inOrder(done, recipes)));
    }
  }
  return finished!; // there is a seed, and a method
}

/**
 * Reads a comparison's file, writes the recipe of each method into the folder, and checks them all.
 *
 * @throws SaddlepointError RECIPE with all that is wrong in the file or in one of the recipes
 */
export function prepareComparison(
  path: string,
  folder: string,
): { readonly file: ComparisonFile; readonly recipes: readonly MethodRecipe[] } {
  const file = readComparison(path);
  const recipes = writeRecipes(path, folder, file);
  for (const { recipe } of recipes)
    for (const seed of file.seeds) requireMakeable(readRecipe(recipe, settings(seed, file.within)), recipe);
  return { file, recipes };
}

interface MethodRecipe {
  readonly method: string;
  /** Its file. */
  readonly recipe: string;
}

/** What a run would refuse at its beginning, which may be hours away: attacks and the schedule are made once. */
function requireMakeable({ training, evaluation, schedule }: Recipe, path: string): void {
  try {
    if (training.attack !== undefined) attackSchedule(training.attack, training.attackSchedule ?? [], STEPS);
    attackOf(evaluation.attack);
    createSchedule(schedule, STEPS);
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Every method's recipe as a file of its own, which extends what all share, which extends the method's recipe, or the
 * one that is compared on.
 */
function writeRecipes(path: string, folder: string, { recipe, common, methods }: ComparisonFile): MethodRecipe[] {
  const place = join(folder, 'recipes');
  makeFolder(place);
  const write = (file: string, content: object) => {
    writeFileAtomically(join(place, file), stringify(content));
    return join(place, file);
  };
  return Object.entries(methods).map(([method, said]) => {
    const { recipe: own = recipe, ...change } = said ?? {};
    const slug = slugOf(method);
    const base = relative(resolve(place), resolve(dirname(path), own));
    const shared = write(`${slug}.common.yaml`, { extends: base, ...common });
    return { method, recipe: write(`${slug}.yaml`, { extends: basename(shared), ...change }) };
  });
}

function settings(seed: number, within: string | undefined): string[] {
  return [`seed=${seed}`, ...(within === undefined ? [] : [`training.within=${within}`, 'training.epochs=null'])];
}

/** By the order of the file, then by seed. */
function inOrder(runs: readonly ComparedRun[], recipes: readonly MethodRecipe[]): ComparedRun[] {
  return recipes.flatMap(({ method }) => runs.filter((run) => run.method === method));
}

function writeComparison(folder: string, comparison: Comparison): FinishedComparison {
  writeFileAtomically(join(folder, 'comparison.json'), toJson(comparisonJson(comparison)));
  const page = join(folder, 'comparison.html');
  writeFileAtomically(page, comparisonPage(comparison));
  return { ...comparison, page };
}
