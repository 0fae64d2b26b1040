/**
 * `saddlepoint certify <run, checkpoint or weights>`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { CertifyNetworkOptions } from '../../workflow/certify-network.js';
import { deviceOption } from '../device.js';
import { addDataOptions, addImportOption, addWeightsOptions, positive, wholeNumber } from '../options.js';
import { printJson, sayBeside } from '../print.js';

export function addCertifyCommand(program: Command): void {
  addImportOption(addDataOptions(addWeightsOptions(program.command('certify'))))
    .description('Certify the smoothed classifier of a network: radii in L2 within which no attack changes its answer.')
    .argument('<run>', 'a run folder, a checkpoint, or a file of weights of any kind')
    .requiredOption('--sigma <sigma>', 'standard deviation of the noise, for images in [0, 1], e.g. 0.25', positive())
    .option('--examples <n>', 'the first n test images', wholeNumber(1), 500)
    .option('--sample <seed>', 'n test images at random instead of the first ones', wholeNumber(0))
    .option('--samples <n>', 'noisy copies of an image that bound the radius', wholeNumber(1), 1000)
    .option('--selection-samples <n>', 'noisy copies that choose the class', wholeNumber(1), 100)
    .option('--alpha <probability>', 'of a wrong certificate, at most', positive(1), 0.001)
    .option('--batch-size <n>', 'noisy copies at once; changes speed, not results', wholeNumber(1))
    .option('--out <folder>', "where the result goes (default: as evaluate's)")
    .option('--seed <seed>', "of the noise (default: the recipe's, else 1)", wholeNumber(0))
    .addOption(deviceOption())
    .option('--json', 'print the result as JSON; everything else goes to standard error', false)
    .addHelpText('after', '\nThe same command continues a certification that was stopped.')
    .action(async (path: string, { json, ...options }: CertifyNetworkOptions & { json: boolean }) => {
      const { certifyNetwork } = await import('../../workflow/certify-network.js');
      const { interruptible } = await import('../interrupt.js');
      const { resultsTable } = await import('../../report/terminal/results-table.js');
      const { createProgress } = await import('../../monitoring/index.js');
      const say = sayBeside(json);
      const progress = createProgress();
      const certified = await interruptible((signal) => certifyNetwork(path, options, { say, progress, signal }));
      if (json) printJson(certified.result);
      else say(`\n${resultsTable([certified])}`);
    });
}
