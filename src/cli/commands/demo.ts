/**
 * `saddlepoint demo`: the whole path on real data in a few minutes.
 *
 * @module
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { deviceOption } from '../device.js';
import { collect } from '../options.js';
import { sayBeside } from '../print.js';

const METHODS = ['standard', 'adversarial'] as const;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Train a network normally and adversarially on Fashion-MNIST, attack both, and write a report.')
    .option('--data <folder>', 'folder with the four Fashion-MNIST files (default: found or fetched)')
    .option('--runs <folder>', 'where run folders go', 'runs')
    .addOption(deviceOption())
    .option('--overwrite', 'remove the two runs of an earlier demo, and begin anew', false)
    .option('--set <key=value>', 'change the recipe of both networks, e.g. training.epochs=1; repeatable', collect, [])
    .option('--json', 'print the results as JSON; everything else goes to standard error', false)
    .action(runDemo);
}

interface DemoOptions {
  readonly data?: string;
  readonly runs: string;
  readonly device: string;
  readonly overwrite: boolean;
  readonly set: string[];
  readonly json: boolean;
}

async function runDemo({ json, ...options }: DemoOptions): Promise<void> {
  const { projectRoot, requireDevice, writeFileAtomically } = await import('../../engine/index.js');
  const { fetchDataset } = await import('../../data/index.js');
  const { writeReport } = await import('../../report/index.js');
  const { interruptible } = await import('../interrupt.js');
  const { resultsTable } = await import('../../report/terminal/results-table.js');
  const { runRecipe } = await import('../../workflow/run-recipe.js');
  const { toJson } = await import('../../workflow/write-result.js');

  const say = sayBeside(json);
  requireDevice(options.device);
  const data = options.data ?? (await fetchDataset('fashion-mnist', say));
  const runs = await interruptible(async (signal) => {
    const done = [];
    for (const training of METHODS) {
      const recipe = join(projectRoot(), 'recipes', 'fashion-mnist', `${training}.yaml`);
      say(`\n${training} training`);
      const name = join('demo', training);
      done.push({
        training,
        ...(await runRecipe(recipe, { ...options, name, data, report: false, signal, say })),
      });
    }
    return done;
  });

  const root = join(options.runs, 'demo');
  const rows = runs.map(({ training, recipe, result }) => ({
    training,
    architecture: recipe.model.architecture,
    result,
  }));
  const summary = toJson({
    rows: rows.map(({ training, architecture, result }) => ({
      training,
      architecture,
      examples: result.examples,
      cleanError: result.clean.error,
      attacks: result.attacks,
    })),
  });
  writeFileAtomically(join(root, 'summary.json'), summary);
  const report = await writeReport({
    title: 'Saddlepoint demo: Fashion-MNIST under attack',
    runs: runs.map(({ training, folder }) => ({ name: training, folder })),
    output: join(root, 'report.html'),
  });
  if (json) process.stdout.write(summary);
  else say(`\n${resultsTable(rows)}`);
  say(`\nReport: ${report}`);
}
