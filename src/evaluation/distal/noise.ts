/**
 * Images that show nothing: uniform noise, and noise made smooth and given contrast, which is nearer to what pictures
 * are (Hein, Andriushchenko and Bitterwolf, CVPR 2019; the article's `Smooth`, here of the image itself, one draw an
 * image).
 *
 * @module
 */
import { makeSplit, type Split } from '../../data/index.js';
import { RandomStream, tensor, tidy } from '../../engine/index.js';

export const NOISES = ['uniform', 'smooth'] as const;
export type Noise = (typeof NOISES)[number];

/** The ranges that a smooth image's blur, as a standard deviation in pixels, and its contrast are drawn from. */
const [BLUR, CONTRAST] = [
  [1, 2],
  [5, 30],
] as const;

/**
 * So many images of the shape [C, H, W], in whole grey levels. Each one's numbers are its own: more images change none.
 * Their labels are 0 and mean nothing.
 */
export function noiseImages(
  noise: Noise,
  examples: number,
  shape: readonly number[],
  classes: number,
  seed: number,
): Split {
  const [channels = 0, height = 0, width = 0] = shape;
  const size = channels * height * width;
  const stream = new RandomStream(seed, 'distal noise');
  const { levels, draws } = tidy(() => {
    const indices = tensor(BigInt64Array.from({ length: examples }, (_, i) => BigInt(i)));
    return {
      levels: Uint8Array.from(stream.integers(indices, [size], 256).toNumbers()),
      draws: stream.derive('smooth').uniform(indices, [2]).toNumbers(),
    };
  });
  if (noise === 'smooth') {
    for (let image = 0; image < examples; image += 1) {
      const blur = between(BLUR, draws[2 * image]!);
      const contrast = between(CONTRAST, draws[2 * image + 1]!);
      for (let channel = 0; channel < channels; channel += 1) {
        const start = image * size + channel * height * width;
        const plane = levels.subarray(start, start + height * width);
        plane.set(smooth(plane, height, width, blur, contrast));
      }
    }
  }
  return makeSplit(`${noise} noise`, levels, new Uint8Array(examples), [channels, height, width], classes);
}

function between([low, high]: readonly [number, number], share: number): number {
  return low + (high - low) * share;
}

/** A Gaussian blur along both sides, then a logistic curve about mid-grey. In whole levels. */
function smooth(plane: Uint8Array, height: number, width: number, blur: number, contrast: number): Uint8Array {
  const fractions = Float64Array.from(plane, (level) => level / 255);
  const across = blurred(fractions, { lines: height, length: width, next: 1, nextLine: width }, blur);
  const both = blurred(across, { lines: width, length: height, next: width, nextLine: 1 }, blur);
  return Uint8Array.from(both, (value) => Math.round(255 / (1 + Math.exp(-contrast * (value - 0.5)))));
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** From one value of a line to the next, and from one line to the next. */
  readonly next: number;
  readonly nextLine: number;
}

/** The values of each line averaged with Gaussian weights; beyond its ends it is mirrored. */
function blurred(values: Float64Array, { lines, length, next, nextLine }: Lines, deviation: number): Float64Array {
  const reach = Math.ceil(deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const result = new Float64Array(values.length);
  for (let line = 0; line < lines; line += 1) {
    for (let place = 0; place < length; place += 1) {
      const average = weights.reduce(
        (total, weight, i) => total + weight * values[line * nextLine + mirrored(place + i - reach, length) * next]!,
        0,
      );
      result[line * nextLine + place * next] = average / sum;
    }
  }
  return result;
}

function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const along = ((place % period) + period) % period;
  return Math.min(along, period - along);
}
