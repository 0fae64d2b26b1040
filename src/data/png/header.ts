/**
 * The header of a PNG file: sizes and kind of pixels, with what this library does not read refused.
 *
 * @module
 */

/** 4096 × 4096: larger ones are no images to train a classifier on, and would fill the memory. */
const MAXIMUM_PIXELS = 2 ** 24;

export const [GREY, COLOUR, INDEXED, GREY_ALPHA, COLOUR_ALPHA] = [0, 2, 3, 4, 6] as const;
/** Samples a pixel. */
const SAMPLES: ReadonlyMap<number, number> = new Map([
  [GREY, 1],
  [COLOUR, 3],
  [INDEXED, 1],
  [GREY_ALPHA, 2],
  [COLOUR_ALPHA, 4],
]);

export interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 8; with a palette 1, 2, 4 or 8. */
  readonly depth: number;
  readonly colours: number;
  readonly samples: number;
  readonly interlaced: boolean;
}

/** @throws Error that says what is not as it should be */
export function parseHeader(content: Buffer): Header {
  if (content.length !== 13) throw new Error(`its header has ${content.length} bytes, expected 13`);
  const [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
  const [depth, colours, compression, filter, interlace] = content.subarray(8) as unknown as number[];
  const samples = SAMPLES.get(colours!);
  if (samples === undefined) throw new Error(`its kind of colours, ${colours}, is unknown`);
  if (compression !== 0 || filter !== 0 || interlace! > 1) throw new Error('it is packed in an unknown way');
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width * height > MAXIMUM_PIXELS) {
    throw new Error(`it claims ${width} × ${height} pixels, expected at most ${MAXIMUM_PIXELS}`);
  }
  if (depth !== 8 && !(colours === INDEXED && [1, 2, 4].includes(depth!))) {
    throw new Error(`it has ${depth} bits a channel, expected 8`);
  }
  return { width, height, depth: depth!, colours: colours!, samples, interlaced: interlace === 1 };
}
