/**
 * One of several initializations at random. Stutz's article draws one a batch; here every example draws its own, with
 * its own random numbers, so that the choice does not depend on the batch it is in. All of the list are computed.
 *
 * @module
 */
import { ops, SaddlepointError, tidy } from '../../engine/index.js';
import { perExample } from '../norms/shared.js';
import type { Initialization } from './initialization.js';

/**
 * One of several starts at random, drawn for each example.
 *
 * @throws SaddlepointError ARGUMENT for an empty list
 */
export function choice(list: readonly Initialization[]): Initialization {
  if (list.length === 0) {
    throw new SaddlepointError('ARGUMENT', 'expected at least one initialization to choose from, received none');
  }
  return {
    name: `choice of ${list.map(({ name }) => name).join(', ')}`,
    random: list.length > 1 || list.some(({ random }) => random),
    perturbation: (images, norm, epsilon, stream, indices) =>
      tidy(() => {
        const drawn = stream.derive('choice').integers(indices, [], list.length, images.device);
        const starts = list.map((one, place) =>
          one.perturbation(images, norm, epsilon, stream.derive('choice', place), indices),
        );
        return starts.reduce((chosen, start, place) => ops.where(perExample(drawn.eq(place), start), start, chosen));
      }),
  };
}
