/**
 * Reads the networks without shortcuts that are named here, SimpleNet and the small one of the demo, off their names
 * and shapes.
 *
 * @module
 */
import { readClasses, readNormalization } from './normalization-layers.js';
import type { Reading } from './reading.js';
import type { Shapes } from './shapes.js';

/**
 * Where the second and the last convolution stand in `features`, with and without the layers that small images leave
 * out.
 */
const LONG = 13;
const SHORT = 11;
const SMALLEST = 8;

export function readSmallCnn(shapes: Shapes): Reading {
  const [first, second] = [shapes.convolution('features.0'), shapes.convolution('features.2')];
  const [hidden, last] = [shapes.linear('classifier.1'), shapes.linear('classifier.3')];
  if (first === undefined || second === undefined || hidden === undefined || last === undefined) return undefined;
  const [width, channels, kernel] = first;
  const side = Math.sqrt(hidden[1] / (2 * width));
  if (kernel !== 4 || second[0] !== 2 * width || !Number.isInteger(side)) return undefined;
  const options = { channels, resolution: 4 * side, width, hidden: hidden[0], classes: last[0] };
  return { architecture: 'small-cnn', options, assumed: [], open: [] };
}

export function readSimpleNet(shapes: Shapes): Reading {
  const [first, linear] = [shapes.convolution('features.0'), shapes.linear('classifier')];
  const convolutions = shapes.names.filter(
    (name) => /^features\.\d+\.weight$/.test(name) && shapes.get(name)?.length === 4,
  );
  if (first === undefined || linear === undefined) return undefined;
  if (convolutions.length !== LONG && convolutions.length !== SHORT) return undefined;
  const [width, channels] = first;
  const side = Math.sqrt(linear[1] / (4 * width));
  if (!Number.isInteger(side)) return undefined;
  const { assumed, open, ...normalization } = readNormalization(shapes, 'features.1');
  const options = {
    width,
    resolution: resolutionOf(side, convolutions.length === LONG),
    bias: shapes.has('features.0.bias'),
    channels,
    ...readClasses(linear[0]),
    ...normalization,
  };
  return { architecture: 'simplenet', options, alike: ['resolution'], assumed, open };
}

/** The smallest images whose last map has this side: the network is the same for all of them. */
function resolutionOf(side: number, long: boolean): number {
  return Math.max(side * 2 ** (long ? 5 : 3), long ? 32 : SMALLEST);
}
