/**
 * `saddlepoint demo`: the whole path on real data in a few minutes.
 *
 * @module
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { deviceOption, requireDevice } from '../device.js';
import { collect } from '../options.js';

const METHODS = ['normal', 'adversarial'] as const;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Train a network normally and adversarially on Fashion-MNIST, attack both, and write a report.')
    .option('--data <folder>', 'folder with the four Fashion-MNIST files (default: found or fetched)')
    .option('--runs <folder>', 'where run folders go', 'runs')
    .addOption(deviceOption())
    .option('--overwrite', 'remove the two runs of an earlier demo, and begin anew', false)
    .option('--set <key=value>', 'change the recipe of both networks, e.g. training.epochs=1; repeatable', collect, [])
    .action(runDemo);
}

interface DemoOptions {
  readonly data?: string;
  readonly runs: string;
  readonly device: string;
  readonly overwrite: boolean;
  readonly set: string[];
}

async function runDemo(options: DemoOptions): Promise<void> {
  const { projectRoot, writeFileAtomically } = await import('../../engine/index.js');
  const { fetchDataset } = await import('../../data/index.js');
  const { RunFolder } = await import('../../monitoring/index.js');
  const { writeReport } = await import('../../report/index.js');
  const { readRecipe } = await import('../../training/index.js');
  const { interruptible } = await import('../interrupt.js');
  const { resultsTable } = await import('../results-table.js');
  const { toJson } = await import('../../workflow/write-result.js');
  const { runRecipe } = await import('../../workflow/run-recipe.js');

  const root = join(options.runs, 'demo');
  const summary = join(root, 'summary.json');
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const recipes = METHODS.map((training) => ({
    training,
    recipe: readRecipe(join(projectRoot(), 'recipes', 'fashion-mnist', `${training}.yaml`), options.set),
  }));
  await requireDevice(options.device);
  const data = options.data ?? (await fetchDataset('fashion-mnist', say));

  const rows = await interruptible(async (signal) => {
    const done = [];
    for (const { training, recipe } of recipes) {
      say(`\n${training} training (${recipe.model.architecture}, ${recipe.training.epochs} epochs)`);
      const folder = new RunFolder(join(root, training));
      const { device, overwrite } = options;
      const result = await runRecipe({ name: training, recipe, folder, data, device, overwrite, signal, say });
      done.push({ training, architecture: recipe.model.architecture, result, folder });
    }
    return done;
  });

  writeFileAtomically(
    summary,
    toJson({
      rows: rows.map(({ training, architecture, result }) => ({
        training,
        architecture,
        examples: result.examples,
        cleanError: result.clean.error,
        attacks: result.attacks,
      })),
    }),
  );
  const report = await writeReport({
    title: 'Saddlepoint demo: Fashion-MNIST under attack',
    runs: rows.map(({ training, folder }) => ({ name: training, folder })),
    output: join(root, 'report.html'),
  });
  say(`\n${resultsTable(rows)}\n\nReport: ${report}`);
}
