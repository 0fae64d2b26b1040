/**
 * Whether a network takes a data set's images and tells its classes apart.
 *
 * @module
 */
import type { Split } from '../data/index.js';
import { noGrad, SaddlepointError, tidy } from '../engine/index.js';
import { evaluating, requireLogits, type Module } from '../nn/index.js';

/** How many classes the network tells apart, by what it says of the first image. Leaves it in the mode it was in. */
export function classesOf(model: Module, { images }: Split): number {
  const restore = evaluating(model);
  try {
    return tidy(() => {
      const image = images.narrow(0, 0, 1).to({ dtype: 'float32' }).div(255);
      const logits = requireLogits(
        noGrad(() => model.forward(image)),
        1,
      );
      return Math.max(2, logits.size(1));
    });
  } finally {
    restore();
  }
}

/**
 * How many classes the network tells apart, which must be as many as those of the data set. Leaves it in evaluation
 * mode.
 *
 * @throws SaddlepointError DATA for images of a size the network does not take, or another number of classes
 */
export function requireFit(model: Module, split: Split, name: string, classes: number): number {
  const shape = split.images.shape.slice(1);
  let told: number;
  try {
    told = classesOf(model.eval(), split);
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0]!;
    throw new SaddlepointError(
      'DATA',
      `the network does not take the images of ${name}, [${shape.join(', ')}]: ${reason}`,
      { cause },
    );
  }
  if (told === classes) return told;
  throw new SaddlepointError(
    'DATA',
    `expected a network for the ${classes} classes of ${name}, received one for ${told}. Is it another ` +
      `data set's network?`,
  );
}
