/**
 * `saddlepoint attack <pictures>`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { AttackPicturesOptions } from '../../workflow/attack-pictures.js';
import { addImportOption, addWeightsOptions, budget, resizeOption, wholeNumber } from '../options.js';
import { printJson } from '../print.js';

export function addAttackCommand(program: Command): void {
  addImportOption(addWeightsOptions(program.command('attack')))
    .description('Change pictures so little that nobody sees it, and so that the network is wrong; write them as PNG.')
    .argument('<pictures...>', 'JPEG, PNG or WebP files')
    .requiredOption('--model <path>', 'a run folder, a checkpoint, or a file of weights')
    .option('--target <class>', 'the class that the network is to say, by name or number (default: any other)')
    .option('--norm <norm>', "norm of the budget (default: as the run's evaluation, else linf)")
    .option('--epsilon <size>', "how much a picture may change (default: as the run's evaluation, else 8/255)", budget)
    .option('--steps <n>', 'gradient steps', wholeNumber(1), 40)
    .option('--restarts <n>', 'random restarts', wholeNumber(1), 3)
    .option('--classes <names>', 'of the outputs, with commas (default: as the data set says)', (text) =>
      text.split(','),
    )
    .option('--size <pixels>', "height and width that the network sees (default: the data set's)", wholeNumber(1))
    .addOption(resizeOption('how a picture becomes a square').default('cover'))
    .option('--out <folder>', 'where the pictures go', 'adversarial')
    .option('--seed <seed>', "of the attack's random start", wholeNumber(0), 1)
    .option('--json', 'print one JSON array instead of lines', false)
    .action(async (pictures: string[], { json, ...options }: AttackPicturesOptions & { readonly json: boolean }) => {
      const { attackPictures, describePicture } = await import('../../workflow/attack-pictures.js');
      const warn = (sentence: string) => process.stderr.write(`warning: ${sentence}\n`);
      const attacked = attackPictures(pictures, { ...options, warn }, (one) => {
        if (!json) process.stdout.write(`${describePicture(one)}\n`);
      });
      if (json) printJson(attacked);
    });
}
