/**
 * What tells one network, and one set of examples, from another: SHA-256 of all that decides what is computed.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { count, disposeSplit, pick, type Split } from '../../data/index.js';
import { Tensor } from '../../engine/index.js';
import { checkModel, type ModelDescription } from '../../models/index.js';
import type { Module } from '../../nn/index.js';

/** SHA-256 of a network's weights and buffers, with their names and shapes. */
export function hashModel(model: Module): string {
  const hash = createHash('sha256');
  for (const [name, tensor] of model.stateDict()) {
    hash.update(`${name} ${tensor.dtype} [${tensor.shape.join(',')}]\n`);
    hash.update(bytesOf(tensor));
  }
  return hash.digest('hex');
}

/**
 * SHA-256 of what a network computes with its weights: every layer's class and settings (strides, paddings, the mean
 * and deviation of its normalisation), tensors that no state dict holds, and the description it was made from, with all
 * options.
 *
 * @throws SaddlepointError RECIPE for a description that is none
 */
export function hashArchitecture(model: Module, description?: ModelDescription): string {
  const made = description === undefined ? null : plain(checkModel(description));
  const hash = createHash('sha256').update(`${JSON.stringify(made)}\n`);
  const saved = new Set(model.stateDict().values());
  for (const [path, module] of model.modules()) {
    const own = Object.entries(module).filter(([name]) => !PASSING.includes(name));
    const settings = Object.fromEntries(own.filter(([, value]) => !(value instanceof Tensor)));
    hash.update(`${path} ${module.constructor.name} ${JSON.stringify(plain(settings))}\n`);
    for (const [name, value] of own) {
      if (value instanceof Tensor && !saved.has(value)) hash.update(`${name} ${value.dtype}\n`).update(bytesOf(value));
    }
  }
  return hash.digest('hex');
}

/** How a module computes at the moment: changes speed, or is set for every evaluation. */
const PASSING = ['training', 'own'];

/** Plain values, the same for the same ones in whichever order they were written; of anything else the kind. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor.name;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}

/** SHA-256 of the images and labels at these positions of a split, and of the positions. Leaves nothing alive. */
export function hashExamples(split: Split, positions: readonly number[]): string {
  const examples = pick(split, positions);
  try {
    return createHash('sha256')
      .update(`${count(examples)} [${examples.images.shape.join(',')}] at ${split.offset} + ${positions.join(',')}\n`)
      .update(bytesOf(examples.images))
      .update(bytesOf(examples.labels))
      .digest('hex');
  } finally {
    disposeSplit(examples);
  }
}

function bytesOf(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.toTypedArray();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
