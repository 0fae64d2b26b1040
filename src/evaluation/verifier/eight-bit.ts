/**
 * Adversarial images as files hold them: 8 bits a value. What is lost by rounding was never an image.
 *
 * @module
 */

/** For comparing whole grey levels with a budget that is not exact in binary, such as 8/255. */
const SLACK = 1e-9;

/**
 * Rounds an image to whole grey levels without leaving the budget around its original: to the nearest, and where that
 * is too far, as few values as necessary towards the original instead, those first that lose least by it.
 *
 * @param original the bytes of the image without perturbation
 * @param image float32, the adversarial image in [0, 1]
 * @param distance of the norm, see `distances.ts`
 * @returns the bytes; their distance, counted in exact grey levels, is at most epsilon
 */
export function roundWithin(
  original: Uint8Array,
  image: Float32Array,
  distance: (differences: Float64Array) => number,
  epsilon: number,
): Uint8Array {
  const levels = Float64Array.from(image, (value) => value * 255);
  const rounded = Uint8Array.from(levels, (level) => Math.min(255, Math.max(0, Math.round(level))));
  const within = () => distance(inLevels(original, rounded)) <= epsilon * (1 + SLACK);
  if (within()) return rounded;
  const away = [...rounded.keys()].filter(
    (i) => Math.abs(rounded[i]! - original[i]!) > Math.abs(levels[i]! - original[i]!),
  );
  // The further from the grey level chosen, the less is lost by choosing the other one.
  away.sort((a, b) => Math.abs(rounded[b]! - levels[b]!) - Math.abs(rounded[a]! - levels[a]!));
  const turn = (i: number) => (rounded[i] = rounded[i]! + Math.sign(original[i]! - rounded[i]!));
  // Turning more can only bring the image nearer, so the smallest sufficient number is found by halving.
  let [low, high] = [0, away.length];
  const nearest = Uint8Array.from(rounded);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    rounded.set(nearest);
    away.slice(0, middle).forEach(turn);
    if (within()) high = middle;
    else low = middle + 1;
  }
  rounded.set(nearest);
  away.slice(0, high).forEach(turn);
  return rounded;
}

/** The difference of two images of bytes, as fractions. */
export function inLevels(original: Uint8Array, changed: Uint8Array): Float64Array {
  return Float64Array.from(changed, (byte, i) => (byte - original[i]!) / 255);
}
