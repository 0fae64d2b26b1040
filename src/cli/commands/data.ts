/**
 * `saddlepoint data`: which data sets there are, bringing them here, and whether they are what they should be.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DatasetName, FileCheck } from '../../data/index.js';
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

async function fetch(text: string): Promise<void> {
  const { fetchDataset } = await import('../../data/index.js');
  const name = await known(text);
  say(`${name}: ${await fetchDataset(name, say)}`);
}

async function verify(text: string, options: { data?: string }): Promise<void> {
  const { SaddlepointError } = await import('../../engine/errors.js');
  const { count, describeDataset, disposeSplit, loadDataset, verifyDataset } = await import('../../data/index.js');
  const name = await known(text);
  const folder = options.data ?? describeDataset(name).folder;
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      `${name} is not on this machine. Run \`npx saddlepoint data fetch ${name}\`, or give its folder with --data`,
    );
  }
  say(`${name} in ${folder}`);
  const checks = await verifyDataset(name, folder);
  for (const check of checks) say(`  ${check.name.padEnd(28)} ${describe(check)}`);
  const { train, test, classes } = loadDataset(name, folder);
  say(
    `${count(train)} training and ${count(test)} test images in ${classes.length} classes were read; every label is in range.`,
  );
  disposeSplit(train);
  disposeSplit(test);
  const odd = checks.filter(({ state }) => state !== 'official').length;
  if (checks.length === 0) say('There are no official checksums for it.');
  else if (odd === 0) say('All files are the official ones.');
  else {
    const note = ['NOTE.md', 'README.md'].find((file) => existsSync(join(folder, file)));
    say(
      `${odd} of ${checks.length} files are not the official ones: say so beside every figure measured on them.` +
        (note === undefined ? '' : ` ${join(folder, note)} may say what they are.`),
    );
    process.exitCode = 3;
  }
}

function describe({ state, algorithm, expected, received }: FileCheck): string {
  switch (state) {
    case 'official':
      return `official (${algorithm} ${expected})`;
    case 'differs':
      return `differs: ${algorithm} ${received ?? ''}, the official file's is ${expected}`;
    case 'missing':
      return 'missing';
    case 'unknown':
      return `SHA-256 ${received ?? ''}; no official checksum is known for this form of it`;
  }
}

async function known(name: string): Promise<DatasetName> {
  const { DATASETS } = await import('../../data/index.js');
  DATASETS.get(name);
  return name;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
