/**
 * Begins a list of layers from the names and shapes of a state dict that is of no network known here: what has weights
 * is there, and what has none is left to whoever knows it.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import { Shapes } from './shapes.js';

/** One layer as `--architecture layers.yaml` takes it. */
export type DraftLayer = Readonly<Record<string, unknown>>;

/** Convolutions, linear layers and batch norms in the order of the file, by their own names. */
export function draftLayers(tensors: ReadonlyMap<string, Pick<Tensor, 'shape'>>): DraftLayer[] {
  const shapes = new Shapes(new Map([...tensors].map(([name, { shape }]) => [name, shape])));
  const layers = new Set([...tensors.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf('.')))));
  return [...layers].flatMap((name) => draft(shapes, name));
}

function draft(shapes: Shapes, name: string): DraftLayer[] {
  const [convolution, linear] = [shapes.convolution(name), shapes.linear(name)];
  const bias = shapes.has(`${name}.bias`) ? {} : { bias: false };
  if (convolution !== undefined) {
    const [outputs, inputs, kernel] = convolution;
    return [{ conv: [inputs, outputs], kernel, stride: 1, padding: Math.floor((kernel - 1) / 2), ...bias, name }];
  }
  if (linear !== undefined) return [{ linear: [linear[1], linear[0]], ...bias, name }];
  const channels = shapes.has(`${name}.running_mean`) ? shapes.normalized(name) : undefined;
  return channels === undefined ? [] : [{ 'batch-norm': channels, name }];
}
