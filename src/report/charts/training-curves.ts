/**
 * How a training went: error, loss and learning rate over its epochs.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import type { MetricsRecord } from '../../monitoring/run-folder.js';
import { percent, plain } from '../format.js';
import type { Markup } from '../markup.js';
import { series, type SeriesPoint } from '../metrics-series.js';
import type { HoverValue } from './hover-values.js';
import type { DrawChart } from './render.js';
import { COLOURS, PLOT_WIDTH } from './theme.js';

/** How one tag is drawn. Colour tells clean from attacked, the dash training from validation. */
interface Line {
  readonly tag: string;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

/** Up to this many points, each is marked. */
const FEW_POINTS = 30;

const SOLID: readonly number[] = [1, 0];
const DASHED: readonly number[] = [4, 3];

const ERRORS: readonly Line[] = [
  { tag: 'validation/adversarial_error', label: 'Validation, attacked', colour: COLOURS.attacked, dash: SOLID },
  { tag: 'train/adversarial_error', label: 'Training, attacked', colour: COLOURS.attacked, dash: DASHED },
  { tag: 'validation/error', label: 'Validation, clean', colour: COLOURS.clean, dash: SOLID },
  { tag: 'train/error', label: 'Training, clean', colour: COLOURS.clean, dash: DASHED },
];
const LOSSES: readonly Line[] = [
  { tag: 'train/adversarial_loss', label: 'Loss, attacked', colour: COLOURS.attacked, dash: SOLID },
  { tag: 'train/loss', label: 'Loss', colour: COLOURS.clean, dash: DASHED },
];
const RATES: readonly Line[] = [{ tag: 'train/lr', label: 'Learning rate', colour: COLOURS.muted, dash: SOLID }];

/** The tags that the charts draw. */
export const DRAWN_TAGS: readonly string[] = [...ERRORS, ...LOSSES, ...RATES].map(({ tag }) => tag);

/** The charts of one run, of what its metrics hold; none when they hold none of the tags. */
export function trainingCurves(
  name: string,
  records: readonly MetricsRecord[],
  drawChart: DrawChart,
): readonly Markup[] {
  // Errors share one scale over all runs, so that two cards side by side compare by eye.
  const fullScale = { domain: [0, 1] };
  const drawn = [...ERRORS, ...LOSSES, ...RATES].flatMap((line) => series(records, line.tag));
  const last = Math.max(1, ...drawn.map((point) => point.epoch)); // one axis of epochs for all charts of the run
  const draw = (lines: readonly Line[], look: Omit<Look, 'last' | 'drawChart'>): Markup | null =>
    chart(name, records, lines, { ...look, last, drawChart });
  return [
    draw(ERRORS, { title: 'Error', height: 220, axis: { format: '.0%', tickCount: 5 }, scale: fullScale }),
    draw(LOSSES, { title: 'Loss', height: 110, axis: { tickCount: 4 }, scale: {} }),
    draw(RATES, { title: 'Learning rate', height: 60, axis: { tickCount: 2 }, scale: {} }),
  ].filter((drawing) => drawing !== null);
}

/** What differs from chart to chart. */
interface Look {
  /** Where the axis of epochs ends. */
  readonly last: number;
  readonly drawChart: DrawChart;
  readonly title: string;
  readonly height: number;
  readonly axis: Readonly<Record<string, unknown>>;
  readonly scale: Readonly<Record<string, unknown>>;
}

function chart(name: string, records: readonly MetricsRecord[], lines: readonly Line[], look: Look): Markup | null {
  const drawn = lines
    .map((line) => ({ ...line, points: series(records, line.tag) }))
    .filter((line) => line.points.length > 0);
  if (drawn.length === 0) return null;
  const values = drawn.flatMap(({ label, points }) => points.map((point) => ({ ...point, series: label })));
  const domain = drawn.map((line) => line.label);
  // One line needs no legend: the title of the axis names it.
  const legend = drawn.length === 1 ? null : { symbolType: 'stroke' };
  const encoding = {
    x: {
      field: 'epoch',
      type: 'quantitative',
      title: 'Epoch',
      axis: { format: 'd', tickMinStep: 1, labelFlush: false },
      scale: { domain: [0, look.last], nice: false },
    },
    y: { field: 'value', type: 'quantitative', title: look.title, axis: look.axis, scale: look.scale },
    color: { field: 'series', scale: { domain, range: drawn.map((line) => line.colour) }, type: 'nominal', legend },
  };
  const dash = { field: 'series', scale: { domain, range: drawn.map((line) => line.dash) }, type: 'nominal', legend };
  // A few points are each worth a mark; many would only thicken the line.
  const sparse = drawn.filter((line) => line.points.length <= FEW_POINTS).map((line) => line.label);
  const specification = {
    width: PLOT_WIDTH,
    height: look.height,
    data: { values },
    encoding,
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { strokeDash: dash } },
      {
        transform: [{ filter: { field: 'series', oneOf: sparse } }],
        mark: { type: 'point', filled: true, size: 26, opacity: 1 },
      },
    ],
  } as unknown as TopLevelSpec;
  return look.drawChart(
    specification,
    `${look.title} of ${name} over its epochs: ${domain.join('; ')}.`,
    hover(drawn, look),
  );
}

/** A pointer tells about so many positions apart. */
const HOVER_POSITIONS = 60;

/** At each position, what was recorded there last. */
function hover(
  drawn: readonly (Line & { readonly points: readonly SeriesPoint[] })[],
  { title, last }: Look,
): readonly HoverValue[] {
  const written = title === 'Error' ? percent : (value: number) => plain(Number(value.toPrecision(4)));
  const positions = new Map<number, { epoch: number; readonly said: Map<string, string> }>();
  for (const { label, points } of drawn) {
    for (const { epoch, value } of points) {
      const position = Math.ceil((epoch / last) * HOVER_POSITIONS);
      const here = positions.get(position) ?? { epoch, said: new Map<string, string>() };
      here.epoch = Math.max(here.epoch, epoch);
      here.said.set(label, `${label}: ${written(value)}`);
      positions.set(position, here);
    }
  }
  return [...positions.values()].map(({ epoch, said }) => ({
    x: epoch,
    lines: [`Epoch ${plain(Number(epoch.toFixed(2)))}`, ...said.values()],
  }));
}
