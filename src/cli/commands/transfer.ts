/**
 * `saddlepoint transfer <networks…>`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { TransferAttackOptions } from '../../workflow/transfer-attacks.js';
import { deviceOption } from '../device.js';
import { addImportOption, budget, wholeNumber } from '../options.js';
import { printJson, sayBeside } from '../print.js';

export function addTransferCommand(program: Command): void {
  addImportOption(program.command('transfer'))
    .description('Attack test images on each of several networks, and count how often they fool the others.')
    .argument('<networks...>', 'run folders, checkpoints, or files of weights')
    .requiredOption('--epsilon <size>', 'how much an image may change, for images in [0, 1], e.g. 8/255', budget)
    .option('--attack <name>', 'pgd, mi-fgsm or another', 'pgd')
    .option('--norm <norm>', "what epsilon measures (default: the attack's first)")
    .option('--steps <n>', "gradient steps, or queries (default: the attack's)", wholeNumber(1))
    .option('--diversity <probability>', 'of mi-fgsm: how often images are resized', Number)
    .option('--kernel <pixels>', 'of mi-fgsm: side of the kernel that smooths gradients', wholeNumber(1))
    .option('--dataset <name>', "the test set (default: the first run's)")
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--examples <n>', 'the first n test images', wholeNumber(1), 1000)
    .option('--seed <seed>', "of the attack's random numbers", wholeNumber(0), 1)
    .option('--out <folder>', 'where transfer.json and transfer.html go', 'runs/transfer')
    .addOption(deviceOption())
    .option('--json', 'print the figures as JSON; everything else goes to standard error', false)
    .action(async (paths: string[], { json, ...options }: TransferAttackOptions & { readonly json: boolean }) => {
      const { transferAttacks } = await import('../../workflow/transfer-attacks.js');
      const { transferText } = await import('../../report/transfer/index.js');
      const { interruptible } = await import('../interrupt.js');
      const say = sayBeside(json);
      const { page, ...matrix } = await interruptible((signal) => transferAttacks(paths, options, { say, signal }));
      if (json) printJson(matrix);
      else say(`\n${transferText(matrix)}`);
      say(`\nPage: ${page}`);
    });
}
