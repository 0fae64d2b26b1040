/**
 * `saddlepoint train <recipe>`.
 *
 * @module
 */
import type { Command } from 'commander';
import { deviceOption } from '../device.js';
import { addImportOption, collect, wholeNumber } from '../options.js';
import { printJson, sayBeside } from '../print.js';

interface TrainOptions {
  name?: string;
  data?: string;
  runs: string;
  device: string;
  steps?: number;
  within?: string;
  overwrite: boolean;
  set: string[];
  json: boolean;
}

export function addTrainCommand(program: Command): void {
  addImportOption(program.command('train'))
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
    .option('--json', 'print the result as JSON; everything else goes to standard error', false)
    .addHelpText(
      'after',
      '\nThe same command continues a run that was stopped, and says of a complete one what it found. Another recipe needs\n' +
        'another --name, unless it changes the evaluation alone: then what is trained stays, and is evaluated again.',
    )
    .action(runTrain);
}

async function runTrain(path: string, { within, json, ...options }: TrainOptions): Promise<void> {
  const { interruptible } = await import('../interrupt.js');
  const { resultsTable } = await import('../../report/terminal/results-table.js');
  const { createProgress } = await import('../../monitoring/progress.js');
  const { runRecipe } = await import('../../workflow/run-recipe.js');

  const say = sayBeside(json);
  // The recipe's epochs would be the most.
  const set =
    within === undefined ? options.set : [`training.within=${within}`, 'training.epochs=null', ...options.set];
  const progress = createProgress();
  const run = await interruptible((signal) => runRecipe(path, { ...options, set, progress, signal, say }));
  const { recipe, result, report } = run;
  const row = { training: recipe.training.method, architecture: recipe.model.architecture, result };
  if (json) printJson(result);
  else say(`\n${resultsTable([row])}`);
  say(`\nReport: ${report}`);
}
