/**
 * Certified errors by bounds: what no attack can exceed, beside what attacks have found on the same images.
 *
 * @module
 */
import type { BoundsResult } from '../evaluation/bounds-result.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { epsilon, interval, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';
import { BOUND_NAMES, nameBudget, nameImages } from './table/names.js';

interface Bounded {
  readonly name: string;
  readonly result: BoundsResult;
}

/** One card with a row for each; null where nothing was bounded. */
export function boundsSection(runs: readonly Run[]): Markup | null {
  const all = runs.flatMap(({ name, bounds }) => bounds.map((result): Bounded => ({ name, result })));
  if (all.length === 0) return null;
  return markup`<p>Of an image that is certified it is proven that its class is the same everywhere within the budget:
no attack, known or not, changes it. The certified error counts the images without such a proof. It is an upper bound of
the robust error, the errors under attack are lower ones, and the truth lies between the two.</p>
<figure class="card">
${dataTable({
  caption: 'Certified error, with its 95 % interval.',
  columns: ['Run', 'Images', 'Budget', 'Bounds', 'Clean error', 'Errors under attack', 'Certified error'].map(
    (title) => ({ title }),
  ),
  rows: all.map(row),
})}
${csvDownload(fileName('certified', 'error'), csvRows(all))}
</figure>
`;
}

function row({ name, result }: Bounded): readonly DataCell[] {
  const { dataset, split, examples, norm, epsilon: size, method, clean, certified } = result;
  const rate = ({ error, interval: sure }: BoundsResult['clean']): DataCell => ({
    shown: markup`${percent(error)} <small>${interval(sure)}</small>`,
    value: error,
  });
  const same = attacksOf(result);
  return [
    { shown: name },
    { shown: nameImages(dataset, split, examples, true), value: examples },
    { shown: nameBudget(norm, size), value: size },
    { shown: BOUND_NAMES[method] },
    rate(clean),
    {
      shown: same.length === 0 ? '–' : same.map((attack) => `${attack.name} ${percent(attack.error)}`).join(', '),
      value: same.length === 0 ? null : Math.max(...same.map(({ error }) => error)),
    },
    rate(certified),
  ];
}

/** Of the budget itself. */
function attacksOf({ attacks, epsilon: size }: BoundsResult) {
  return attacks.filter((attack) => attack.epsilon === size);
}

function csvRows(all: readonly Bounded[]): readonly (readonly (string | number)[])[] {
  const rows = all.map(({ name, result }) => {
    const { split, norm, epsilon: size, method, clean, certified } = result;
    return [name, split, norm, epsilon(size), method, clean.error, certified.error, ...certified.interval];
  });
  return [['run', 'images', 'norm', 'epsilon', 'bounds', 'clean error', 'certified error', 'from', 'to'], ...rows];
}
