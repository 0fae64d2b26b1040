/**
 * `saddlepoint data`: which data sets there are, and bringing them here.
 *
 * @module
 */
import type { Command } from 'commander';

export function addDataCommand(program: Command): void {
  const data = program.command('data').description('List the data sets, or fetch one to this machine.');
  data
    .command('list')
    .description('List the data sets by name.')
    .action(async () => {
      const { DATASET_NAMES } = await import('../../data/index.js');
      process.stdout.write(`${DATASET_NAMES.join('\n')}\n`);
    });
  data
    .command('fetch')
    .description('Make sure a data set is on this machine, and check it.')
    .argument('<name>', 'e.g. fashion-mnist')
    .action(async (name: string) => {
      const { SaddlepointError } = await import('../../engine/errors.js');
      const { DATASET_NAMES, fetchDataset } = await import('../../data/index.js');
      const { nearest } = await import('../../training/nearest.js');
      const known = DATASET_NAMES.find((candidate) => candidate === name);
      if (known === undefined) {
        const guess = nearest(name, DATASET_NAMES);
        throw new SaddlepointError(
          'RECIPE',
          `expected a data set among ${DATASET_NAMES.join(', ')}, received "${name}"${guess === undefined ? '' : `; did you mean ${guess}?`}`,
        );
      }
      const folder = await fetchDataset(known, (line) => process.stdout.write(`${line}\n`));
      process.stdout.write(`${known}: ${folder}\n`);
    });
}
