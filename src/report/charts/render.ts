/**
 * From a Vega-Lite specification to an SVG inside the page, without a browser and without waiting.
 *
 * Vega's own `toSVG` is asynchronous only because charts may load data; ours carry theirs. So the scene is drawn
 * by Vega's string renderer directly. Colours are the page's CSS variables, so charts follow light and dark.
 *
 * @module
 */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeText, type Markup, trusted } from '../markup.js';
import { type HoverValue, hoverValues } from './hover-values.js';
import { chartConfig, PLOT_WIDTH } from './theme.js';

/** The part of Vega that its type declarations leave out. */
interface StringRenderer {
  initialize(element: null, width: number, height: number, origin: readonly [number, number]): StringRenderer;
  render(scene: unknown): StringRenderer;
  svg(): string;
}
interface Scenegraph {
  readonly root: {
    readonly bounds: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  };
}
interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: string | number) => number;
}
const { textMetrics } = vega as unknown as { readonly textMetrics: TextMetrics };
const { SVGStringRenderer } = vega as unknown as { readonly SVGStringRenderer: new () => StringRenderer };

/**
 * The width of a character in a sans-serif font, in font sizes. Without a canvas Vega takes 0.8, with which labels
 * seem to collide and legends to need more room than the plot.
 */
const CHARACTER_WIDTH = 0.62;
textMetrics.width = ({ fontSize = 11 }, text) => CHARACTER_WIDTH * fontSize * `${text}`.length;

/** Room around the drawing, in pixels, so that nothing is cut at the edge. */
const MARGIN = 4;

/** Room beside the plot for the labels of its axes, in pixels. */
const ROOM = { left: 44, right: 14 } as const;

/**
 * Draws a chart.
 *
 * @param description says in words what it shows, for those who do not see it
 * @param values what to say where the pointer is; the chart's horizontal scale is named `x`, as Vega-Lite names it
 */
export type DrawChart = (specification: TopLevelSpec, description: string, values?: readonly HoverValue[]) => Markup;

/** As the report has them: an SVG. */
export const renderChart: DrawChart = (specification, description, values = []) => {
  const compiled = compile({ ...specification, config: chartConfig }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error }).run();
  try {
    const { root } = view.scenegraph() as unknown as Scenegraph;
    const { y1, y2 } = root.bounds;
    // Plots that stand below each other line up: the same room left and right, unless a label needs more.
    const x1 = Math.min(root.bounds.x1, -ROOM.left);
    const x2 = Math.max(root.bounds.x2, PLOT_WIDTH + ROOM.right);
    const width = Math.ceil(x2 - x1) + 2 * MARGIN;
    const height = Math.ceil(y2 - y1) + 2 * MARGIN;
    const drawing = new SVGStringRenderer()
      .initialize(null, width, height, [MARGIN - x1, MARGIN - y1])
      .render(root)
      .svg();
    const open = `<svg class="chart" role="img" aria-label="${escapeText(description)}" viewBox="0 0 ${width} ${height}">`;
    const toPixel = view.scale('x') as (x: number) => number;
    const plot = { left: MARGIN - x1, top: MARGIN - y1, width: view.width(), height: view.height(), toPixel };
    // Inside HTML an SVG needs no namespaces; without a fixed width it fits its card.
    return trusted(
      // Functions, for a replacement in text gives dollar signs a meaning.
      drawing.replace(/^<svg[^>]*>/, () => open).replace(/<\/svg>$/, () => `${hoverValues(values, plot).text}</svg>`),
    );
  } finally {
    view.finalize();
  }
};
