/**
 * Says of a state dict which network it is of, as far as its names and shapes tell.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import { renamePyTorchState } from './pytorch-names.js';
import { readSimpleNet, readSmallCnn } from './read-plain.js';
import { readPreActResNet } from './read-preact-resnet.js';
import { readResNet } from './read-resnet.js';
import { readWideResNet } from './read-wide-resnet.js';
import type { Reading } from './reading.js';
import { Shapes } from './shapes.js';

const READERS = [readResNet, readPreActResNet, readWideResNet, readSmallCnn, readSimpleNet];

/** @param tensors without wrappers, under the file's names */
export function readNetwork(tensors: ReadonlyMap<string, Pick<Tensor, 'shape'>>): Reading {
  const original = [...tensors.keys()];
  const shapes = new Shapes(new Map([...renamePyTorchState(tensors)].map(([name, { shape }]) => [name, shape])));
  for (const read of READERS) {
    const reading = read(shapes, original);
    if (reading !== undefined) return reading;
  }
  return undefined;
}
