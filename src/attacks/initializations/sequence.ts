/**
 * Several initializations one after the other: each draws with random numbers of its own, the draws are added, and the
 * sum is projected into the ball.
 *
 * @module
 */
import { SaddlepointError, tidy } from '../../engine/index.js';
import type { Initialization } from './initialization.js';

/** Several starts added up, and projected into the ball. @throws SaddlepointError ARGUMENT for an empty list */
export function inSequence(list: readonly Initialization[]): Initialization {
  if (list.length === 0) {
    throw new SaddlepointError('ARGUMENT', 'expected at least one initialization in a sequence, received none');
  }
  return {
    name: `sequence of ${list.map(({ name }) => name).join(', ')}`,
    random: list.some(({ random }) => random),
    perturbation: (images, norm, epsilon, stream, indices) =>
      tidy(() => {
        const starts = list.map((one, place) =>
          one.perturbation(images, norm, epsilon, stream.derive('sequence', place), indices),
        );
        return norm.project(
          starts.reduce((sum, start) => sum.add(start)),
          epsilon,
        );
      }),
  };
}
