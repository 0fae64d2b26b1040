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

/** The width of every chart's plot; cards scale it, so text keeps one size on the page. */
export const PLOT_WIDTH = 400;

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
    labelFontSize: 12,
    labelPadding: 6,
    tickColor: COLOURS.grid,
    ticks: false,
    titleColor: COLOURS.text,
    titleFontSize: 12.5,
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
    labelFontSize: 12,
    columnPadding: 0,
    labelLimit: 260,
    symbolOpacity: 1,
    symbolSize: 100,
    symbolStrokeWidth: 2.25,
    title: null,
    offset: 10,
  },
};
