/**
 * Layers without parameters.
 *
 * @module
 */
import { ops, tensor, tidy, type Tensor } from '../engine/index.js';
import { Module, StateBuffer } from './module.js';

/** max(0, x). */
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** x · sigmoid(x), also called Swish. */
export class SiLU extends Module {
  override forward(input: Tensor): Tensor {
    return tidy(() => input.mul(input.sigmoid()));
  }
}

/** Windows of `size` × `size`, which do not overlap unless `stride` says so. */
abstract class Pool2d extends Module {
  constructor(
    readonly size: number,
    readonly stride: number = size,
  ) {
    super();
  }
}

/** The maximum over each window; the border is padded with what no maximum is. */
export class MaxPool2d extends Pool2d {
  constructor(
    size: number,
    stride?: number,
    readonly padding = 0,
  ) {
    super(size, stride);
  }

  override forward(input: Tensor): Tensor {
    return ops.maxPool2d(input, this.size, { stride: this.stride, padding: this.padding });
  }
}

/** The mean over each window. */
export class AveragePool2d extends Pool2d {
  override forward(input: Tensor): Tensor {
    return ops.avgPool2d(input, this.size, { stride: this.stride });
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
  // On the model's device, so that no forward pass copies from the host. The model's description holds the
  // numbers; the state dict does not, as PyTorch's models have no common name for them.
  readonly shift: StateBuffer;
  readonly scale: StateBuffer;

  /** @param deviation positive; one number a channel, as `mean` */
  constructor(mean: readonly number[], deviation: readonly number[]) {
    super();
    this.mean = mean;
    this.deviation = deviation;
    const channels = (values: readonly number[]) =>
      new StateBuffer(tensor(values, { shape: [1, values.length, 1, 1] }), { persistent: false });
    this.shift = channels(mean);
    this.scale = channels(deviation);
  }

  override forward(input: Tensor): Tensor {
    return tidy(() => input.sub(this.shift.to({ dtype: input.dtype })).div(this.scale.to({ dtype: input.dtype })));
  }
}
