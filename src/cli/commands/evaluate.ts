/**
 * `saddlepoint evaluate <run or checkpoint>`.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunFolder } from '../../monitoring/run-folder.js';
import type { Recipe } from '../../training/index.js';
import { budget, wholeNumber } from '../options.js';

interface EvaluateOptions {
  dataset?: string;
  data?: string;
  examples?: number;
  norm?: string;
  epsilon?: number;
  steps?: number;
  stepSize?: number;
  restarts?: number;
  device: string;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('Measure clean and robust error of a trained network on the first test images.')
    .argument('<run>', 'a run folder, or a checkpoint (.safetensors)')
    .option('--dataset <name>', "the test set (default: the run's own)")
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--examples <n>', 'the first n test images (default: as the recipe, else 1000)', wholeNumber(1))
    .option('--norm <norm>', 'norm of the budget')
    .option('--epsilon <budget>', 'how much an image may change, for images in [0, 1], e.g. 0.1 or 8/255', budget)
    .option('--steps <n>', 'gradient steps', wholeNumber(1))
    .option('--step-size <size>', 'length of a step (default: 2.5 epsilon / steps)', budget)
    .option('--restarts <n>', 'random restarts, of which the worst counts', wholeNumber(1))
    .option('--device <device>', 'cpu or cuda', 'cpu')
    .action(runEvaluate);
}

async function runEvaluate(path: string, options: EvaluateOptions): Promise<void> {
  const { SaddlepointError } = await import('../../engine/errors.js');
  if (!existsSync(path))
    throw new SaddlepointError('CHECKPOINT', `expected a run folder or a checkpoint at ${path}, found nothing`);
  const { loadDataset } = await import('../../data/index.js');
  const { RunFolder } = await import('../../monitoring/index.js');
  const { checkEvaluation, loadModel, readRecipe } = await import('../../training/index.js');
  const { interruptible } = await import('../interrupt.js');
  const { resultsTable } = await import('../results-table.js');
  const { evaluateRecipe } = await import('../run-recipe.js');

  const folder = statSync(path).isDirectory() ? new RunFolder(path) : undefined;
  const recipe = folder === undefined ? undefined : readRecipe(folder.recipe);
  const { model, description } = loadModel(folder === undefined ? path : selectedCheckpoint(folder, recipe));
  if (folder === undefined && (options.epsilon === undefined || options.dataset === undefined)) {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --dataset and --epsilon for a checkpoint outside of its run folder',
    );
  }
  const changed = options.epsilon !== undefined || options.steps !== undefined;
  const { stepSize, ...attack } = recipe?.evaluation.attack ?? {};
  const { dataset, evaluation } = checkEvaluation({
    dataset: options.dataset ?? recipe?.dataset.name,
    evaluation: {
      examples: options.examples ?? recipe?.evaluation.examples,
      restarts: options.restarts ?? recipe?.evaluation.restarts,
      attack: {
        epsilon: undefined,
        steps: 40,
        ...attack,
        // A step size tuned for one budget and number of steps says nothing for another.
        ...(changed || stepSize === undefined ? {} : { stepSize }),
        ...defined({ norm: options.norm, epsilon: options.epsilon, steps: options.steps, stepSize: options.stepSize }),
      },
    },
  });
  model.to(options.device);
  const seed = recipe?.seed ?? 1;
  const result = await interruptible((signal) =>
    evaluateRecipe(model, loadDataset(dataset, options.data), { evaluation, seed }, signal),
  );
  const training = recipe?.training.method ?? '';
  process.stdout.write(`\n${resultsTable([{ training, architecture: description.architecture, result }])}\n`);
}

/** The weights the run's recipe selects. */
function selectedCheckpoint(folder: RunFolder, recipe: Recipe | undefined): string {
  const best = folder.checkpoint('best');
  return recipe?.training.select === 'best' && existsSync(best) ? best : folder.checkpoint('last');
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
