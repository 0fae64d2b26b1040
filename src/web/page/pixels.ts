/**
 * A picture as a browser has it, red, green, blue and opacity in bytes row by row, and an image as a network takes it,
 * planes of numbers in [0, 1].
 *
 * @module
 */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel. */
  readonly data: Uint8ClampedArray;
}

/** The largest square in the middle of a picture. */
export function middleSquare(width: number, height: number): { left: number; top: number; side: number } {
  const side = Math.min(width, height);
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/**
 * Each new pixel the mean of the area it covers, so that no detail of a large photo is picked by chance. A picture of
 * that size already comes out bit for bit.
 */
export function resizeSquare({ width, data }: Pixels, size: number): Pixels {
  const shares = sharesOf(width, size);
  const resized = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const sums = [0, 0, 0, 0];
      for (const [row, high] of shares[y]!) {
        for (const [column, wide] of shares[x]!) {
          for (let c = 0; c < 4; c += 1) sums[c]! += high * wide * data[4 * (row * width + column) + c]!;
        }
      }
      resized.set(sums, 4 * (y * size + x));
    }
  }
  return { width: size, height: size, data: resized };
}

/** Of each of `to` intervals, the pixels of `from` that it covers, and the share that each has of it. */
function sharesOf(from: number, to: number): (readonly [pixel: number, share: number])[][] {
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
    const covered: [number, number][] = [];
    for (let pixel = Math.floor(start); pixel < Math.min(from, end); pixel += 1) {
      const share = (Math.min(end, pixel + 1) - Math.max(start, pixel)) / (end - start);
      if (share > 0) covered.push([pixel, share]);
    }
    return covered;
  });
}

/** Planes [C, H, W] in [0, 1]; of one channel the brightness (Rec. 601), rounded to a byte as a grey picture has it. */
export function imageOf({ width, height, data }: Pixels, channels: 1 | 3): Float32Array {
  const area = width * height;
  const image = new Float32Array(channels * area);
  for (let i = 0; i < area; i += 1) {
    const colours = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    const bytes =
      channels === 3 ? colours : [Math.round(0.299 * colours[0]! + 0.587 * colours[1]! + 0.114 * colours[2]!)];
    bytes.forEach((byte, channel) => (image[channel * area + i] = byte / 255));
  }
  return image;
}

/** The way back, opaque; a single plane becomes grey. Numbers outside of [0, 1] are clipped. */
export function pixelsOf(image: Float32Array, size: number): Pixels {
  const area = size * size;
  const last = image.length / area - 1;
  const data = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) data[4 * i + c] = 255 * image[Math.min(c, last) * area + i]!;
    data[4 * i + 3] = 255;
  }
  return { width: size, height: size, data };
}

/** What a perturbation adds, made visible: grey where nothing changes, elsewhere so many times the change. */
export function magnified(perturbation: Float32Array, times: number): Float32Array {
  return perturbation.map((value) => 0.5 + times * value);
}
