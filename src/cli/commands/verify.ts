/**
 * `saddlepoint verify <images>`.
 *
 * @module
 */
import type { Command } from 'commander';
import { deviceOption } from '../device.js';
import { addDataOptions, addImportOption, addWeightsOptions, budget, wholeNumber } from '../options.js';
import type { VerifyImagesOptions } from '../../workflow/verify-images.js';
import { sayBeside } from '../print.js';

interface VerifyOptions extends VerifyImagesOptions {
  readonly output?: string;
  readonly json: boolean;
}

const WHOSE = "whose test images were perturbed (default: as the images' file or the run says)";

export function addVerifyCommand(program: Command): void {
  addImportOption(addDataOptions(addWeightsOptions(program.command('verify')), WHOSE))
    .description('Count the robust error of adversarial images made by anyone: distances, box and predictions anew.')
    .argument(
      '<images>',
      '.safetensors, .npy, .pt, or a folder of PNG files with the number of their example in the name',
    )
    .requiredOption('--model <run>', 'a run folder, a checkpoint, or a file of weights')
    .option('--norm <norm>', "norm of the budget (default: as the images' file says)")
    .option('--epsilon <size>', "for images in [0, 1], e.g. 8/255 (default: as the images' file says)", budget)
    .option('--sample <seed>', 'the images are of those test images that evaluate --sample takes', wholeNumber(0))
    .option('--draws <n>', 'ask a randomised network so often, and count the majority', wholeNumber(1))
    .option('--batch-size <n>', 'images at once; the count takes another size, too', wholeNumber(1))
    .option('--output <file>', 'write the result as JSON')
    .option('--json', 'print the result as JSON', false)
    .addOption(deviceOption())
    .addHelpText(
      'after',
      '\nImage i is of test image i unless the file has indices, the names have numbers or --sample is ' +
        'given.\nIt exits with 5 where there is no number to issue.',
    )
    .action(async (path: string, { json, output, ...options }: VerifyOptions) => {
      const { writeFileAtomically } = await import('../../engine/index.js');
      const { verifyImages } = await import('../../workflow/verify-images.js');
      const { interruptible } = await import('../interrupt.js');
      const verified = await interruptible((signal) => verifyImages(path, options, signal));
      process.stdout.write(json ? verified.json : `${verified.lines}\n`);
      if (output === undefined) return;
      writeFileAtomically(output, verified.json);
      sayBeside(json)(`Result: ${output}`);
    });
}
