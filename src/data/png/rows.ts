/**
 * From inflated bytes to samples: undoes the filters of the rows (W3C, section 9) and the interlacing of Adam7 (section
 * 8).
 *
 * @module
 */
import type { Header } from './header.js';

/** Every so many columns and rows of the image, from a first one on. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

const pass = (x: number, y: number, dx: number, dy: number): Pass => ({ x, y, dx, dy });
const WHOLE = [pass(0, 0, 1, 1)];
const ADAM7 = [
  pass(0, 0, 8, 8),
  pass(4, 0, 8, 8),
  pass(0, 4, 4, 8),
  pass(2, 0, 4, 4),
  pass(0, 2, 2, 4),
  pass(1, 0, 2, 2),
  pass(0, 1, 1, 2),
];

/** A pass and how large it is in an image: columns, rows, bytes a row without the filter's number before it. */
interface Size extends Pass {
  readonly columns: number;
  readonly rows: number;
  readonly bytes: number;
}

function sizesOf({ width, height, depth, samples, interlaced }: Header): Size[] {
  return (interlaced ? ADAM7 : WHOLE)
    .map((each) => {
      const [columns, rows] = [Math.ceil((width - each.x) / each.dx), Math.ceil((height - each.y) / each.dy)];
      return { ...each, columns, rows, bytes: Math.ceil((columns * samples * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** How many bytes the rows of such an image have together. */
export function inflatedLength(header: Header): number {
  return sizesOf(header).reduce((sum, { rows, bytes }) => sum + rows * (bytes + 1), 0);
}

/**
 * The samples of all pixels, row by row, one a byte.
 *
 * @param data as many bytes as {@link inflatedLength} says; its filters are undone in place
 * @throws Error for a filter that is none
 */
export function readRows(data: Uint8Array, header: Header): Uint8Array {
  const { width, height, depth, samples } = header;
  const result = new Uint8Array(width * height * samples);
  const left = Math.max(1, (samples * depth) / 8); // the byte of the sample to the left
  let at = 0;
  for (const { x, y, dx, dy, columns, rows, bytes } of sizesOf(header)) {
    let above: Uint8Array = new Uint8Array(bytes);
    for (let row = 0; row < rows; row += 1) {
      const line = data.subarray(at + 1, at + 1 + bytes);
      unfilter(data[at]!, line, above, left);
      for (let column = 0; column < columns; column += 1) {
        const to = ((y + row * dy) * width + x + column * dx) * samples;
        for (let s = 0; s < samples; s += 1) result[to + s] = sampleOf(line, column * samples + s, depth);
      }
      above = line;
      at += bytes + 1;
    }
  }
  return result;
}

function sampleOf(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index]!;
  const bit = index * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function unfilter(kind: number, line: Uint8Array, above: Uint8Array, left: number): void {
  if (kind > 4) throw new Error(`a row of it has the unknown filter ${kind}`);
  if (kind === 0) return;
  for (let i = 0; i < line.length; i += 1) {
    const [a, b, c] = i < left ? [0, above[i]!, 0] : [line[i - left]!, above[i]!, above[i - left]!];
    line[i] = line[i]! + (kind === 1 ? a : kind === 2 ? b : kind === 3 ? (a + b) >> 1 : paeth(a, b, c));
  }
}

/** Of left, above and upper left the one nearest to left + above - upper left (Paeth, 1991). */
function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}
