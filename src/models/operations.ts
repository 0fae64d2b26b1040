/**
 * How much arithmetic a network is: the multiply-adds of its convolutions and linear layers, which are all but a
 * few per mille of it. What a measured time is compared with, to say how near it comes to the machine's limit.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import {
  BatchNorm2d,
  Chain,
  Conv2d,
  GlobalAveragePool,
  GroupNorm,
  Linear,
  MaxPool2d,
  Normalize,
  type Module,
} from '../nn/index.js';
import { PreActivationBlock } from './pre-activation-block.js';
import { ResidualBlock } from './residual-blocks.js';

/** Multiply-adds for one image. */
export interface Operations {
  readonly forward: number;
  /** Backward to the images alone, as an attack wants it: no weight has a gradient. */
  readonly backwardToInput: number;
  /**
   * Backward to the weights, as training wants it: what the maps in between need included, the images' gradient not.
   */
  readonly backwardToWeights: number;
}

/** Feature maps [C, H, W], or features [C, 1, 1] after a flattening. */
type Shape = readonly [channels: number, height: number, width: number];

/** What has been walked through: the shape behind it, and its multiply-adds. */
interface Walked {
  readonly shape: Shape;
  readonly all: number;
  /** Of those, what works on the images themselves. */
  readonly onImages: number;
}

/**
 * Counts from the layers, without computing anything. The gradient of a layer's input and that of its weights are as
 * many multiply-adds as its forward pass; a padded zero counts like any other number.
 *
 * @param shape of one image: [C, H, W]
 * @throws SaddlepointError ARGUMENT for a layer with parameters that it does not know
 */
export function countOperations(model: Module, shape: readonly [number, number, number]): Operations {
  const { all, onImages } = walk(model, { shape, all: 0, onImages: 0 });
  return { forward: all, backwardToInput: all, backwardToWeights: 2 * all - onImages };
}

function walk(module: Module, before: Walked): Walked {
  if (module instanceof Conv2d) return convolution(module, before);
  if (module instanceof Linear) {
    const [outputs, inputs] = module.weight.shape as [number, number];
    return count(before, [outputs, 1, 1], outputs * inputs);
  }
  if (module instanceof Chain) return walkAll(module.layers, before);
  if (module instanceof ResidualBlock) return sum(before, module.branch, module.shortcut.layers);
  if (module instanceof PreActivationBlock) {
    return sum(before, [...module.preactivation, ...module.branch], module.shortcut.layers);
  }
  const [channels, height, width] = before.shape;
  if (module instanceof MaxPool2d) {
    const side = (length: number) => Math.floor((length + 2 * module.padding - module.size) / module.stride) + 1;
    return { ...before, shape: [channels, side(height), side(width)] };
  }
  if (module instanceof GlobalAveragePool) return { ...before, shape: [channels, 1, 1] };
  const known = module instanceof BatchNorm2d || module instanceof GroupNorm || module instanceof Normalize;
  if (known || module.parameters().length === 0) return before; // the shape stays, but for a flattening
  throw new SaddlepointError(
    'ARGUMENT',
    `expected layers whose multiply-adds are known, received a ${module.constructor.name}; add it to models/operations.ts`,
  );
}

function walkAll(modules: readonly Module[], before: Walked): Walked {
  return modules.reduce((walked, module) => walk(module, walked), before);
}

/** Two ways from the same maps, added up. */
function sum(before: Walked, branch: readonly Module[], shortcut: readonly Module[]): Walked {
  const [ended, beside] = [walkAll(branch, before), walkAll(shortcut, before)];
  return {
    shape: ended.shape,
    all: ended.all + beside.all - before.all,
    onImages: ended.onImages + beside.onImages - before.onImages,
  };
}

function convolution({ weight, stride, zeros }: Conv2d, before: Walked): Walked {
  const [outputs, inputsOfGroup, kernelHeight, kernelWidth] = weight.shape as [number, number, number, number];
  const side = (length: number, kernel: number) => Math.floor((length + zeros - kernel) / stride) + 1;
  const [height, width] = [side(before.shape[1], kernelHeight), side(before.shape[2], kernelWidth)];
  return count(before, [outputs, height, width], outputs * height * width * inputsOfGroup * kernelHeight * kernelWidth);
}

function count({ all, onImages }: Walked, shape: Shape, operations: number): Walked {
  // Nothing was multiplied before: this layer sees the images.
  return { shape, all: all + operations, onImages: all === 0 ? operations : onImages };
}
