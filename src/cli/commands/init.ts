/**
 * `saddlepoint init <folder>`.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { budget, wholeNumber } from '../options.js';
import { printJson } from '../print.js';

interface InitOptions {
  size?: number;
  time: string;
  epsilon?: number;
  output?: string;
  json: boolean;
}

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('Look at a folder of images, a folder per class, and write a recipe that fits it.')
    .argument('<folder>', 'holds train/<class>/ and test/<class>/, or <class>/ alone')
    .option('--size <pixels>', 'height and width to train on (default: their own, at most 64)', wholeNumber(8))
    .option('--time <time>', 'how long the training may take, e.g. 5m or 2h; the evaluation comes on top', '5m')
    .option('--epsilon <size>', 'how much each pixel may change (default: 4/255)', budget)
    .option('--output <file>', "the recipe (default: the folder's name with .yaml)")
    .option('--json', 'print what was found and the recipe as JSON', false)
    .action(runInit);
}

async function runInit(path: string, { size, time, epsilon = 4 / 255, output, json }: InitOptions): Promise<void> {
  const { describeFolder } = await import('../../data/index.js');
  const { SaddlepointError, writeFileAtomically } = await import('../../engine/index.js');
  const { parseDuration } = await import('../../monitoring/index.js');
  const { checkRecipe } = await import('../../training/index.js');
  const { parse } = await import('yaml');
  const { recipeFor, sizeFor } = await import('../../workflow/init-recipe.js');

  const file = output ?? `${basename(resolve(path)).replace(/\s+/g, '-')}.yaml`;
  if (existsSync(file))
    throw new SaddlepointError('ARGUMENT', `${file} is there already. Give another name with --output`);
  if (parseDuration(time) === undefined)
    throw new SaddlepointError('ARGUMENT', `expected --time as 90s, 8m or 2h, received ${time}`);
  const facts = describeFolder(path);
  const text = recipeFor(facts, { path, size: size ?? sizeFor(facts.sizes), time, epsilon });
  const recipe = checkRecipe(parse(text));
  writeFileAtomically(file, text);
  if (json) {
    printJson({ file, ...facts, recipe });
    return;
  }
  for (const line of facts.notes) process.stdout.write(`  ${line}\n`);
  process.stdout.write(`\nRecipe: ${file}\nNext:   npx saddlepoint train ${file}\n`);
}
