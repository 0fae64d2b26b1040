/**
 * `saddlepoint bounds <run, checkpoint or weights>`.
 *
 * @module
 */
import { Option, type Command } from 'commander';
import type { CertifyBoundsOptions } from '../../workflow/certify-bounds.js';
import { deviceOption } from '../device.js';
import { addSelectionOptions, addImportOption, addWeightsOptions, budget } from '../options.js';
import { printJson } from '../print.js';

export function addBoundsCommand(program: Command): void {
  addSelectionOptions(addImportOption(addWeightsOptions(program.command('bounds'))))
    .description('Prove on how many test images no change within an L-infinity budget changes the class.')
    .argument('<run>', 'a run folder, a checkpoint, or a file of weights of any kind')
    .option('--epsilon <size>', "for images in [0, 1], e.g. 0.1 or 8/255 (default: the recipe's)", budget)
    .addOption(new Option('--method <bounds>', 'crown is tighter, and slow').choices(['ibp', 'crown']).default('ibp'))
    .option('--out <folder>', "where results go (default: the run's evaluation folder, or one beside the file)")
    .addOption(deviceOption())
    .option('--json', 'print the result as JSON', false)
    .action(async (path: string, { json, ...options }: CertifyBoundsOptions & { readonly json: boolean }) => {
      const { certifyBounds } = await import('../../workflow/certify-bounds.js');
      const { interruptible } = await import('../interrupt.js');
      const { result, lines, file } = await interruptible((signal) => certifyBounds(path, options, signal));
      if (json) printJson(result);
      else process.stdout.write(`${lines}\nResult: ${file}\n`);
    });
}
