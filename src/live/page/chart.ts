/**
 * One chart: some curves over one axis, with the values where the pointer is.
 *
 * @module
 */
import { svg } from './element.js';
import { domainOf, linear, nearest, ticks, type Domain } from './scale.js';

export interface ChartCurve {
  readonly name: string;
  readonly colour: string;
  /** As of SVG; empty of a whole line. */
  readonly dash: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  readonly xTitle: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly formatTick: (value: number) => string;
  /** What is always in view, e.g. zero. */
  readonly includes: readonly number[];
}

const [WIDTH, HEIGHT] = [420, 220];
const PLOT = { left: 46, right: WIDTH - 12, top: 12, bottom: HEIGHT - 34 } as const;
const X_TICKS = 5;
const Y_TICKS = 4;

/** A drawing of the chart. @param tip where values are said */
export function drawChart(chart: Chart, tip: HTMLElement): SVGSVGElement {
  const { curves, formatX } = chart;
  const xDomain = domainOf(curves.flatMap(({ x }) => x));
  const yDomain = domainOf([...chart.includes, ...curves.flatMap(({ y }) => y)]);
  const x = linear(xDomain, [PLOT.left, PLOT.right]);
  const y = linear(yDomain, [PLOT.bottom, PLOT.top]);
  const here = svg('line', { class: 'here', y1: px(PLOT.top), y2: px(PLOT.bottom), visibility: 'hidden' });
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': summary(chart) },
    ...ticks(yDomain, Y_TICKS).flatMap((value) => [
      svg('line', { class: 'grid', x1: px(PLOT.left), x2: px(PLOT.right), y1: px(y(value)), y2: px(y(value)) }),
      svg('text', { x: px(PLOT.left - 6), y: px(y(value) + 4), 'text-anchor': 'end' }, chart.formatTick(value)),
    ]),
    ...xLabels(xDomain, x, formatX),
    svg('text', { x: px(PLOT.right), y: px(HEIGHT - 2), 'text-anchor': 'end' }, chart.xTitle),
    ...curves.map((curve) =>
      svg('path', {
        class: 'curve',
        d: path(curve, x, y),
        stroke: curve.colour,
        'stroke-dasharray': curve.dash === '' ? null : curve.dash,
      }),
    ),
    here,
  );
  const toX = linear([PLOT.left, PLOT.right], xDomain);
  followPointer(
    drawing,
    tip,
    (pixel) => {
      const at = toX(Math.min(PLOT.right, Math.max(PLOT.left, pixel)));
      here.setAttribute('x1', px(x(at)));
      here.setAttribute('x2', px(x(at)));
      return [`${formatX(at)} ${chart.xTitle}`, ...valuesAt(chart, at)];
    },
    here,
  );
  return drawing;
}

function xLabels(domain: Domain, x: (value: number) => number, format: (value: number) => string): SVGElement[] {
  return ticks(domain, X_TICKS).map((value) =>
    svg('text', { x: px(x(value)), y: px(PLOT.bottom + 16), 'text-anchor': 'middle' }, format(value)),
  );
}

/** A curve of one point is drawn as a short stroke, which a round cap would be too small to be. */
function path({ x: xs, y: ys }: ChartCurve, x: (value: number) => number, y: (value: number) => number): string {
  if (xs.length === 1) return `M${px(x(xs[0]!) - 3)} ${px(y(ys[0]!))}h6`;
  return xs.map((value, index) => `${index === 0 ? 'M' : 'L'}${px(x(value))} ${px(y(ys[index]!))}`).join('');
}

function valuesAt({ curves, formatY }: Chart, at: number): string[] {
  return curves.flatMap(({ name, x, y }) => {
    const value = y[nearest(x, at)];
    return value === undefined ? [] : [`${name}: ${formatY(value)}`];
  });
}

/** For whoever does not see it: where each curve is. */
function summary({ title, curves, xTitle, formatX, formatY }: Chart): string {
  const last = curves.flatMap(({ name, x, y }) => {
    const [at, value] = [x.at(-1), y.at(-1)];
    return at === undefined || value === undefined ? [] : [`${name} ${formatY(value)} at ${formatX(at)} ${xTitle}`];
  });
  return `${title}: ${last.join('; ')}`;
}

/** Says the values beside the pointer while it is over the plot; a finger's touch counts until the next. */
function followPointer(
  drawing: SVGSVGElement,
  tip: HTMLElement,
  linesAt: (pixel: number) => readonly string[],
  here: SVGElement,
): void {
  const show = (event: PointerEvent) => {
    const box = drawing.getBoundingClientRect();
    tip.textContent = linesAt(((event.clientX - box.left) / box.width) * WIDTH).join('\n');
    tip.hidden = false;
    here.setAttribute('visibility', 'visible');
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, room)) + window.scrollX}px`;
    tip.style.top = `${event.clientY + 16 + window.scrollY}px`;
  };
  const hide = () => {
    tip.hidden = true;
    here.setAttribute('visibility', 'hidden');
  };
  drawing.addEventListener('pointermove', show);
  drawing.addEventListener('pointerdown', show);
  drawing.addEventListener('pointerleave', hide);
}

/** Pixels with one decimal: more are not seen. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
