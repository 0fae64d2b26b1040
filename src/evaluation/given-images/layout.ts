/**
 * Images of other tools, in the order of numbers that the library uses.
 *
 * @module
 */

/** Values of images, one after the other. */
export interface Stack {
  readonly values: ArrayLike<number> & Iterable<number>;
  readonly shape: readonly number[];
  /** Whether a value is one of 256 levels, as against a share of 1. */
  readonly bytes: boolean;
}

/**
 * float32 pixels of [N, C, H, W] in [0, 1].
 *
 * @param expected of one image, [C, H, W]; a stack of [N, H, W, C], and of [N, H, W] for one channel, is taken too
 * @throws Error that says which shapes fit
 */
export function toPlanes({ values, shape, bytes }: Stack, expected: readonly number[]): Float32Array {
  const [channels, height, width] = expected as [number, number, number];
  const own = shape.slice(1).join();
  const last = [height, width, channels].join();
  const fits = own === expected.join() || own === last || (channels === 1 && own === [height, width].join());
  if (!fits) {
    throw new Error(
      `expected images of shape [N, ${expected.join(', ')}] or [N, ${height}, ${width}, ${channels}], received [${shape.join(', ')}]`,
    );
  }
  // As the data set's own bytes become what the network sees.
  const pixels = Float32Array.from(values, bytes ? (level) => level / 255 : (value) => value);
  return own === expected.join() || channels === 1 ? pixels : channelsFirst(pixels, channels, height * width);
}

function channelsFirst(pixels: Float32Array, channels: number, area: number): Float32Array {
  const planes = new Float32Array(pixels.length);
  const size = channels * area;
  for (let start = 0; start < pixels.length; start += size) {
    for (let at = 0; at < area; at += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        planes[start + channel * area + at] = pixels[start + at * channels + channel]!;
      }
    }
  }
  return planes;
}
