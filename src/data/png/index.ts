/**
 * Reads PNG images of 8 bits a channel, or with a palette, into planes. Checksums are looked at, sizes are checked
 * against the bytes at hand before anything is inflated, and transparency is refused: what would show through is not in
 * the file.
 *
 * @module
 */
import { checkClaim, inflateAtMost } from '../inflate.js';
import { readChunks, type Chunks } from './chunks.js';
import { COLOUR, GREY, INDEXED, parseHeader, type Header } from './header.js';
import { inflatedLength, readRows } from './rows.js';

export interface Picture {
  /** Grey, or red, green and blue, one plane after the other. */
  readonly planes: Uint8Array;
  /** [channels, height, width]; 1 or 3 channels. */
  readonly shape: readonly [number, number, number];
}

/** @throws Error that says why it cannot be used */
export function decodePng(file: Buffer): Picture {
  const chunks = readChunks(file);
  const header = parseHeader(chunks.header);
  const length = inflatedLength(header);
  checkClaim(length, chunks.data);
  const rows = inflateAtMost(chunks.data, length, 'zlib');
  if (rows.length !== length) throw new Error(`it has ${rows.length} bytes of pixels, expected ${length}`);
  const samples = readRows(rows, header);
  const { width, height, colours } = header;
  const planes = colours === INDEXED ? lookUp(samples, chunks) : separate(samples, header, chunks.transparency);
  return { planes, shape: [planes.length / (width * height), height, width] };
}

const TRANSPARENT = 'it is partly transparent';

/** Of interleaved samples the planes, without those of transparency, all of which have to be full. */
function separate(data: Uint8Array, { samples, colours }: Header, transparency: Buffer | undefined): Uint8Array {
  const channels = samples < 3 ? 1 : 3;
  const key = transparency === undefined ? undefined : colourKey(transparency, colours);
  const pixels = data.length / samples;
  const planes = new Uint8Array(channels * pixels);
  for (let i = 0; i < pixels; i += 1) {
    const at = i * samples;
    for (let c = 0; c < channels; c += 1) planes[c * pixels + i] = data[at + c]!;
    if (samples > channels && data[at + channels] !== 255) throw new Error(TRANSPARENT);
    if (key?.every((value, c) => data[at + c] === value) === true) throw new Error(TRANSPARENT);
  }
  return planes;
}

/** The one colour that stands for transparency: 16 bits a sample, of which the lower 8 count here. */
function colourKey(transparency: Buffer, colours: number): number[] {
  const samples = colours === GREY ? 1 : 3;
  if ((colours !== GREY && colours !== COLOUR) || transparency.length !== 2 * samples) {
    throw new Error('its transparent colour does not fit its kind of colours');
  }
  return Array.from({ length: samples }, (_, c) => transparency[2 * c + 1]!);
}

/** The colours of a palette in place of its indices. */
function lookUp(indices: Uint8Array, { palette, transparency = Buffer.alloc(0) }: Chunks): Uint8Array {
  const count = (palette?.length ?? 0) / 3;
  if (palette === undefined || !Number.isInteger(count) || count < 1 || count > 256 || transparency.length > count) {
    throw new Error('its palette is missing or has a length that cannot be');
  }
  const pixels = indices.length;
  const planes = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i += 1) {
    const index = indices[i]!;
    if (index >= count) throw new Error(`a pixel has colour ${index} of a palette of ${count}`);
    if (index < transparency.length && transparency[index] !== 255) throw new Error(TRANSPARENT);
    for (let c = 0; c < 3; c += 1) planes[c * pixels + i] = palette[3 * index + c]!;
  }
  return planes;
}
