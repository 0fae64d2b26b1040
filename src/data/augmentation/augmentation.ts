/**
 * What an augmentation is: a random change of training images, computed on a whole batch at once.
 *
 * @module
 */
import type { z } from 'zod';
import { SaddlepointError, type RandomStream, type Tensor } from '../../engine/index.js';

/** Images with what they show. */
export interface Labelled {
  /** float32 [N, C, H, W] in [0, 1]. */
  readonly images: Tensor;
  /** int64 [N], or a distribution over the classes a row, float32 [N, K]. */
  readonly labels: Tensor;
  /** How many classes there are: K. */
  readonly classes: number;
}

/** Mixes images of a batch and, alike, their labels, which become distributions. The results are the caller's. */
export type Mix = (batch: Labelled, stream: RandomStream, indices: Tensor) => Omit<Labelled, 'classes'>;

export interface Augmentation {
  readonly name: string;
  /**
   * Changes a batch, on the device it is on. The caller owns the result; `images` is left as it was.
   *
   * @param images float32 [N, C, H, W] in [0, 1]
   * @param stream names the epoch; the same stream and index always give an image the same change
   * @param indices int64 [N]: the examples' indices in their data set
   * @returns float32 [N, C, H, W] in [0, 1]; `gaussian-noise`, which comes last, leaves it
   * @throws SaddlepointError ARGUMENT where it mixes images, which needs labels, too: `mix`
   */
  apply(images: Tensor, stream: RandomStream, indices: Tensor): Tensor;
  /** Of an augmentation that mixes images; what an image becomes depends on its batch then. */
  readonly mix?: Mix | undefined;
}

/** An augmentation by name, with its options: the line of a recipe, and what it makes. */
export interface AugmentationDefinition<Options extends z.ZodObject = z.ZodObject> {
  readonly mixes?: false | undefined;
  readonly options: Options;
  create(options: z.output<Options>): Augmentation['apply'];
}

/** As {@link AugmentationDefinition}, of one that mixes images and labels. */
export interface MixingDefinition<Options extends z.ZodObject = z.ZodObject> {
  readonly mixes: true;
  readonly options: Options;
  create(options: z.output<Options>): Mix;
}

/** Gives `create` the type of its options. */
export function defineAugmentation<Options extends z.ZodObject>(
  definition: AugmentationDefinition<Options>,
): AugmentationDefinition<Options> {
  return definition;
}

/** As {@link defineAugmentation}. */
export function defineMixing<Options extends z.ZodObject>(
  definition: MixingDefinition<Options>,
): MixingDefinition<Options> {
  return definition;
}

/** @throws SaddlepointError ARGUMENT unless the images are float32 [N, C, H, W] with an index each */
export function requireImages(images: Tensor, indices: Tensor): void {
  if (images.ndim !== 4 || images.dtype !== 'float32') {
    throw new SaddlepointError('ARGUMENT', `expected images as float32 [N, C, H, W], received ${String(images)}`);
  }
  if (indices.numel() !== images.size(0)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an index for each of ${images.size(0)} images, received ${indices.numel()}`,
    );
  }
}

/** An augmentation that can only `mix`. */
export function mixing(name: string, mix: Mix): Augmentation {
  return {
    name,
    mix,
    apply: () => {
      throw new SaddlepointError('ARGUMENT', `expected labels for ${name}, which mixes them with the images: call mix`);
    },
  };
}
