/**
 * Copies a state dict under other people's names into a network of ours.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { renamePyTorchState } from './pytorch-names.js';
import { unwrapState } from './unwrap.js';

/**
 * Under the names that fit best: the file's own, those without wrappers, or ours for them.
 *
 * @param path of the file, for messages
 * @param asked which of several networks in it
 * @throws SaddlepointError CHECKPOINT where the weights do not fit, and as {@link unwrapState}
 */
export function fillFrom(path: string, model: Module, state: ReadonlyMap<string, Tensor>, asked?: string): void {
  const { tensors } = unwrapState(path, state, asked);
  const wanted = [...model.stateDict().keys()];
  const known = (names: ReadonlyMap<string, Tensor>) => wanted.filter((name) => names.has(name)).length;
  const candidates = [renamePyTorchState(tensors), tensors, ...(asked === undefined ? [state] : [])];
  const best = candidates.reduce((most, each) => (known(each) > known(most) ? each : most));
  model.loadStateDict(best);
}
