/**
 * A file of weights without a description, of PyTorch or of anybody else; or a network that PyTorch exported.
 *
 * @module
 */
import { openWeights, SaddlepointError, tidy } from '../engine/index.js';
import type { NetworkSource } from '../evaluation/index.js';
import {
  buildModel,
  describeForeign,
  fillFrom,
  isExported,
  unwrapState,
  type AskedNetwork,
  type ModelDescription,
} from '../models/index.js';
import type { Module } from '../nn/index.js';
import type { ForeignSubject } from './foreign-subject.js';
import { openExported } from './open-exported.js';

/**
 * @param asked what somebody says of the network
 * @param weights which of several state dicts, as {@link openWeights} takes it
 * @throws SaddlepointError CHECKPOINT, ARGUMENT or RECIPE as {@link describeForeign} and {@link loadForeign}
 */
export function openForeign(path: string, asked: AskedNetwork, weights?: string): ForeignSubject {
  if (isExported(path)) return openExported(path, asked);
  const { description, notes, normalizationKnown } = tidy(() => {
    const { tensors, entry } = openWeights(path, weights);
    return describeForeign(path, unwrapState(path, tensors, entry === undefined ? weights : undefined), asked);
  });
  const loadAs = (other: ModelDescription) => loadForeign(path, other, weights);
  const source: NetworkSource = { description, file: path, load: () => loadAs(description), notes, described: false };
  return { model: loadAs(description), description, source, loadAs, normalizationKnown };
}

/**
 * Weights of a network (256 MiB) that is built, however few the file has, so that its shapes can be compared with the
 * file's.
 */
const COMPARED = 2 ** 26;

/**
 * The weights of a file in the network that is named.
 *
 * @throws SaddlepointError CHECKPOINT for weights that do not fit it; RECIPE for an unknown architecture or option
 */
export function loadForeign(path: string, description: ModelDescription, weights?: string): Module {
  let model: Module | undefined;
  try {
    return tidy(() => {
      const { tensors, entry } = openWeights(path, weights);
      const there = [...tensors.values()].reduce((sum, tensor) => sum + tensor.numel(), 0);
      model = buildModel(description, Math.max(there, COMPARED));
      fillFrom(path, model, tensors, entry === undefined ? weights : undefined);
      return model;
    });
  } catch (cause) {
    model?.dispose();
    const reason = (cause as Error).message;
    throw new SaddlepointError(
      'CHECKPOINT',
      `the weights in ${path} do not fit ${description.architecture}: ${reason}`,
      { cause },
    );
  }
}
