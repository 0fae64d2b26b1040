/**
 * Errors class by class: one table for all runs that were measured on the same images, so that they compare by eye.
 *
 * @module
 */
import type { ClassResult } from '../evaluation/results.js';
import { type DataCell, dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { count, list, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** More runs than this are counted in a heading. */
const MOST_NAMED = 3;

interface RunClasses {
  readonly run: string;
  readonly classes: readonly ClassResult[];
}

/** A card a set of classes; null where no run has any. */
export function classesCards(runs: readonly Run[]): Markup | null {
  const measured = runs.flatMap((run): RunClasses[] => {
    const classes = run.evaluation.value?.perClass ?? [];
    return classes.length === 0 ? [] : [{ run: run.name, classes }];
  });
  const sets = new Map<string, RunClasses[]>();
  for (const one of measured) {
    const key = JSON.stringify(one.classes.map(({ name, examples }) => [name, examples]));
    sets.set(key, [...(sets.get(key) ?? []), one]);
  }
  return sets.size === 0 ? null : markup`${[...sets.values()].map(card)}`;
}

function card(runs: readonly RunClasses[]): Markup {
  const names = runs.length > MOST_NAMED ? [count(runs.length, 'run')] : runs.map(({ run }) => run);
  return markup`<figure class="card">
<figcaption><h3>${list(names)}: classes</h3></figcaption>
${classesTable(runs)}
${csvDownload(fileName('classes', ...names), csvRows(runs))}
</figure>
`;
}

function classesTable(runs: readonly RunClasses[]): Markup {
  const [first] = runs;
  const classes = first?.classes ?? [];
  const examples = classes.reduce((sum, one) => sum + one.examples, 0);
  // The hardest first, by the first run.
  const order = classes.map((_, index) => index).sort((a, b) => rate(classes[b]!) - rate(classes[a]!));
  const alone = runs.length === 1;
  return dataTable({
    caption: `Errors by true class, the hardest${alone ? '' : ` for ${first?.run ?? ''}`} first, on ${count(examples, 'image')}.`,
    columns: [
      { title: 'Class' },
      { title: 'Images' },
      ...runs.flatMap(({ run }, index) => [
        { title: 'Clean error', ...(alone ? {} : { note: run }) },
        {
          title: 'Robust error',
          ...(alone ? {} : { note: run }),
          ...(index === 0 ? { sorted: 'descending' as const } : {}),
        },
      ]),
    ],
    rows: order.map((index) => [
      { shown: classes[index]!.name },
      { shown: classes[index]!.examples.toLocaleString('en-US'), value: classes[index]!.examples },
      ...runs.flatMap(({ classes: own }) => cells(own[index]!)),
    ]),
  });
}

function cells(one: ClassResult): readonly DataCell[] {
  const { examples, cleanErrors } = one;
  if (examples === 0)
    return [
      { shown: '–', value: null },
      { shown: '–', value: null },
    ];
  const robust = rate(one);
  return [
    { shown: percent(cleanErrors / examples), value: cleanErrors / examples },
    {
      value: robust,
      shown: markup`${percent(robust)}
<span class="bar attacked" aria-hidden="true"><span style="inline-size:${(100 * robust).toFixed(1)}%"></span></span>`,
    },
  ];
}

/** Robust error; none for a class without images, which so stands last. */
function rate({ errors, examples }: ClassResult): number {
  return examples === 0 ? -1 : errors / examples;
}

function csvRows(runs: readonly RunClasses[]): readonly (readonly (string | number)[])[] {
  const rows = runs.flatMap(({ run, classes }) =>
    classes.map(({ name, examples, cleanErrors, errors }) => [run, name, examples, cleanErrors, errors]),
  );
  return [['run', 'class', 'images', 'clean errors', 'errors under attack'], ...rows];
}
