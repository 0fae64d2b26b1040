/**
 * A network from wherever it lies: a run, a checkpoint of ours, or anybody's weights.
 *
 * @module
 */
import type { AskedNetwork, ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import { loadCheckpoint, selectedCheckpoint } from '../training/index.js';

import { networkPlace } from './network-place.js';
import { openForeign } from './open-foreign.js';

/** What {@link loadModel} cannot read off a file. */
export interface LoadModelOptions extends AskedNetwork {
  /** Which of several state dicts in the file, e.g. `ema`. */
  readonly weights?: string | undefined;
}

/** What {@link loadModel} read. */
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
 * @param path of a run folder or a file, whose `.safetensors` may be left out; or `zoo:` and a name, of a trained network
 *   that is downloaded where it is not here
 * @param options what nothing in the file tells
 * @throws SaddlepointError CHECKPOINT for a file that is none or does not fit; ARGUMENT for what has to be said, with
 *   the choices, or a name that no zoo has; DATA for a network of a zoo that cannot be had
 */
export function loadModel(path: string, options: LoadModelOptions = {}): LoadedNetwork {
  const { weights, ...asked } = options;
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const place = networkPlace(path, asked.architecture, given);
  if (place.kind === 'run') return { ...loadCheckpoint(selectedCheckpoint(place.folder)), notes: [] };
  if (place.kind === 'checkpoint') return { ...loadCheckpoint(place.file), notes: [] };
  const { model, description, source } = openForeign(place.file, asked, weights);
  return { model, description, notes: source.notes ?? [] };
}
