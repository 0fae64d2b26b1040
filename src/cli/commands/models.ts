/**
 * `saddlepoint models`: which architectures there are with all their options, and what a file of weights tells of its
 * own.
 *
 * @module
 */
import type { Command } from 'commander';
import { addImportOption } from '../options.js';

export function addModelsCommand(program: Command): void {
  addImportOption(program.command('models'))
    .description('List the architectures with all their options, or say what the weights in a file tell of theirs.')
    .argument('[name or file]', 'one architecture, e.g. resnet18, or a file of weights')
    .option('--weights <which>', 'of a checkpoint with several: ema, raw, or the name of the entry')
    .option('--json', 'print it as JSON', false)
    .action(async (subject: string | undefined, options: { weights?: string; json: boolean }) => {
      const { describeModels } = await import('../../workflow/describe-models.js');
      process.stdout.write(`${describeModels(subject, options)}\n`);
    });
}
