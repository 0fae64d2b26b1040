/**
 * A comparison as a page, as text and as data.
 *
 * @module
 */
import { describeSeconds } from '../../monitoring/describe-seconds.js';
import { dataTable, type DataCell } from '../data-table.js';
import { attackName, attackSettings, percent } from '../format.js';
import { htmlDocument } from '../html-document.js';
import { type Markup, markup } from '../markup.js';
import { PAIRED_COLUMNS, PAIRED_EXPLANATION, pairCells } from '../paired/index.js';
import { terminalTable, terminalWidth, wrap } from '../terminal/terminal-table.js';
import type { ComparedMethod, Comparison, Spread } from './comparison.js';

const EXPLANATION =
  'Errors in per cent of test images, mean ± standard deviation over the seeds. Robust error counts every image ' +
  'that is misclassified as it is or under attack.';

/** What every robust error was measured with; where runs differ, each way. */
function attacksSaid({ attacks, runs }: Comparison): string[] {
  return attacks.map((attack) => {
    const rates = runs.flatMap(({ result }) => result.attacks[attack] ?? []);
    const ways = [...new Set(rates.map((rate) => attackSettings(rate)))];
    const missed = Math.max(0, ...rates.map(({ atMost, robustError }) => (atMost ?? robustError) - robustError));
    const bound =
      missed > 0 ? `. A run's error may be up to ${(100 * missed).toFixed(1)} points larger (95 % confidence)` : '';
    return `${attackName(attack, rates[0]?.label)}: ${ways.join('; or ')}${bound}.`;
  });
}

/** `16.5 ± 0.4 %`; of one seed without a deviation. */
export function spreadText({ mean, deviation }: Spread): string {
  const around = deviation === null ? '' : ` ± ${(100 * deviation).toFixed(1)}`;
  return `${(100 * mean).toFixed(1)}${around} %`;
}

function headOf({ attacks, runs }: Comparison): string[] {
  const names = attacks.map((attack) => {
    const rate = runs.flatMap(({ result }) => result.attacks[attack] ?? [])[0];
    return `${attackName(attack, rate?.label)} robust error`;
  });
  return ['method', 'seeds', 'clean error', ...names, 'training'];
}

function spreadsOf({ attacks }: Comparison, { cleanError, robustErrors }: ComparedMethod): (Spread | undefined)[] {
  return [cleanError, ...attacks.map((attack) => robustErrors.get(attack))];
}

/** What a terminal shows of it. */
export function comparisonText(comparison: Comparison, width: number = terminalWidth()): string {
  const rows = comparison.methods.map((method) => [
    method.method,
    String(method.seeds.length),
    ...spreadsOf(comparison, method).map((spread) => (spread === undefined ? '' : spreadText(spread))),
    describeSeconds(method.trainingSeconds.mean),
  ]);
  return `${terminalTable(headOf(comparison), rows, width)}\n${wrap([EXPLANATION, ...attacksSaid(comparison)].join('\n'), width)}`;
}

/** One self-contained HTML file: the table, sortable, and below it every run. */
export function comparisonPage(comparison: Comparison): string {
  const { title, methods, runs, attacks } = comparison;
  const head = headOf(comparison);
  const spreadCell = (spread: Spread | undefined, label: string): DataCell =>
    spread === undefined
      ? { shown: '', value: null, label }
      : { shown: spreadText(spread), value: spread.mean, className: 'number', label };
  const summary = dataTable({
    caption: [EXPLANATION, ...attacksSaid(comparison)].join(' '),
    columns: head.map((column) => ({ title: column })),
    rows: methods.map((method) => [
      { shown: method.method },
      { shown: method.seeds.join(', '), value: method.seeds.length, label: 'seeds' },
      ...spreadsOf(comparison, method).map((spread, column) => spreadCell(spread, head[column + 2]!)),
      { shown: describeSeconds(method.trainingSeconds.mean), value: method.trainingSeconds.mean, label: 'training' },
    ]),
  });
  const every = dataTable({
    caption: 'Every run.',
    columns: ['run', 'method', 'seed', ...head.slice(2)].map((column) => ({ title: column })),
    rows: runs.map(({ path, method, seed, result, trainingSeconds }) => [
      { shown: path },
      { shown: method },
      { shown: String(seed), value: seed },
      { shown: percent(result.clean.error), value: result.clean.error },
      ...attacks.map((attack): DataCell => {
        const rate = result.attacks[attack];
        return rate === undefined
          ? { shown: '', value: null }
          : { shown: percent(rate.robustError), value: rate.robustError };
      }),
      { shown: describeSeconds(trainingSeconds), value: trainingSeconds },
    ]),
  });
  return htmlDocument(
    title,
    markup`<header><h1>${title}</h1></header>
<main>
<section id="methods"><h2>Methods</h2>
<div class="card">${summary}</div>
</section>
<section id="runs"><h2>Runs</h2>
<div class="card">${every}</div>
</section>
${pairedPart(comparison)}
</main>`,
  );
}

/** Every method beside the first one, image by image. */
function pairedPart({ pairs }: Comparison): Markup | null {
  if (pairs.length === 0) return null;
  const table = dataTable({
    caption: `First: ${pairs[0]!.beside}, from the same seed. Second: the method of the row. ${PAIRED_EXPLANATION}`,
    columns: ['Method', 'Seed', 'Error', ...PAIRED_COLUMNS].map((column) => ({ title: column })),
    rows: pairs.flatMap(({ method, seed, measures }) =>
      measures.map((measure) => [
        { shown: method },
        { shown: String(seed), value: seed },
        { shown: markup`${measure.name}<small>${measure.settings}</small>`, value: measure.name },
        ...pairCells(measure),
      ]),
    ),
  });
  return markup`<section id="paired"><h2>The same images</h2>
<div class="card">${table}</div>
</section>`;
}

/** As JSON: every figure, and what the table shows of them. */
export function comparisonJson({ title, methods, runs, pairs }: Comparison): Readonly<Record<string, unknown>> {
  return {
    title,
    methods: methods.map(({ robustErrors, ...method }) => ({
      ...method,
      robustErrors: Object.fromEntries(robustErrors),
    })),
    runs: runs.map(({ result, ...run }) => ({
      ...run,
      cleanError: result.clean,
      attacks: result.attacks,
      of: result.of,
    })),
    pairs,
  };
}
