/**
 * `saddlepoint data`: which data sets there are, bringing them here, and whether they are what they should be.
 *
 * @module
 */
import type { Command } from 'commander';
import { printJson } from '../print.js';

export function addDataCommand(program: Command): void {
  const data = program
    .command('data')
    .description('List the data sets, fetch one to this machine, or verify its files.');
  data
    .command('list')
    .description('List the data sets: name, what it is, and where it was found.')
    .option('--json', 'print it as JSON', false)
    .action(list);
  data
    .command('fetch')
    .description('Make sure a data set is on this machine, and check it.')
    .argument('<name>', 'e.g. cifar-10')
    .action(fetch);
  data
    .command('verify')
    .description('Compare the files of a data set with the official checksums, and read all of it.')
    .argument('<name>', 'e.g. cifar-10')
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .action(verify);
  data.addHelpText(
    'after',
    '\nData sets are kept in $SADDLEPOINT_DATA, or in the cache folder of your account; --data takes any other folder.',
  );
}

async function list({ json }: { json: boolean }): Promise<void> {
  const { describeDataset, FOLDER_NAMES, listedDatasets } = await import('../../data/index.js');
  if (json) {
    const found = listedDatasets().map((name) => ({ name, ...describeDataset(name) }));
    printJson(found);
    return;
  }
  const width = Math.max(...listedDatasets().map((name) => name.length));
  for (const name of listedDatasets()) {
    const { about, folder } = describeDataset(name);
    say(`${name.padEnd(width)}  ${about}`);
    if (!FOLDER_NAMES.includes(name))
      say(`${' '.repeat(width)}  ${folder === undefined ? 'not on this machine' : `in ${folder}`}`);
  }
}

async function fetch(name: string): Promise<void> {
  const { DATASETS, fetchDataset } = await import('../../data/index.js');
  DATASETS.get(name);
  say(`${name}: ${await fetchDataset(name, say)}`);
}

async function verify(name: string, { data }: { data?: string }): Promise<void> {
  const { verifyDatasetFiles } = await import('../../workflow/verify-dataset.js');
  if (!(await verifyDatasetFiles(name, data, say))) process.exitCode = 3;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
