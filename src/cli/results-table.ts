/**
 * Evaluation results as a table in the terminal.
 *
 * @module
 */
import Table from 'cli-table3';
import { ratesOf } from '../evaluation/combine.js';
import type { EvaluationResult } from '../evaluation/results.js';
import { attackName } from '../report/format.js';

export interface ResultRow {
  readonly training: string;
  readonly architecture: string;
  readonly result: EvaluationResult;
}

/** One row a network; the attack columns say what was measured. */
export function resultsTable(rows: readonly ResultRow[]): string {
  const attacks = [...new Set(rows.flatMap(({ result }) => Object.keys(result.attacks)))];
  const table = new Table({
    head: ['training', 'architecture', 'clean error', ...attacks.map((name) => `${attackName(name)} robust error`)],
    style: { head: [], border: [] },
  });
  for (const { training, architecture, result } of rows) {
    const rates = new Map(ratesOf(result));
    const cells = attacks.map((name) => {
      const attack = rates.get(name);
      return attack === undefined ? '' : rate(attack.robustError, attack.interval, attack.atMost);
    });
    table.push([training, architecture, rate(result.clean.error, result.clean.interval), ...cells]);
  }
  return `${table.toString()}\n${caption(rows)}`;
}

/** @param atMost what the error may be, where the lazy order looked at a sample alone */
function rate(error: number, interval: readonly [number, number], atMost?: number): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const bound = atMost === undefined ? '' : ` (lazy: at most ${percent(atMost)} %)`;
  return `${percent(error)} %${bound}  [${percent(interval[0])}, ${percent(interval[1])}]`;
}

const LAZY =
  'Lazy: some stages ran on a random sample only. With 95 % confidence, all of them on all images would find no more than said; the brackets cover that.';

function caption(rows: readonly ResultRow[]): string {
  const measured = rows.flatMap(({ result }) =>
    ratesOf(result).map(([name, { norm, epsilon, steps, restarts, examples, order }]) => {
      const effort =
        name === 'autoattack' ? (order === 'lazy' ? ' lazy order,' : '') : ` ${steps} steps, ${restarts} restarts,`;
      return `${attackName(name)}: ${norm}, epsilon ${Number(epsilon.toPrecision(4))},${effort} on ${examples} test images`;
    }),
  );
  const lines = [...new Set(measured)];
  const bounded = rows.some(({ result }) => ratesOf(result).some(([, { atMost }]) => atMost !== undefined));
  return [
    ...lines,
    ...(bounded ? [LAZY] : []),
    'Robust error counts every image that is misclassified as it is or under attack. Brackets: 95 % interval.',
  ].join('\n');
}
