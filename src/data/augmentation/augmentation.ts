/**
 * What an augmentation is: a random change of training images, computed on a whole batch at once.
 *
 * @module
 */
import type { z } from 'zod';
import { SaddlepointError, type RandomStream, type Tensor } from '../../engine/index.js';

export interface Augmentation {
  readonly name: string;
  /**
   * Changes a batch, on the device it is on. The caller owns the result; `images` is left as it was.
   *
   * @param images float32 [N, C, H, W] in [0, 1]
   * @param stream names the epoch; the same stream and index always give an image the same change
   * @param indices int64 [N]: the examples' indices in their data set
   * @returns float32 [N, C, H, W] in [0, 1]; `gaussian-noise`, which comes last, leaves it
   */
  apply(images: Tensor, stream: RandomStream, indices: Tensor): Tensor;
}

/** An augmentation by name, with its options: the line of a recipe, and what it makes. */
export interface AugmentationDefinition<Options extends z.ZodObject = z.ZodObject> {
  readonly options: Options;
  create(options: z.output<Options>): Augmentation['apply'];
}

/** Gives `create` the type of its options. */
export function defineAugmentation<Options extends z.ZodObject>(
  definition: AugmentationDefinition<Options>,
): AugmentationDefinition<Options> {
  return definition;
}

/** @throws SaddlepointError ARGUMENT unless the images are float32 [N, C, H, W] with an index each */
export function requireImages(images: Tensor, indices: Tensor): void {
  if (images.rank !== 4 || images.dtype !== 'float32') {
    throw new SaddlepointError('ARGUMENT', `expected images as float32 [N, C, H, W], received ${String(images)}`);
  }
  if (indices.numel() !== images.size(0)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an index for each of ${images.size(0)} images, received ${indices.numel()}`,
    );
  }
}

/** One augmentation after the other; each draws from a stream of its own, so none changes another's draws. */
export function compose(steps: readonly Augmentation[]): Augmentation {
  const name = steps.map((step) => step.name).join(', ');
  return {
    name,
    apply: (images, stream, indices) => {
      requireImages(images, indices);
      let current = images;
      for (const [position, step] of steps.entries()) {
        // The second of two flips must not undo the first.
        const earlier = steps.slice(0, position).filter((other) => other.name === step.name).length;
        const next = step.apply(current, stream.derive(step.name, earlier), indices);
        if (current !== images) current.dispose();
        current = next;
      }
      return current === images ? images.clone() : current;
    },
  };
}
