/**
 * The look all charts share: quiet axes, no frame, the page's colours by name.
 *
 * @module
 */
import type { Config } from 'vega-lite';

/** The page's colours; `style.ts` gives them their values, for light and for dark. */
export const COLOURS = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  grid: 'var(--line)',
  clean: 'var(--clean)',
  attacked: 'var(--attacked)',
  series: ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)', 'var(--series-5)'],
} as const;

/**
 * The width of every chart's plot: that of a telephone, so that its text is still read there; wider cards scale it up
 * a little.
 */
export const PLOT_WIDTH = 340;

/** A longer name is cut in a legend; one that fills more than half the plot has a row of its own. */
const LONGEST_NAME = 36;
const HALF_A_ROW = 18;

/** The legend of a chart whose series have names that somebody chose. */
export function legendOf(names: readonly string[]): object {
  const cut = `slice(datum.label, 0, ${LONGEST_NAME - 1}) + '…'`;
  return {
    columns: names.some(({ length }) => length > HALF_A_ROW) ? 1 : 2,
    labelExpr: `length(datum.label) > ${LONGEST_NAME} ? ${cut} : datum.label`,
  };
}

export const chartConfig: Config = {
  background: 'transparent',
  padding: 0,
  // A description per chart says more than one per mark, and keeps the file small.
  aria: false,
  view: { stroke: null },
  axis: {
    domainColor: COLOURS.muted,
    gridColor: COLOURS.grid,
    labelColor: COLOURS.muted,
    labelFontSize: 13,
    labelPadding: 6,
    tickColor: COLOURS.grid,
    ticks: false,
    titleColor: COLOURS.text,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  axisX: { grid: false },
  axisY: { domain: false, titleAngle: 0, titleAlign: 'left', titleAnchor: 'end', titleY: -14, titleX: -36 },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    columns: 2,
    labelColor: COLOURS.text,
    labelFontSize: 12.5,
    columnPadding: 0,
    labelLimit: 0,
    symbolOpacity: 1,
    symbolSize: 100,
    symbolStrokeWidth: 2.25,
    title: null,
    offset: 10,
  },
};
