/**
 * Writes PNG files of every kind that the reader takes, and broken ones, without the reader's code.
 *
 * @module
 */
import { deflateSync } from 'node:zlib';
import { crc32 } from '../crc32.js';

/** A chunk with its checksum. */
export function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export interface MadePng {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  readonly colours: number;
  readonly depth?: number;
  readonly interlaced?: boolean;
  /** One sample a byte, interleaved. */
  readonly samples: Uint8Array;
  /** The filter of a row, by its number in the file; default: none. */
  readonly filter?: (row: number) => number;
  /** Chunks between header and pixels, and what the pixels are packed to. */
  readonly between?: readonly Buffer[];
  readonly packed?: (rows: Buffer) => Uint8Array;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function makePng(made: MadePng): Buffer {
  const { width, height, colours, depth = 8, interlaced = false, between = [], packed = deflateSync } = made;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colours, 0, 0, Number(interlaced)], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...between,
    chunk('IDAT', packed(rowsOf(made))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The filtered rows of all passes. */
function rowsOf({ width, height, colours, depth = 8, interlaced = false, samples, filter = () => 0 }: MadePng): Buffer {
  const count = SAMPLES[colours]!;
  const lines: Buffer[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : [[0, 0, 1, 1] as const]) {
    let above: Buffer | undefined;
    for (let y = y0; y < height; y += dy) {
      const values: number[] = [];
      for (let x = x0; x < width; x += dx)
        values.push(...samples.subarray((y * width + x) * count, (y * width + x + 1) * count));
      if (values.length === 0) continue;
      const line = packBits(values, depth);
      const kind = filter(lines.length);
      lines.push(
        Buffer.concat([
          Buffer.of(kind),
          filtered(kind, line, above ?? Buffer.alloc(line.length), Math.max(1, (count * depth) / 8)),
        ]),
      );
      above = line;
    }
  }
  return Buffer.concat(lines);
}

function packBits(values: readonly number[], depth: number): Buffer {
  if (depth === 8) return Buffer.from(values);
  const line = Buffer.alloc(Math.ceil((values.length * depth) / 8));
  for (const [i, value] of values.entries()) line[(i * depth) >> 3]! |= value << (8 - depth - ((i * depth) & 7));
  return line;
}

function filtered(kind: number, line: Buffer, above: Buffer, left: number): Buffer {
  return Buffer.from(
    line.map((value, i) => {
      const [a, b, c] = [line[i - left] ?? 0, above[i]!, i < left ? 0 : above[i - left]!];
      const guess = a + b - c;
      const nearest = [a, b, c].sort((p, q) => Math.abs(guess - p) - Math.abs(guess - q))[0]!; // stable: a, b, c
      return value - [0, a, b, Math.floor((a + b) / 2), nearest][kind]!;
    }),
  );
}
