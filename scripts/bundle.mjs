#!/usr/bin/env node
// Writes Saddlepoint as a bundle for machines without network and Node: a folder and an archive of it. docs/gpu.md says
// how one is used; the steps are in scripts/bundle/, what happens on the target in scripts/setup/bundled.mjs.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkArchiver, writeArchive } from './bundle/archive.mjs';
import { copyContents } from './bundle/contents.mjs';
import { checkEngines, copyEngines } from './bundle/engines.mjs';
import { checkDataset, makePieces } from './bundle/make-pieces.mjs';
import { checkNodeTravels, copyNode } from './bundle/node-binary.mjs';
import { HELP, parseOptions } from './bundle/options.mjs';
import { PIECES } from './bundle/pieces.mjs';
import { readJson, writeWhole } from './setup/files.mjs';
import { MARK } from './setup/places.mjs';
import { SetupError, explain, say, secondsSince } from './setup/say.mjs';
import { run } from './setup/shell.mjs';
import { asDiskTrouble, checkSpace } from './setup/space.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Folder and archive without data; a data set takes its share beside them. */
const ROOM = 400e6;
const ROOM_OF_DATASET = 150e6;

/** The commit the files are of, marked when they differ from it; a bundle has no git to ask. */
function commit() {
  const [head, changes] = [
    ['rev-parse', '--short', 'HEAD'],
    ['status', '--porcelain'],
  ].map((words) => run('git', words, { folder: root }));
  return head?.ok === true ? head.stdout.trim() + (changes?.stdout.trim() === '' ? '' : '+changes') : null;
}

/** @param {readonly string[]} names */
async function findDatasets(names) {
  if (names.length === 0) return [];
  const { describeDataset } = await import('../dist/data/index.js');
  return [...new Set(names)].map(() => checkDataset(describeDataset('cifar-10').folder));
}

/** @param {import('./bundle/options.mjs').Options} options */
async function makeBundle(options) {
  const start = performance.now();
  const { version } = /** @type {{version: string}} */ (readJson(join(root, 'package.json')));
  const output = resolve(options.output ?? join(root, 'build/bundle'));
  const bundle = join(output, `saddlepoint-${version}-linux-x64`);
  checkNodeTravels();
  checkArchiver();
  checkEngines(root, options.engines);
  const datasets = await findDatasets(options.datasets);
  if (existsSync(bundle) && !existsSync(join(bundle, MARK))) {
    throw new SetupError(`${bundle} is there and is not a bundle`, ['name another folder with --output']);
  }
  mkdirSync(output, { recursive: true });
  checkSpace(output, ROOM + ROOM_OF_DATASET * datasets.length, 'a bundle');

  const partial = `${bundle}.partial`;
  rmSync(partial, { recursive: true, force: true });
  copyContents(root, partial, options.pictures);
  copyNode(join(partial, 'node/node'));
  copyFileSync(join(root, 'scripts/bundle/saddlepoint.sh'), join(partial, 'saddlepoint'));
  chmodSync(join(partial, 'saddlepoint'), 0o755);
  copyEngines(root, options.engines, partial);
  for (const folder of datasets) makePieces(folder, partial);
  const mark = { made: new Date().toISOString(), commit: commit(), node: process.version };
  writeWhole(join(partial, MARK), `${JSON.stringify(mark, null, 2)}\n`);
  rmSync(bundle, { recursive: true, force: true });
  renameSync(partial, bundle);
  writeArchive(bundle);
  say('ready', `${bundle} (${secondsSince(start)})`);
  if (datasets.length > 0)
    say('data', `carry ${join(bundle, PIECES)} along, to the same place in the unpacked archive`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await makeBundle(options);
} catch (caught) {
  const error = asDiskTrouble(caught) ?? caught;
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
