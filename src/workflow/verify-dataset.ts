/**
 * `saddlepoint data verify`: whether the files of a data set are the official ones, and whether all of it can be read.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  count,
  DATASETS,
  describeDataset,
  disposeSplit,
  loadDataset,
  verifyDataset,
  type FileCheck,
} from '../data/index.js';
import { SaddlepointError } from '../engine/errors.js';

/**
 * Compares the files of a data set with the official checksums and reads all of it.
 *
 * @param name e.g. `cifar-10`
 * @param data its folder; default: where it is found
 * @param say is told each line of what is found
 * @returns whether no file differs from the official one
 * @throws SaddlepointError ARGUMENT for an unknown name; DATA where there is none, or one that cannot be read
 */
export async function verifyDatasetFiles(
  name: string,
  data: string | undefined,
  say: (line: string) => void,
): Promise<boolean> {
  DATASETS.get(name);
  const folder = data ?? describeDataset(name).folder;
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
    `${count(train)} training and ${count(test)} test images in ${classes.length} classes were read; every label ` +
      'is in range.',
  );
  disposeSplit(train);
  disposeSplit(test);
  const odd = checks.filter(({ state }) => state !== 'official').length;
  if (odd > 0) {
    const note = ['NOTE.md', 'README.md'].find((file) => existsSync(join(folder, file)));
    say(
      `${odd} of ${checks.length} files are not the official ones: say so beside every figure measured on them.` +
        (note === undefined ? '' : ` ${join(folder, note)} may say what they are.`),
    );
    return false;
  }
  say(checks.length === 0 ? 'There are no official checksums for it.' : 'All files are the official ones.');
  return true;
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
