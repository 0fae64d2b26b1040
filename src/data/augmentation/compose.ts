/**
 * One augmentation after the other; each draws from a stream of its own, so none changes another's draws.
 *
 * @module
 */
import { SaddlepointError, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { mixing, requireImages, type Augmentation, type Labelled } from './augmentation.js';

/** All of them in this order; it mixes if one of them does. */
export function compose(steps: readonly Augmentation[]): Augmentation {
  const name = steps.map((step) => step.name).join(', ');
  // The second of two flips must not undo the first.
  const streamOf = (stream: RandomStream, position: number) => {
    const step = steps[position]!;
    const earlier = steps.slice(0, position).filter((other) => other.name === step.name).length;
    return stream.derive(step.name, earlier);
  };
  if (steps.some(({ mix }) => mix !== undefined)) {
    return mixing(name, (batch, stream, indices) => {
      requireImages(batch.images, indices);
      if (!(batch.classes >= 2))
        throw new SaddlepointError('ARGUMENT', `expected the number of classes for ${name}, received ${batch.classes}`);
      return tidy(() =>
        steps.reduce<Labelled>((current, step, position) => {
          return { ...current, ...augmentLabelled(step, current, streamOf(stream, position), indices) };
        }, batch),
      );
    });
  }
  return {
    name,
    apply: (images, stream, indices) => {
      requireImages(images, indices);
      let current = images;
      for (const [position, step] of steps.entries()) {
        const next = step.apply(current, streamOf(stream, position), indices);
        if (current !== images) current.dispose();
        current = next;
      }
      return current === images ? images.clone() : current;
    },
  };
}

/** Changes images, and their labels where the augmentation mixes them; others come back themselves. */
export function augmentLabelled(
  augmentation: Augmentation,
  { images, labels, classes }: Labelled,
  stream: RandomStream,
  indices: Tensor,
): Omit<Labelled, 'classes'> {
  const mixed = augmentation.mix?.({ images, labels, classes }, stream, indices);
  return mixed ?? { images: augmentation.apply(images, stream, indices), labels };
}
