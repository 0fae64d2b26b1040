/**
 * Is a saved image one that its budget allows, and what are its 8 bits? By a distance from the original, or, of moved
 * images, by making them again.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { differencesFrom, distanceIn, outsideTheBox } from './distances.js';
import { inLevels, roundWithin } from './eight-bit.js';
import { distanceFromMoved, movesPixels, roundingOf, sizeOf } from './transformations.js';

/** A saved image, and what belongs to it. */
export interface Saved {
  /** Of the original. */
  readonly bytes: Uint8Array;
  readonly image: Float32Array;
  /** Of a moved one: what it was made with. */
  readonly parameters?: Float32Array | undefined;
}

export interface Checked {
  /** Of the perturbation, in float64. */
  readonly size: number;
  /** What is wrong with it, if anything is. */
  readonly problem?: string | undefined;
}

export interface BudgetCheck {
  readonly check: (saved: Saved) => Checked;
  /** To whole grey levels, within the budget. */
  readonly round: (saved: Saved) => Uint8Array;
  /** Of a rounded image. */
  readonly roundedSize: (saved: Saved, rounded: Uint8Array) => number;
}

/**
 * @param shape of one image, [C, H, W]
 * @param tolerance by how much a distance may exceed epsilon, relatively
 * @throws SaddlepointError ARGUMENT for a norm that nothing is known of
 */
export function budgetCheck(norm: string, epsilon: number, shape: readonly number[], tolerance: number): BudgetCheck {
  return movesPixels(norm) ? byMakingAgain(norm, epsilon, shape) : byDistance(norm, epsilon, shape, tolerance);
}

function byDistance(norm: string, epsilon: number, shape: readonly number[], tolerance: number): BudgetCheck {
  const distance = distanceIn(norm, shape);
  return {
    check: ({ bytes, image }) => {
      const size = distance(differencesFrom(bytes, image));
      const outside = outsideTheBox(image);
      if (outside !== undefined) return { size, problem: `has ${outside}` };
      // Written so that a distance that is no number is too large, too.
      return size <= epsilon * (1 + tolerance) ? { size } : { size, problem: `is at ${norm} distance ${size}` };
    },
    round: ({ bytes, image }) => roundWithin(bytes, image, distance, epsilon),
    roundedSize: ({ bytes }, rounded) => distance(inLevels(bytes, rounded)),
  };
}

/** An image is nearest to a transformed one where its values are, so that rounding needs no way back. */
function byMakingAgain(norm: string, epsilon: number, shape: readonly number[]): BudgetCheck {
  const rounding = roundingOf(shape);
  return {
    check: ({ bytes, image, parameters }) => {
      const made = requireParameters(norm, parameters);
      const size = sizeOf(made);
      const outside = outsideTheBox(image);
      if (outside !== undefined) return { size, problem: `has ${outside}` };
      if (!(size <= epsilon)) return { size, problem: `was made by ${norm} with a parameter of ${size}` };
      const original = Float32Array.from(bytes, (byte) => byte / 255);
      const apart = distanceFromMoved(norm, original, image, made, shape);
      if (apart <= rounding) return { size };
      return { size, problem: `is not what its saved parameters make of the original: a value differs by ${apart}` };
    },
    round: ({ image }) => Uint8Array.from(image, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255)),
    roundedSize: ({ parameters }) => sizeOf(requireParameters(norm, parameters)),
  };
}

/** @throws SaddlepointError EVALUATION without parameters: then nothing says that the image is a moved one at all */
function requireParameters(norm: string, parameters: Float32Array | undefined): Float32Array {
  if (parameters !== undefined) return parameters;
  throw new SaddlepointError(
    'EVALUATION',
    `no robust error is issued: expected the parameters that ${norm} images were made with, float32 [N, P] as ` +
      '`parameters` beside the images, received none. From an image alone nobody can tell whether it is a moved one',
  );
}
