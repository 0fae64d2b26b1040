/**
 * Evaluation results as a table in the terminal.
 *
 * @module
 */
import { formatBudget } from '../../attacks/budget.js';
import { ratesOf } from '../../evaluation/combine.js';
import { attackName, beside, DOUBT_EXPLANATION, furtherOptions, ofLength, searchedIn } from '../format.js';
import { corruptionTable } from './corruption-table.js';
import { certifiedTables } from './certified-tables.js';
import { distalTables } from './distal-table.js';
import type { ResultRow } from './result-row.js';
import { terminalTable, terminalWidth, wrap } from './terminal-table.js';

const COUNTED =
  'Robust error counts every image that is misclassified as it is or under attack. Brackets: 95 % interval.';

/**
 * One row a network; the attack columns say what was measured, and on fewer images than the clean error, on how many.
 *
 * @param width columns that a line has at most
 */
export function resultsTable(rows: readonly ResultRow[], width: number = terminalWidth()): string {
  const rates = rows.map(({ result }) => new Map(ratesOf(result)));
  const attacks = [...new Set(rates.flatMap((of) => [...of.keys()]))];
  const labelOf = (name: string) => rates.flatMap((of) => of.get(name)?.label ?? [])[0];
  const head = [
    'training',
    'architecture',
    'clean error',
    ...attacks.map((name) => `${attackName(name, labelOf(name))} robust error`),
  ];
  const cellsOf = ({ training, architecture, result }: ResultRow, row: number) => {
    const cells = attacks.map((name) => {
      const attack = rates[row]!.get(name);
      if (attack === undefined) return '';
      const fewer = attack.examples === result.clean.examples ? '' : `  of ${attack.examples} images`;
      return `${rate(attack.robustError, attack.interval, attack.atMost)}${beside(attack.doubt)}${fewer}`;
    });
    return [training, architecture, rate(result.clean.error, result.clean.interval), ...cells];
  };
  const corrupted = rows.flatMap(({ result: { corruptions } }) =>
    corruptions === undefined ? [] : [`\n\n${corruptionTable(corruptions, width)}`],
  );
  const table = `${terminalTable(head, rows.map(cellsOf), width)}\n${wrap(caption(rows), width)}${corrupted.join('')}`;
  const further = rows.flatMap((row) => [...distalTables(row, width), ...certifiedTables(row, width)]);
  return [table, ...further].join('\n\n');
}

/** @param atMost what the error may be, where the sampled order looked at a sample alone */
function rate(error: number, interval: readonly [number, number], atMost?: number): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const bound = atMost === undefined ? '' : ` (sampled: at most ${percent(atMost)} %)`;
  return `${percent(error)} %${bound}  [${percent(interval[0])}, ${percent(interval[1])}]`;
}

const SAMPLED =
  'Sampled: some stages ran on a random sample only. With 95 % confidence, all of them on all images would find ' +
  'no more than said; the brackets cover that.';

function caption(rows: readonly ResultRow[]): string {
  const measured = rows.flatMap(({ result }) =>
    ratesOf(result).map(([name, { attack, label, norm, epsilon, steps, restarts, examples, order, backend, of }]) => {
      const effort =
        attack === 'autoattack'
          ? order === 'sampled'
            ? ['sampled order']
            : []
          : [
              `${steps} ${steps === 1 ? 'step' : 'steps'}${ofLength(of?.settings, formatBudget)}`,
              `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
              ...furtherOptions(of?.settings),
            ];
      const measured = [norm, `epsilon ${formatBudget(epsilon)}`, ...effort, ...searchedIn({ backend })];
      return `${attackName(name, label)}: ${measured.join(', ')}, on ${examples} test images`;
    }),
  );
  const bounded = rows.some(({ result }) => ratesOf(result).some(([, { atMost }]) => atMost !== undefined));
  const doubted = rows.some(({ result }) => ratesOf(result).some(([, { doubt }]) => doubt !== undefined));
  const differing = rows.some(({ result }) =>
    ratesOf(result).some(([, { examples }]) => examples !== result.clean.examples),
  );
  return [
    ...new Set(measured),
    ...(doubted ? [DOUBT_EXPLANATION] : []),
    ...(bounded ? [SAMPLED] : []),
    ...(differing
      ? ['These errors were measured on different numbers of images; they do not show which attack is stronger.']
      : []),
    measured.length === 0 ? 'Brackets: 95 % interval.' : COUNTED,
  ].join('\n');
}
