/**
 * The course of an attack: a curve a network over its steps, of the confidence in the right class or of the loss.
 *
 * @module
 */
import { element, shape } from './dom.js';
import { networkColour } from './network-card.js';
import { percent } from './words.js';

export type Measure = 'confidence' | 'loss';

export interface Curve {
  readonly name: string;
  /** Of the picture itself, then of each step; NaN where the network gave none, and fewer where it failed. */
  readonly values: readonly number[];
}

const [NARROWEST, HEIGHT] = [260, 220];
const BOX = { left: 44, right: 12, top: 12, bottom: 28 };
/** One network's line is told from another's by more than its colour. */
const DASHES = ['', '7 5', '2 5', '12 5 2 5'];

/** As wide as there is room. @param now the step that is shown @param steps of the whole attack */
export function drawCourse(
  root: HTMLElement,
  curves: readonly Curve[],
  measure: Measure,
  now: number,
  steps: number,
): void {
  const width = Math.max(NARROWEST, root.clientWidth);
  const most =
    measure === 'confidence'
      ? 1
      : niceCeiling(Math.max(1, ...curves.flatMap(({ values }) => values.filter(Number.isFinite))));
  const x = (step: number) => BOX.left + (step / steps) * (width - BOX.left - BOX.right);
  const y = (value: number) => HEIGHT - BOX.bottom - (value / most) * (HEIGHT - BOX.top - BOX.bottom);
  const svg = shape('svg', { class: 'chart', viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img' });
  svg.setAttribute('aria-label', describe(curves, measure, now));
  for (const share of [0, 0.5, 1]) {
    const level = y(share * most);
    svg.append(shape('line', { class: 'grid', x1: BOX.left, x2: width - BOX.right, y1: level, y2: level }));
    svg.append(shape('text', { x: BOX.left - 8, y: level + 4, 'text-anchor': 'end' }, written(share * most, measure)));
  }
  for (const step of [0, steps / 4, steps / 2, (3 * steps) / 4, steps])
    svg.append(shape('text', { x: x(step), y: HEIGHT - 8, 'text-anchor': 'middle' }, String(Math.round(step))));
  svg.append(shape('line', { class: 'now', x1: x(now), x2: x(now), y1: BOX.top, y2: HEIGHT - BOX.bottom }));
  for (const [number, { values }] of curves.entries()) {
    const points = values.flatMap((value, step) =>
      Number.isFinite(value) ? [`${x(step).toFixed(1)},${y(value).toFixed(1)}`] : [],
    );
    const line = shape('polyline', {
      points: points.join(' '),
      'stroke-dasharray': DASHES[number % DASHES.length]!,
    });
    line.style.stroke = networkColour(number);
    svg.append(line);
    const value = values[now] ?? NaN;
    if (!Number.isFinite(value)) continue;
    const dot = shape('circle', { cx: x(now), cy: y(value), r: 4.5 });
    dot.style.fill = networkColour(number);
    svg.append(dot);
  }
  const legend = curves.map(({ name, values }, number) => {
    const entry = element('li', {}, `${name}: ${written(values[now] ?? NaN, measure)}`);
    entry.style.setProperty('--network', networkColour(number));
    return entry;
  });
  root.replaceChildren(svg, element('ul', { class: 'legend' }, ...legend));
}

function written(value: number, measure: Measure): string {
  if (!Number.isFinite(value)) return 'no number';
  return measure === 'confidence' ? percent(value) : value.toFixed(value < 10 ? 1 : 0);
}

function describe(curves: readonly Curve[], measure: Measure, now: number): string {
  const of = measure === 'confidence' ? 'Confidence in the right class' : 'Loss';
  const courses = curves.map(
    ({ name, values }) =>
      `${name} from ${written(values[0] ?? NaN, measure)} to ${written(values[now] ?? NaN, measure)}`,
  );
  return `${of} from step 0 to step ${now}: ${courses.join('; ')}`;
}

/** The next of 1, 2, 5, 10, 20 … */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((part) => part * power).find((nice) => nice >= value)!;
}
