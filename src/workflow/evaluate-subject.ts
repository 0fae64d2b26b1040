/**
 * What `saddlepoint evaluate` is to evaluate: a run, a checkpoint, or a file of weights.
 *
 * @module
 */
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { projectRoot, type FileLock } from '../engine/index.js';
import type { NetworkSource } from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import type { RunFolder } from '../monitoring/index.js';
import { lockRun } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { loadCheckpoint, readRecipe, selectedCheckpoint, type Recipe } from '../training/index.js';
import { askedNetwork, givenOptions, type NetworkOptions } from './network-options.js';
import { networkName } from './network-name.js';
import { networkPlace } from './network-place.js';
import { openForeign } from './open-foreign.js';
import { zooResults } from './zoo/index.js';

export interface EvaluationSubject {
  readonly model: Module;
  readonly description: ModelDescription;
  /** Where it comes from, and how it is read from there once more. */
  readonly source: NetworkSource;
  /** Of a run. */
  readonly recipe: Recipe | undefined;
  /** Where results go. */
  readonly output: string;
  /** Of weights without a description: the same weights in another network, which the caller disposes of. */
  readonly loadAs?: ((description: ModelDescription) => Module) | undefined;
  /** Of such weights: whether it is known what normalises the images. */
  readonly normalizationKnown?: boolean | undefined;
  /** Keeps a run as it is meanwhile. */
  readonly lock?: FileLock | undefined;
}

export interface SubjectOptions extends NetworkOptions {
  readonly out?: string | undefined;
}

/**
 * @throws SaddlepointError CHECKPOINT when there is nothing, or weights that do not fit; ARGUMENT with a question where
 *   they do not tell the network; RECIPE for an unknown architecture or option
 */
export function openSubject(path: string, options: SubjectOptions): EvaluationSubject {
  const { out } = options;
  const place = networkPlace(path, options.architecture, givenOptions(options));
  if (place.kind === 'run') return openRun(place.folder, out);
  const { file, zoo } = place;
  const output = out ?? folderOfResults(file, zoo);
  if (place.kind === 'checkpoint') {
    const { model, description } = loadCheckpoint(file);
    return { model, description, source: sourceOf(file, description), recipe: undefined, output };
  }
  const foreign = openForeign(file, askedNetwork(options), options.weights);
  return { ...foreign, recipe: undefined, output };
}

/** Beside the file; of weights from a zoo, the project's among them, in `runs/zoo`. */
function folderOfResults(path: string, zoo: string | undefined): string {
  if (zoo !== undefined) return zooResults(zoo, path);
  const within = relative(join(projectRoot(), 'models'), resolve(path));
  const isShipped = !within.startsWith('..') && !isAbsolute(within);
  return isShipped ? zooResults(networkName(path), path) : join(dirname(path), 'evaluation');
}

/** A checkpoint of ours, as where a network comes from. */
export function sourceOf(file: string, description: ModelDescription): NetworkSource {
  const checkpoint = basename(dirname(file)) === 'checkpoints' ? basename(file, '.safetensors') : undefined;
  return { description, file, checkpoint, load: () => loadCheckpoint(file).model };
}

function openRun(folder: RunFolder, out = join(folder.path, 'evaluation')): EvaluationSubject {
  const recipe = readRecipe(folder.recipe);
  const lock = lockRun(folder, 'together');
  try {
    const file = selectedCheckpoint(folder, recipe);
    const { model, description } = loadCheckpoint(file);
    return { model, description, source: sourceOf(file, description), recipe, output: out, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}
