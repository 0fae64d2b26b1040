/**
 * What `saddlepoint evaluate` is to evaluate: a run, a checkpoint, or a file of weights.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, parse, relative, resolve } from 'node:path';
import {
  projectRoot,
  readSafetensors,
  readTorchFile,
  SaddlepointError,
  tensor,
  tidy,
  noGrad,
  type FileLock,
} from '../engine/index.js';
import type { Dataset } from '../data/index.js';
import type { NetworkSource } from '../evaluation/index.js';
import { createModel, renamePyTorchState, variantOf, type ModelDescription } from '../models/index.js';
import { lockRun, RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { loadModel, readRecipe, weightsOf, type Recipe } from '../training/index.js';
import { describeNetwork, type NetworkOptions } from './network-options.js';

export interface EvaluationSubject {
  readonly model: Module;
  readonly description: ModelDescription;
  /** Where it comes from, and how it is read from there once more. */
  readonly source: NetworkSource;
  /** Of a run. */
  readonly recipe: Recipe | undefined;
  /** Where results go. */
  readonly output: string;
  /** Keeps a run as it is meanwhile. */
  readonly lock?: FileLock | undefined;
}

export interface SubjectOptions extends NetworkOptions {
  readonly out?: string | undefined;
}

/**
 * @throws SaddlepointError CHECKPOINT when there is nothing, or weights that do not fit; RECIPE for an unknown
 *   architecture or option
 */
export function openSubject(path: string, options: SubjectOptions): EvaluationSubject {
  if (!existsSync(path)) {
    throw new SaddlepointError('CHECKPOINT', `expected a run folder or a checkpoint at ${path}, found nothing`);
  }
  const { out } = options;
  const given = describeNetwork(options);
  if (statSync(path).isDirectory()) {
    return openRun(new RunFolder(path), out);
  }
  const output = out ?? folderOfResults(path);
  if (given !== undefined) {
    const { description, notes } = readVariant(path, given);
    const load = () => loadWeights(path, description);
    const source = { description, file: path, load, notes, described: false };
    return { model: load(), description, source, recipe: undefined, output };
  }
  if (/\.(pt|pth)$/.test(path)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --architecture for ${path}, which holds weights alone, e.g. --architecture resnet18 --set width=16`,
    );
  }
  const { model, description } = loadModel(path);
  return { model, description, source: sourceOf(path, description), recipe: undefined, output };
}

/** Beside the file; of weights that come with the project in `runs`, as its folders are not for results. */
function folderOfResults(path: string): string {
  const within = relative(join(projectRoot(), 'models'), resolve(path));
  const isShipped = !within.startsWith('..') && !isAbsolute(within);
  return join(isShipped ? join('runs', parse(path).name) : dirname(path), 'evaluation');
}

/** A checkpoint of ours, as where a network comes from. */
export function sourceOf(file: string, description: ModelDescription): NetworkSource {
  const checkpoint = basename(dirname(file)) === 'checkpoints' ? basename(file, '.safetensors') : undefined;
  return { description, file, checkpoint, load: () => loadModel(file).model };
}

function openRun(folder: RunFolder, out = join(folder.path, 'evaluation')): EvaluationSubject {
  const recipe = readRecipe(folder.recipe);
  const lock = lockRun(folder, 'together');
  try {
    const file = selectedCheckpoint(folder, recipe);
    const { model, description } = loadModel(file);
    return { model, description, source: sourceOf(file, description), recipe, output: out, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const readState = (path: string) =>
  weightsOf(path.endsWith('.safetensors') ? readSafetensors(path).tensors : readTorchFile(path));

/**
 * The network that the names in the file tell, where others have the same shapes.
 *
 * @throws SaddlepointError CHECKPOINT where the options say another one
 */
function readVariant(path: string, given: ModelDescription): { description: ModelDescription; notes: string[] } {
  const told = variantOf(
    tidy(() => [...readState(path).keys()]),
    given.architecture,
  );
  if (told === undefined) return { description: given, notes: [] };
  const asked = given.options as Record<string, unknown>;
  const settings = (options: Readonly<Record<string, unknown>>) =>
    Object.entries(options).map(([key, value]) => `${key}=${String(value)}`);
  const other = Object.keys(told.options).find((key) => key in asked && asked[key] !== told.options[key]);
  if (other !== undefined) {
    throw new SaddlepointError(
      'CHECKPOINT',
      `expected ${settings(told.options).join(', ')}, as the names in ${path} tell (${told.name}), received ${other}=${String(asked[other])}: another network of the same shapes`,
    );
  }
  const description = { ...given, options: { ...told.options, ...asked } } as ModelDescription;
  return { description, notes: [`the names of the weights tell the network: ${settings(told.options).join(', ')}`] };
}

/**
 * A state dict of PyTorch or of safetensors, in the network that is named.
 *
 * @throws SaddlepointError CHECKPOINT for weights that do not fit it; RECIPE for an unknown architecture or option
 */
export function loadWeights(path: string, description: ModelDescription): Module {
  const model = createModel(description, 0);
  try {
    tidy(() => {
      model.loadStateDict(renamePyTorchState(readState(path)));
    });
    return model;
  } catch (cause) {
    model.dispose();
    const reason = (cause as Error).message;
    throw new SaddlepointError(
      'CHECKPOINT',
      `the weights in ${path} do not fit ${description.architecture}: ${reason}`,
      { cause },
    );
  }
}

/** The weights the run's recipe selects. */
export function selectedCheckpoint(folder: RunFolder, recipe: Recipe): string {
  const best = folder.checkpoint('best');
  return recipe.training.select === 'best' && existsSync(best) ? best : folder.checkpoint('last');
}

/**
 * How many classes the network tells apart, which must be those of the data set.
 *
 * @throws SaddlepointError DATA for images of a size the network does not take, or another number of classes
 */
export function requireFit(model: Module, { name, classes, test }: Pick<Dataset, 'name' | 'classes' | 'test'>): number {
  const shape = test.images.shape.slice(1);
  let logits: number;
  try {
    logits = tidy(() => {
      const image = test.images.indexSelect(0, tensor(new BigInt64Array(1), { device: test.images.device }));
      return noGrad(() => model.evaluate().forward(image.to({ dtype: 'float32' }).div(255))).dimension(1);
    });
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0]!;
    throw new SaddlepointError('DATA', `the network does not take the images of ${name}, [${shape.join(', ')}]: ${reason}`, { cause }); // prettier-ignore
  }
  const told = Math.max(2, logits);
  if (told === classes.length) return told;
  throw new SaddlepointError(
    'DATA',
    `expected a network for the ${classes.length} classes of ${name}, received one for ${told}. Is it another data set's network?`,
  );
}
