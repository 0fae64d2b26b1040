/**
 * The demo: one small network on Fashion-MNIST, trained twice from the same weights, by standard and by adversarial
 * training.
 *
 * @module
 */
import { join } from 'node:path';
import { fetchDataset } from '../data/index.js';
import { projectRoot, requireDevice, writeFileAtomically } from '../engine/index.js';
import type { ResultRow } from '../report/terminal/result-row.js';
import { resultsTable } from '../report/terminal/results-table.js';
import { writeReport } from '../report/index.js';
import { runRecipe, type FinishedRun, type RunRecipeOptions } from './run-recipe.js';
import { toJson } from './write-result.js';

const METHODS = ['standard', 'adversarial'] as const;

export interface DemoOptions extends Pick<RunRecipeOptions, 'data' | 'overwrite' | 'progress' | 'set' | 'signal'> {
  readonly runs: string;
  readonly device: string;
  /** Says one plain line. */
  readonly say: (line: string) => void;
}

export interface FinishedDemo {
  readonly rows: readonly ResultRow[];
  /** As JSON text, as it lies beside the report. */
  readonly summary: string;
  /** The page's path. */
  readonly report: string;
}

/**
 * Trains, evaluates and compares both. A demo that was stopped goes on. @throws SaddlepointError as {@link runRecipe}
 */
export async function runDemo({ say, ...options }: DemoOptions): Promise<FinishedDemo> {
  requireDevice(options.device);
  const data = options.data ?? (await fetchDataset('fashion-mnist', say));
  const done: (FinishedRun & { readonly training: string })[] = [];
  for (const training of METHODS) {
    // What is known already can be read while the longer training goes on.
    if (done.length > 0) say(`\n${resultsTable(rowsOf(done))}`);
    const recipe = join(projectRoot(), 'recipes', 'fashion-mnist', `${training}.yaml`);
    say(`\n${training} training`);
    const run = await runRecipe(recipe, { ...options, name: join('demo', training), data, report: false, say });
    done.push({ training, ...run });
  }
  const rows = rowsOf(done);
  const root = join(options.runs, 'demo');
  const summary = toJson({
    rows: rows.map(({ result, ...row }) => {
      return { ...row, examples: result.examples, cleanError: result.clean.error, attacks: result.attacks };
    }),
  });
  writeFileAtomically(join(root, 'summary.json'), summary);
  const report = await writeReport({
    title: 'Saddlepoint demo: Fashion-MNIST under attack',
    runs: done.map(({ training, folder }) => ({ name: training, folder })),
    output: join(root, 'report.html'),
  });
  return { rows, summary, report };
}

function rowsOf(runs: readonly (FinishedRun & { readonly training: string })[]): ResultRow[] {
  return runs.map(({ training, recipe, result }) => ({ training, architecture: recipe.model.architecture, result }));
}
