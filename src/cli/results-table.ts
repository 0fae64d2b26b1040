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
    const cells = attacks.map((name) => {
      const attack = result.attacks[name];
      return attack === undefined ? '' : rate(attack.robustError, attack.interval);
    });
    table.push([training, architecture, rate(result.clean.error, result.clean.interval), ...cells]);
  }
  return `${table.toString()}\n${caption(rows)}`;
}

function rate(error: number, interval: readonly [number, number]): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${percent(error)} %  [${percent(interval[0])}, ${percent(interval[1])}]`;
}

function caption(rows: readonly ResultRow[]): string {
  const measured = rows.flatMap(({ result }) =>
    ratesOf(result).map(([name, { norm, epsilon, steps, restarts, examples, order }]) => {
      const effort =
        name === 'autoattack' ? (order === 'lazy' ? ' lazy order,' : '') : ` ${steps} steps, ${restarts} restarts,`;
      return `${attackName(name)}: ${norm}, epsilon ${Number(epsilon.toPrecision(4))},${effort} on ${examples} test images`;
    }),
  );
  const lines = [...new Set(measured)];
  return [
    ...lines,
    'Robust error counts every image that is misclassified as it is or under attack. Brackets: 95 % interval.',
  ].join('\n');
}
