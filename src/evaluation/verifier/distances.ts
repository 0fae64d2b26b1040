/**
 * Distances and the box, written a second time and in plain numbers: the verifier shares nothing with the attacks
 * whose results it checks.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../../engine/index.js';

/** How large a perturbation is, by the norm's name; all sums in float64. */
export const DISTANCES: Readonly<Record<string, (differences: Float64Array) => number>> = {
  linf: (differences) => differences.reduce((most, one) => Math.max(most, Math.abs(one)), 0),
  l2: (differences) => Math.sqrt(differences.reduce((sum, one) => sum + one * one, 0)),
  l1: (differences) => differences.reduce((sum, one) => sum + Math.abs(one), 0),
  l0: (differences) => differences.reduce((count, one) => count + (one === 0 ? 0 : 1), 0),
};

/** @throws SaddlepointError ARGUMENT for a norm without a distance. */
export function distanceIn(norm: string): (differences: Float64Array) => number {
  const distance = Object.hasOwn(DISTANCES, norm) ? DISTANCES[norm] : undefined;
  if (distance !== undefined) return distance;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected norm to be one of ${Object.keys(DISTANCES).join(', ')}, received ${describeValue(norm)}`,
  );
}

/** What is wrong with the values of one image, if anything is. */
export function outsideTheBox(values: Float32Array): string | undefined {
  // Written so that a NaN is outside too.
  const wrong = values.find((value) => !(value >= 0 && value <= 1));
  return wrong === undefined ? undefined : `the value ${wrong}, outside of [0, 1]`;
}

/** `image` less the image of these bytes, as the network sees it: each byte / 255 in float32. */
export function differencesFrom(bytes: Uint8Array, image: Float32Array): Float64Array {
  return Float64Array.from(image, (value, i) => value - Math.fround((bytes[i] ?? 0) / 255));
}
