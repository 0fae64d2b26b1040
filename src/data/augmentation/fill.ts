/**
 * The colour of what an augmentation uncovers or hides.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError, tensor, type DType, type Tensor } from '../../engine/index.js';

/** The mean of CIFAR-10's training images, channel by channel. */
export const CIFAR10_MEAN = [0.4913997551666284, 0.48215855929893703, 0.4465309133731618] as const;

const level = z.number().min(0).max(1);

/** `mean` is CIFAR-10's; else a number in [0, 1] for every channel, or one for each. */
export const fillOption = z.union([z.literal('mean'), level, z.array(level).min(1)]).default('mean');
export type Fill = z.output<typeof fillOption>;

/** The colour for images of so many channels. @throws SaddlepointError ARGUMENT when it has another number of them */
export function fillColour(fill: Fill, channels: number): readonly number[] {
  if (typeof fill === 'number') return Array.from({ length: channels }, () => fill);
  const colour = fill === 'mean' ? CIFAR10_MEAN : fill;
  if (colour.length !== channels) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a fill for images of ${channels} channels, received ${fill === 'mean' ? "CIFAR-10's mean" : 'one'} of ${colour.length}; set the augmentation's option \`fill\``,
    );
  }
  return colour;
}

/**
 * The colour in whole grey levels. Rounded down, as Stutz's article has it: CIFAR-10's mean is 125, 122, 113.
 * A fill written as level / 255 stays that level.
 */
export function fillLevels(fill: Fill, channels: number): readonly number[] {
  return fillColour(fill, channels).map((value) => Math.floor(value * 255 + 1e-9));
}

/** A colour as a tensor [1, C, 1, 1] like `images`. */
export function colourTensor(colour: readonly number[], images: Tensor, dtype: DType = images.dtype): Tensor {
  return tensor(Float64Array.from(colour), { shape: [1, colour.length, 1, 1], dtype, device: images.device });
}
