/**
 * `saddlepoint train <recipe>`.
 *
 * @module
 */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { deviceOption, requireDevice } from '../device.js';
import { collect, wholeNumber } from '../options.js';

interface TrainOptions {
  name?: string;
  data?: string;
  runs: string;
  device: string;
  steps?: number;
  within?: string;
  overwrite: boolean;
  set: string[];
}

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train a network by a recipe, evaluate it on test images, and write a report.')
    .argument('<recipe>', 'a YAML file, e.g. recipes/fashion-mnist/adversarial.yaml')
    .option('--name <name>', "the run's name: its folder under --runs (default: the recipe's file name)")
    .option(
      '--set <key=value>',
      'change one value of the recipe, e.g. training.attack.epsilon=8/255; repeatable',
      collect,
      [],
    )
    .option('--within <time>', 'train as many epochs as fit into this time, e.g. 8m; as training.within in the recipe')
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--runs <folder>', 'where run folders go', 'runs')
    .addOption(deviceOption())
    .option(
      '--steps <number>',
      'stop after this many steps, with a checkpoint; the same command goes on',
      wholeNumber(1),
    )
    .option('--overwrite', 'remove the files of the run of that name, of whichever recipe, and begin anew', false)
    .addHelpText(
      'after',
      '\nThe same command continues a run that was stopped, and says of a complete one what it found. Another recipe needs\n' +
        'another --name, unless it changes the evaluation alone: then what is trained stays, and is evaluated again.',
    )
    .action(runTrain);
}

async function runTrain(path: string, options: TrainOptions): Promise<void> {
  const { RunFolder, runPath } = await import('../../monitoring/index.js');
  const { writeReport } = await import('../../report/index.js');
  const { checkBudget } = await import('../../workflow/budget-hint.js');
  const { readRecipe } = await import('../../training/index.js');
  const { interruptible } = await import('../interrupt.js');
  const { resultsTable } = await import('../results-table.js');
  const { runRecipe } = await import('../../workflow/run-recipe.js');

  const say = (line: string) => process.stdout.write(`${line}\n`);
  const within = options.within === undefined ? [] : [`training.within=${options.within}`];
  const recipe = readRecipe(path, [...options.set, ...within]);
  const name = options.name ?? basename(path).replace(/\.ya?ml$/, '');
  const { data, device, steps, overwrite } = options;
  await requireDevice(device);
  const { training, evaluation } = recipe;
  if (training.attack !== undefined)
    checkBudget(training.attack.norm, training.attack.epsilon, 'training.attack.epsilon');
  checkBudget(evaluation.attack.norm, evaluation.attack.epsilon, 'evaluation.attack.epsilon');
  const folder = new RunFolder(runPath(options.runs, name));
  const result = await interruptible((signal) =>
    runRecipe({ name, recipe, folder, data, device, signal, steps, overwrite, say }),
  );
  const report = await writeReport({ title: `Saddlepoint: ${name}`, runs: [{ name, folder }], output: folder.report });
  const row = { training: recipe.training.method, architecture: recipe.model.architecture, result };
  process.stdout.write(`\n${resultsTable([row])}\n\nReport: ${report}\n`);
}
