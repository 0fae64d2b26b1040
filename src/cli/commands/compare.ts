/**
 * `saddlepoint compare <file>`.
 *
 * @module
 */
import type { Command } from 'commander';
import { deviceOption } from '../device.js';
import { addImportOption } from '../options.js';
import { printJson, sayBeside } from '../print.js';

interface CompareCommandOptions {
  readonly name?: string;
  readonly data?: string;
  readonly runs: string;
  readonly device: string;
  readonly json: boolean;
}

export function addCompareCommand(program: Command): void {
  addImportOption(program.command('compare'))
    .description('Train and evaluate several methods, each from several seeds, and write a page that compares them.')
    .argument('<file>', 'a YAML file, e.g. recipes/comparisons/fashion-mnist.yaml')
    .option('--name <name>', "the comparison's name: its folder under --runs (default: the file's name)")
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--runs <folder>', 'where run folders go', 'runs')
    .addOption(deviceOption())
    .option('--json', 'print the figures as JSON; everything else goes to standard error', false)
    .addHelpText('after', '\nThe same command continues a comparison that was stopped.')
    .action(async (path: string, { json, ...options }: CompareCommandOptions) => {
      const { compareRecipes } = await import('../../workflow/compare-recipes.js');
      const { comparisonJson, comparisonText } = await import('../../report/comparison/index.js');
      const { createProgress } = await import('../../monitoring/progress.js');
      const { interruptible } = await import('../interrupt.js');
      const say = sayBeside(json);
      const progress = createProgress();
      const comparison = await interruptible((signal) => compareRecipes(path, { ...options, progress, signal, say }));
      if (json) printJson(comparisonJson(comparison));
      else say(`\n${comparisonText(comparison)}`);
      say(`\nPage: ${comparison.page}`);
    });
}
