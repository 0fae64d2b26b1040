/**
 * Compares training methods: each is a recipe that changes one they share, trained from several seeds and evaluated alike.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { makeFolder } from '../engine/folders.js';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { MetricsFile, parseDuration, runPath } from '../monitoring/index.js';
import {
  comparisonJson,
  comparisonPage,
  compareRuns,
  type ComparedRun,
  type Comparison,
} from '../report/comparison/index.js';
import { inspect, readRecipe, readYaml } from '../training/index.js';
import { runRecipe } from './run-recipe.js';
import { toJson } from './write-result.js';

/** A comparison's file has a few kB. */
const MAXIMUM_FILE = 64 * 2 ** 10;

const changes = z.record(z.string(), z.unknown());
const comparisonSchema = z.strictObject({
  title: z.string().min(1).optional(),
  /** A recipe file, relative to this one. */
  recipe: z.string().min(1),
  /** Changes of it for all. */
  common: changes.default({}),
  /** Changes of that for each method, by its name. */
  methods: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .+_-]*$/), changes.nullable()),
  seeds: z.array(z.int().min(0)).min(1).default([1, 2, 3]),
  /** The time that each training may take; default: as the recipes say. */
  within: z
    .string()
    .refine((text) => parseDuration(text) !== undefined, 'expected a time such as 90s or 10m')
    .optional(),
});

export interface CompareOptions {
  /** What the comparison is called, and its folder under `runs`. Default: the file's name. */
  readonly name?: string | undefined;
  /** Default: runs. */
  readonly runs?: string | undefined;
  /** Folder of the data set; default: where it is found. */
  readonly data?: string | undefined;
  /** Default: cpu. */
  readonly device?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Says one plain line. */
  readonly say?: ((line: string) => void) | undefined;
}

export interface FinishedComparison extends Comparison {
  /** The page's path; beside it lies `comparison.json`. */
  readonly page: string;
}

/**
 * Trains and evaluates every method from every seed, one run after the other, and writes a page and the figures. All recipes are
 * checked before the first run begins. A comparison that was stopped goes on; complete runs stay as they are.
 *
 * @param path a YAML file: `recipe`, `methods`, and optionally `common`, `seeds`, `within` and `title`
 * @throws SaddlepointError RECIPE, with all that is wrong in the file or in one of its recipes; else as {@link runRecipe}
 */
export async function compareRecipes(path: string, options: CompareOptions = {}): Promise<FinishedComparison> {
  const { runs = 'runs', data, device, signal, say = () => undefined } = options;
  const name = options.name ?? basename(path).replace(/\.ya?ml$/, '');
  const file = readComparison(path);
  const folder = runPath(runs, name);
  const recipes = writeRecipes(path, folder, file);
  for (const { recipe, set } of recipes.flatMap((one) =>
    file.seeds.map((seed) => ({ ...one, set: settings(seed, file.within) })),
  ))
    readRecipe(recipe, set);
  const done: ComparedRun[] = [];
  // The seeds outside: a comparison that is stopped has looked at every method.
  for (const seed of file.seeds) {
    for (const { method, recipe } of recipes) {
      say(`\n${method}, seed ${seed}`);
      const run = await runRecipe(recipe, {
        runs, name: join(name, `${slugOf(method)}-seed${seed}`), set: settings(seed, file.within), data, device, signal, say, report: false,
      }); // prettier-ignore
      const trainingSeconds = new MetricsFile(run.folder.metrics).read().at(-1)?.seconds ?? 0;
      done.push({ method, seed, path: run.folder.path, trainingSeconds, result: run.result });
      writeComparison(folder, compareRuns(file.title ?? name, inOrder(done, recipes)));
    }
  }
  const comparison = compareRuns(file.title ?? name, inOrder(done, recipes));
  return { ...comparison, page: writeComparison(folder, comparison) };
}

type ComparisonFile = z.output<typeof comparisonSchema>;

function readComparison(path: string): ComparisonFile {
  let text: string;
  try {
    text = readWhole(path, MAXIMUM_FILE).toString('utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the comparison ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const checked = inspect(comparisonSchema, readYaml(text, `the comparison ${path}`) ?? {});
  if ('value' in checked) {
    const { methods } = checked.value;
    const names = Object.keys(methods).map(slugOf);
    const twice = names.find((slug, index) => names.indexOf(slug) !== index);
    if (names.length > 0 && twice === undefined) return checked.value;
    const reason = twice === undefined ? 'expected at least one' : `two have the run folder ${twice}`;
    throw new SaddlepointError('RECIPE', `the comparison ${path}: methods: ${reason}`);
  }
  throw new SaddlepointError('RECIPE', `the comparison ${path}:\n  ${checked.problems.join('\n  ')}`);
}

interface MethodRecipe {
  readonly method: string;
  /** Its file. */
  readonly recipe: string;
}

/** Every method's recipe as a file of its own, which extends what all share, which extends the recipe that is compared on. */
function writeRecipes(path: string, folder: string, { recipe, common, methods }: ComparisonFile): MethodRecipe[] {
  const place = join(folder, 'recipes');
  makeFolder(place);
  const write = (file: string, content: object) => {
    writeFileAtomically(join(place, file), stringify(content));
    return join(place, file);
  };
  const base = resolve(dirname(path), recipe);
  write('common.yaml', { extends: relative(resolve(place), base), ...common });
  return Object.entries(methods).map(([method, change]) => ({
    method,
    recipe: write(`${slugOf(method)}.yaml`, { extends: 'common.yaml', ...change }),
  }));
}

function settings(seed: number, within: string | undefined): string[] {
  return [`seed=${seed}`, ...(within === undefined ? [] : [`training.within=${within}`])];
}

/** The name of a method in paths. */
function slugOf(method: string): string {
  return method.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''); // prettier-ignore
}

/** By the order of the file, then by seed. */
function inOrder(runs: readonly ComparedRun[], recipes: readonly MethodRecipe[]): ComparedRun[] {
  return recipes.flatMap(({ method }) => runs.filter((run) => run.method === method));
}

function writeComparison(folder: string, comparison: Comparison): string {
  writeFileAtomically(join(folder, 'comparison.json'), toJson(comparisonJson(comparison)));
  const page = join(folder, 'comparison.html');
  writeFileAtomically(page, comparisonPage(comparison));
  return page;
}
