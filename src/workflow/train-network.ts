/**
 * Training in one call, of a network of ours or of anybody's own.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  describeValue,
  requireDevice,
  requireOptions,
  SaddlepointError,
  writeFileAtomically,
} from '../engine/index.js';
import { count, datasetTo, disposeSplit, requireDataset, type AugmentationInput, type Dataset } from '../data/index.js';
import { attackOf } from '../attacks/index.js';
import { requireFit } from '../evaluation/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import {
  describeEnvironment,
  inTodaysWords,
  lockRun,
  runFiles,
  RunFolder,
  silent,
  type Progress,
} from '../monitoring/index.js';
import { initialize, isUntouched, Module } from '../nn/index.js';
import {
  checkRecipe,
  loadWeights,
  loadCheckpoint,
  METHODS,
  PROGRAMS_OWN,
  readYaml,
  recipeText,
  trainRecipe,
  type Recipe,
} from '../training/index.js';
import { toJson } from './write-result.js';

/** What is trained, in the words of a recipe; what is left out is as there. */
export interface TrainCall {
  /** A network of one's own, which is trained in place, or an architecture with its options. */
  readonly model: Module | ModelDescription;
  readonly dataset: Dataset;
  /** `method` (default: adversarial), its own options, `attack`, `epochs`, `batchSize` … */
  readonly training: Readonly<Record<string, unknown>>;
  readonly augmentation?: readonly AugmentationInput[] | undefined;
  readonly optimizer?: Readonly<Record<string, unknown>> | undefined;
  /** Default: one-cycle with a rate of 0.05. */
  readonly schedule?: Readonly<Record<string, unknown>> | undefined;
  /** Training images that the best weights are chosen on. Default: a tenth, at most 1000. */
  readonly validation?: number | undefined;
  /** Generated images that are mixed into every batch, as a recipe's `dataset.extra` says it. Default: none. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

/** Where {@link train} works, and whom it tells. */
export interface TrainOptions {
  /** Where checkpoints and metrics go, as a run's; the same call goes on from there. */
  readonly folder: string;
  /** `cpu`, `cuda` or `cuda:1`. Default: cpu. */
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  /** Is told each plain line of what goes on. Default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
  /** Saves and ends with INTERRUPTED. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link train} made. */
export interface TrainedNetwork {
  /**
   * The network given, or the one made, with the weights that were best on the held-out images. The caller's to
   * dispose.
   */
  readonly model: Module;
  /** The file that has them. */
  readonly checkpoint: string;
}

/** Every part of a call, so that a misspelt one is not ignored. */
const CALL: Readonly<Record<keyof TrainCall, true>> = {
  model: true,
  dataset: true,
  training: true,
  augmentation: true,
  optimizer: true,
  schedule: true,
  validation: true,
  extra: true,
  seed: true,
};
const OPTIONS: Readonly<Record<keyof TrainOptions, true>> = {
  folder: true,
  device: true,
  progress: true,
  say: true,
  signal: true,
};

/** What is trained, and attacked with, without a word of it. */
const EPSILON = '8/255';
const USUAL = { method: 'adversarial', attack: { epsilon: EPSILON, steps: 10 } };

/**
 * Trains a network: all that a recipe's `training` may say, on a data set and a network of the program's. Other work
 * goes on between two steps.
 *
 * A network of one's own is initialised from the seed where nobody has set its weights, which are zeros then. It is
 * computed as it is written, by one thread: what needs to build it a second time (`within`,
 * `weightAverage`, several attack threads) needs it in `ARCHITECTURES`.
 *
 * @example
 * const dataset = loadDataset('fashion-mnist');
 * const training = { method: 'trades', beta: 6, epochs: 1, attack: { epsilon: 0.1, steps: 5 } };
 * const { model } = await train({ model: myNetwork, dataset, training }, { folder: 'runs/mine' });
 *
 * @throws SaddlepointError RECIPE, with all that is wrong in the words; INTERRUPTED after the signal; CHECKPOINT where
 *   the folder holds another run, or another process works there
 */
export async function train(call: TrainCall, options: TrainOptions): Promise<TrainedNetwork> {
  requireOptions('train', call, CALL);
  requireOptions('train', options, OPTIONS);
  const { dataset } = call;
  requireDataset(dataset);
  requireParts(call, options);
  const { device = 'cpu', progress = silent, signal, say = () => undefined } = options;
  const own = call.model instanceof Module ? call.model : undefined;
  requireDevice(device);
  const recipe = recipeOf(call, own);
  const folder = new RunFolder(options.folder);
  const lock = lockRun(folder, 'alone');
  let moved: Dataset | undefined;
  try {
    if (device !== 'cpu') moved = datasetTo(dataset, device);
    own?.to(device);
    requireNetwork(own, recipe, moved ?? dataset);
    begin(folder, recipe, device);
    if (own !== undefined && isUntouched(own)) {
      initialize(own, recipe.seed);
      say(`  the network's weights were zeros: initialised from seed ${recipe.seed}`);
    }
    const checkpoint = await trainRecipe({
      recipe,
      model: own,
      dataset: moved ?? dataset,
      folder,
      progress,
      say,
      signal,
    });
    if (own === undefined) return { model: loadCheckpoint(checkpoint).model.to(device), checkpoint };
    loadWeights(own, checkpoint);
    return { model: own.eval(), checkpoint };
  } finally {
    if (moved !== undefined) for (const split of [moved.train, moved.test]) disposeSplit(split);
    lock.release();
  }
}

/** What no recipe can do without. @throws SaddlepointError ARGUMENT naming it */
function requireParts({ model, training }: TrainCall, { folder }: TrainOptions): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const missing = !isObject(model)
    ? `model as a Module, or as { architecture, options }, received ${describeValue(model)}`
    : !isObject(training)
      ? "training as an object such as { epochs: 10, attack: { epsilon: '8/255' } }, received " +
        describeValue(training)
      : typeof folder !== 'string' || folder === ''
        ? `folder as the path of the run's folder, received ${describeValue(folder)}`
        : undefined;
  if (missing !== undefined) throw new SaddlepointError('ARGUMENT', `expected ${missing}`);
}

/** The network takes these images and tells these classes apart. */
function requireNetwork(own: Module | undefined, { model, seed }: Recipe, { name, train, classes }: Dataset): void {
  using built = own === undefined ? createModel(model, seed).to(train.images.device) : undefined;
  requireFit(own ?? built!, train, name, classes.length);
}

/**
 * Makes the folder ready, unless it holds this very training. @throws SaddlepointError RECIPE where it holds another
 */
function begin(folder: RunFolder, recipe: Recipe, device: string): void {
  const text = recipeText(recipe);
  const there = existsSync(folder.recipe) ? readFileSync(folder.recipe, 'utf8') : undefined;
  if (there !== undefined && isDeepStrictEqual(meant(there), meant(text))) return;
  if (there !== undefined || runFiles(folder).length > 0) {
    throw new SaddlepointError(
      'RECIPE',
      `expected an empty folder, or one of this training, at ${folder.path}, found another's files. Give another ` +
        'folder',
    );
  }
  folder.create();
  writeFileAtomically(folder.recipe, text);
  writeFileAtomically(folder.environment, toJson(describeEnvironment(folder.path, recipe.seed, device)));
}

/** Whatever version wrote it. */
function meant(text: string): unknown {
  return inTodaysWords(readYaml(text, 'the recipe of the folder')).content;
}

/** The call as a recipe, checked as one. */
function recipeOf(
  { model, dataset, training, validation, extra, seed, ...parts }: TrainCall,
  own: Module | undefined,
): Recipe {
  const { augmentation, optimizer, schedule = { name: 'one-cycle', rate: 0.05 } } = parts;
  const { training: said } = inTodaysWords({ training }).content as { training: TrainCall['training'] };
  const { method = USUAL.method, attack: asked, ...rest } = said;
  const definition = METHODS.has(String(method)) ? METHODS.get(String(method)) : undefined;
  const usual =
    definition?.attackNames === undefined ? USUAL.attack : { name: definition.attackNames[0], epsilon: EPSILON };
  const attack = asked ?? usual;
  const attacks = definition?.attacks === false ? {} : { attack };
  const { name, norm, epsilon, steps } = attack as Readonly<Record<string, unknown>>;
  if (own !== undefined) requireBuildable(said);
  // What is made from the network a second time is fixed, as only the program can make it.
  const searches = 'attack' in attacks && definition?.ownSteps !== true;
  const attacking = searches ? { attackBackend: 'plain', attackSplit: 1 } : {};
  const fixed = own === undefined ? {} : { backend: 'contiguous', ...attacking };
  const recipe = checkRecipe(
    {
      seed,
      dataset: {
        name: 'folder',
        validation: validation ?? Math.min(1000, Math.floor(count(dataset.train) / 10)),
        extra,
      },
      ...(augmentation && { augmentation }),
      model: own === undefined ? model : { architecture: 'small-cnn', options: {} },
      training: { method, ...attacks, ...rest, ...fixed },
      ...(optimizer && { optimizer }),
      schedule,
      evaluation: { attack: { name, norm, epsilon, steps } },
    },
    'the call of train',
  );
  const { training: checked, evaluation } = recipe;
  for (const each of [checked.attack, evaluation.attack]) if (each !== undefined) attackOf(each); // refused now
  return {
    ...recipe,
    dataset: { ...recipe.dataset, name: dataset.name },
    model: own === undefined ? recipe.model : { architecture: PROGRAMS_OWN, options: {} },
  };
}

/** @throws SaddlepointError RECIPE for what has to make the network a second time */
function requireBuildable(training: Readonly<Record<string, unknown>>): void {
  const second = ['within', 'weightAverage', 'attackBackend', 'attackSplit', 'backend'];
  const given = second.find((key) => training[key] !== undefined);
  if (given === undefined) return;
  throw new SaddlepointError(
    'RECIPE',
    `expected no ${given} for a network of the program's own, which can be made there alone, received it. Add it ` +
      'to ARCHITECTURES in a module, import that with importModules, and name it: model: { architecture, options }',
  );
}
