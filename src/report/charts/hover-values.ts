/**
 * Values that show where the pointer is: the plot divided into upright bands, one a position on the horizontal axis,
 * each with a title that says what was measured there. Invisible until pointed at, and nothing a chart needs to be
 * read.
 *
 * @module
 */
import { type Markup, markup } from '../markup.js';

/** What to say at a position on the horizontal axis. */
export interface HoverValue {
  /** In the units of the axis. */
  readonly x: number;
  readonly lines: readonly string[];
}

/** Where the plot lies in the drawing, and the way from values to pixels. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly toPixel: (x: number) => number;
}

/** Bands closer than this, in pixels, are one: a pointer could not tell them apart. */
const NARROWEST = 4;

/** The bands of a plot; each reaches half the way to its neighbours. */
export function hoverValues(values: readonly HoverValue[], plot: Plot): Markup {
  const placed = merge(
    values
      .map(({ x, lines }) => ({ at: plot.toPixel(x), lines }))
      .filter(({ at }) => Number.isFinite(at))
      .sort((one, other) => one.at - other.at),
  );
  const edge = (index: number): number => {
    const [before, after] = [placed[index - 1], placed[index]];
    if (before === undefined) return 0;
    return after === undefined ? plot.width : (before.at + after.at) / 2;
  };
  return markup`<g class="values" transform="translate(${round(plot.left)},${round(plot.top)})">${placed.map(
    ({ lines }, index) =>
      markup`<rect x="${round(edge(index))}" width="${round(edge(index + 1) - edge(index))}" height="${plot.height}" fill="transparent"><title>${lines.join('\n')}</title></rect>`,
  )}</g>`;
}

interface Placed {
  readonly at: number;
  readonly lines: readonly string[];
}

function merge(sorted: readonly Placed[]): readonly Placed[] {
  const merged: Placed[] = [];
  for (const one of sorted) {
    const last = merged.at(-1);
    if (last === undefined || one.at - last.at >= NARROWEST) merged.push(one);
    else merged[merged.length - 1] = { at: last.at, lines: [...last.lines, ...one.lines] };
  }
  return merged;
}

function round(pixels: number): number {
  return Number(pixels.toFixed(1));
}
