/**
 * A network from wherever it lies: a run, a checkpoint of ours, or anybody's weights.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { SaddlepointError } from '../engine/index.js';
import type { AskedNetwork, ModelDescription } from '../models/index.js';
import { RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { isOwnCheckpoint, loadModel as loadCheckpoint, readRecipe } from '../training/index.js';
import { selectedCheckpoint } from './evaluate-subject.js';
import { openForeign } from './open-foreign.js';

export interface LoadModelOptions extends AskedNetwork {
  /** Which of several state dicts in the file, e.g. `ema`. */
  readonly weights?: string | undefined;
}

export interface LoadedNetwork {
  /** Its tensors live until `dispose()`. */
  readonly model: Module;
  readonly description: ModelDescription;
  /** What was read off the weights and what is assumed, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Loads a network: of a run folder the weights that its recipe selects; of a checkpoint of ours what it describes; of
 * PyTorch's `.pt` and `.pth` and of other `.safetensors` what names and shapes tell.
 *
 * @example
 * const { model } = loadModel('net.pt', { architecture: 'resnet18', options: { width: 16 } });
 *
 * @param options what nothing in the file tells
 * @throws SaddlepointError CHECKPOINT for a file that is none or does not fit; ARGUMENT for what has to be said, with
 *   the choices
 */
export function loadModel(path: string, options: LoadModelOptions = {}): LoadedNetwork {
  if (!existsSync(path)) {
    throw new SaddlepointError('CHECKPOINT', `expected a run folder or a file of weights at ${path}, found nothing`);
  }
  const { weights, ...asked } = options;
  if (statSync(path).isDirectory()) {
    const folder = new RunFolder(path);
    return { ...loadCheckpoint(selectedCheckpoint(folder, readRecipe(folder.recipe))), notes: [] };
  }
  if (asked.architecture === undefined && isOwnCheckpoint(path)) return { ...loadCheckpoint(path), notes: [] };
  const { model, description, source } = openForeign(path, asked, weights);
  return { model, description, notes: source.notes ?? [] };
}
