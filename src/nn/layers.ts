/**
 * Layers without parameters, and the chain.
 *
 * @module
 */
import { ops, tensor, type Tensor } from '../engine/index.js';
import { Module } from './module.js';

/** max(0, x). */
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** The maximum over windows of `size` × `size`, which do not overlap unless `stride` says so. */
export class MaxPool2d extends Module {
  readonly size: number;
  readonly stride: number;

  constructor(size: number, stride: number = size) {
    super();
    this.size = size;
    this.stride = stride;
  }

  override forward(input: Tensor): Tensor {
    return ops.maxPool2d(input, this.size, { stride: this.stride });
  }
}

/** The mean over each channel's map: [N, C, H, W] to [N, C, 1, 1]. */
export class GlobalAveragePool extends Module {
  override forward(input: Tensor): Tensor {
    return ops.adaptiveAvgPool2d(input, 1);
  }
}

/** [N, …] to [N, the rest]. */
export class Flatten extends Module {
  override forward(input: Tensor): Tensor {
    return input.flatten({ startDim: 1 });
  }
}

/** Clips images to the box [0, 1]; the gradient is zero outside. */
export class Clamp extends Module {
  override forward(input: Tensor): Tensor {
    return input.clamp({ min: 0, max: 1 });
  }
}

/** (x - mean) / standard deviation per channel, as a layer, so that the model takes images in [0, 1]. */
export class Normalize extends Module {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];

  constructor(mean: readonly number[], deviation: readonly number[]) {
    super();
    this.mean = mean;
    this.deviation = deviation;
  }

  override forward(input: Tensor): Tensor {
    return input.sub(this.#channels(this.mean, input)).div(this.#channels(this.deviation, input));
  }

  #channels(values: readonly number[], like: Tensor): Tensor {
    return tensor(values, { dtype: like.dtype, device: like.device }).reshape([1, values.length, 1, 1]);
  }
}

/** Layers one after the other; their names in the state dict are `0`, `1`, … as PyTorch's Sequential. */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override *children(): Generator<readonly [string, Module]> {
    for (const [index, layer] of this.layers.entries()) yield [String(index), layer];
  }

  override forward(input: Tensor): Tensor {
    return this.layers.reduce((output, layer) => layer.forward(output), input);
  }
}
