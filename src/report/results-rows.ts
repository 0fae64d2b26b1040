/**
 * The results as rows for a spreadsheet: a row an attack and run, with all that it was measured with. Errors are
 * fractions.
 *
 * @module
 */
import type { CsvValue } from './csv.js';
import type { Run } from './read-run.js';

const HEAD = [
  'run',
  'training',
  'architecture',
  'dataset',
  'images',
  'attack',
  'norm',
  'epsilon',
  'steps',
  'restarts',
  'order',
  'examples',
  'errors',
  'error',
  'from',
  'to',
  'at most',
  'doubt',
  'backend',
];

export function resultsRows(runs: readonly Run[]): readonly (readonly CsvValue[])[] {
  return [HEAD, ...runs.flatMap(rowsOf)];
}

function rowsOf({ name, facts, evaluation: { value } }: Run): readonly (readonly CsvValue[])[] {
  if (value === null) return [];
  const { dataset, split, clean, attacks } = value;
  const run = [name, facts.training ?? null, facts.architecture ?? null, dataset];
  const unattacked = [
    split,
    'none',
    null,
    null,
    null,
    null,
    null,
    clean.examples,
    clean.errors,
    clean.error,
    ...clean.interval,
    null,
    null,
    null,
  ];
  return [
    [...run, ...unattacked],
    ...Object.entries(attacks).map(([attack, rate]): readonly CsvValue[] => {
      const { norm, epsilon, steps, restarts, order = null, examples, errors, robustError, interval, of } = rate;
      const images = of?.data.selection ?? (examples === clean.examples ? split : null);
      return [
        ...run,
        images,
        attack,
        norm,
        epsilon,
        steps,
        restarts,
        order,
        examples,
        errors,
        robustError,
        ...interval,
        rate.atMost ?? null,
        rate.doubt ?? null,
        rate.backend ?? null,
      ];
    }),
  ];
}
