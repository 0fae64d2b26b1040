/**
 * Distances and the box, written a second time and in plain numbers: the verifier shares nothing with the attacks
 * whose results it checks.
 *
 * @module
 */
import { describeValue, Registry, type PartForm } from '../../engine/index.js';

/** How large a perturbation of an image of the shape [C, H, W] is. */
export type Distance = (differences: Float64Array, shape: readonly number[]) => number;

/** All sums in float64. */
const OWN: Readonly<Record<string, Distance>> = {
  linf: (differences) => differences.reduce((most, one) => Math.max(most, Math.abs(one)), 0),
  l2: (differences) => Math.sqrt(differences.reduce((sum, one) => sum + one * one, 0)),
  l1: (differences) => differences.reduce((sum, one) => sum + Math.abs(one), 0),
  l0: (differences) => differences.reduce((count, one) => count + (one === 0 ? 0 : 1), 0),
  patch: (differences, [, height = 0, width = 0]) => {
    let [top, bottom, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
    differences.forEach((one, i) => {
      if (one === 0) return;
      const [row, column] = placeOf(i, height, width);
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    });
    return Math.max(0, bottom - top + 1, right - left + 1);
  },
  frame: (differences, [, height = 0, width = 0]) =>
    differences.reduce((most, one, i) => {
      if (one === 0) return most;
      const [row, column] = placeOf(i, height, width);
      return Math.max(most, 1 + Math.min(row, column, height - 1 - row, width - 1 - column));
    }, 0),
  pixels: (differences, [, height = 0, width = 0]) => {
    const places = Array.from(differences.keys()).filter((i) => differences[i] !== 0);
    return new Set(places.map((i) => i % (height * width))).size;
  },
  unconstrained: (differences) => (differences.some((one) => one !== 0) ? 1 : 0),
};

const FORM: PartForm<Distance> = {
  problem: (name, distance: unknown) =>
    typeof distance === 'function'
      ? undefined
      : `expected the distance ${name} as a function, received ${describeValue(distance)}`,
};

/** Distances by the norm's name; `DISTANCES.add` adds one of a threat model from outside. */
export const DISTANCES = new Registry<Distance>('a norm', OWN, FORM, unionDistance);

/** Of a union such as `linf:8/255+l2:0.5`: the least of the distances, each relative to its budget. */
function unionDistance(name: string): Distance | undefined {
  if (!name.includes(':')) return undefined;
  const members = name.split('+').map((member) => {
    const [norm = '', budget = ''] = member.split(':');
    const [numerator = NaN, denominator = 1] = budget.split('/').map(Number);
    return { distance: OWN[norm], epsilon: numerator / denominator };
  });
  if (!members.every(({ distance, epsilon }) => distance !== undefined && epsilon > 0)) return undefined;
  return (differences, shape) =>
    Math.min(...members.map(({ distance, epsilon }) => distance!(differences, shape) / epsilon));
}

/** Row and column of a value of an image [C, H, W]. */
function placeOf(index: number, height: number, width: number): [row: number, column: number] {
  const place = index % (height * width);
  return [Math.floor(place / width), place % width];
}

/**
 * The distance in images of one shape.
 *
 * @throws SaddlepointError ARGUMENT for a norm without a distance.
 */
export function distanceIn(norm: string, shape: readonly number[]): (differences: Float64Array) => number {
  const distance = DISTANCES.get(norm);
  return (differences) => distance(differences, shape);
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
