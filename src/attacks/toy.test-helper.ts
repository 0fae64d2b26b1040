/**
 * Small networks and images to attack in tests.
 *
 * @module
 */
import { RandomStream, tensor, type Tensor } from '../engine/index.js';
import { BatchNorm2d, Conv2d, Flatten, initialize, Linear, Module, Parameter, ReLU, Sequential } from '../nn/index.js';
import type { AttackRandomness } from './index.js';

export const CLASSES = 4;
const [CHANNELS, SIZE] = [2, 6];

/** A convolutional network with batch norm, so that its mode matters. */
export function toyNetwork(seed = 1): Sequential {
  const model = new Sequential(
    new Conv2d(CHANNELS, 4, { kernelSize: 3 }),
    new BatchNorm2d(4),
    new ReLU(),
    new Flatten(),
    new Linear(4 * (SIZE - 2) ** 2, CLASSES),
  );
  return initialize(model, seed);
}

/** Logits linear in the pixels, with given weights, one row a class. */
export class LinearNetwork extends Module {
  readonly weight: Parameter;

  constructor(rows: readonly (readonly number[])[]) {
    super();
    this.weight = new Parameter(tensor(rows));
  }

  override forward(input: Tensor): Tensor {
    return input.flatten({ startDim: 1 }).matmul(this.weight.transpose(0, 1));
  }
}

/** Passes on to another network and writes down what it was asked. */
export class Recorder extends Module {
  readonly network: Module;
  readonly calls: { training: boolean; examples: number; input: number[] }[] = [];

  constructor(network: Module) {
    super();
    this.network = network;
  }

  override forward(input: Tensor): Tensor {
    this.calls.push({ training: this.network.training, examples: input.size(0), input: input.toNumbers() });
    return this.network.forward(input);
  }
}

export interface ToyBatch extends AttackRandomness {
  readonly images: Tensor;
  readonly labels: Tensor;
}

/** Images of bytes / 255 as a data set has them, a share of the pixels at the edges of the box. */
export function toyBatch(indices: readonly number[], seed: number | string = 1): ToyBatch {
  const numbers = int64(indices);
  const stream = new RandomStream('toy images');
  const bytes = stream.integers(numbers, [CHANNELS, SIZE, SIZE], 320).sub(32).clamp({ min: 0, max: 255 });
  return {
    images: bytes.to({ dtype: 'float32' }).div(255),
    labels: stream.derive('labels').integers(numbers, [], CLASSES),
    stream: new RandomStream(seed, 'attack'),
    indices: numbers,
  };
}

export function int64(values: readonly number[]): Tensor {
  return tensor(BigInt64Array.from(values, BigInt));
}
