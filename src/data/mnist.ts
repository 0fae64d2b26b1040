/**
 * MNIST (LeCun, Cortes and Burges, 1998): 60,000 + 10,000 handwritten digits, 28 × 28, grey.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeDataset, type Dataset } from './dataset.js';
import { dataCache, download, sha256Of } from './download.js';
import { readIdxSplit } from './idx-split.js';
import { checkFiles, type OfficialFile } from './official-files.js';
import type { Source } from './source.js';
import { isWhole, setUnzippedAside } from './whole.js';

const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** The authors' own page no longer serves the files; these two are the copies that PyTorch and TensorFlow use. */
const MIRRORS = ['https://ossci-datasets.s3.amazonaws.com/mnist', 'https://storage.googleapis.com/cvdf-datasets/mnist'];

const FILES: readonly OfficialFile[] = Object.entries({
  'train-images-idx3-ubyte.gz': '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  'train-labels-idx1-ubyte.gz': '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  't10k-images-idx3-ubyte.gz': '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  't10k-labels-idx1-ubyte.gz': 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
}).map(([name, digest]) => ({ name, digest, algorithm: 'SHA-256' }));

function findMnist(): string | undefined {
  const file = join(dataCache(), 'mnist', 't10k-labels-idx1-ubyte');
  return existsSync(file) || existsSync(`${file}.gz`) ? join(dataCache(), 'mnist') : undefined;
}

/**
 * @param folder holds the four IDX files, gzipped or not; default: where they are found
 * @throws SaddlepointError DATA when they are nowhere, or damaged
 */
export function loadMnist(folder: string | undefined = findMnist()): Dataset {
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      'MNIST was not found. Run `npx saddlepoint data fetch mnist`, or give its folder with --data',
    );
  }
  return makeDataset('mnist', CLASSES, (part) => readIdxSplit(folder, part, CLASSES.length));
}

async function fetchMnist(say: (line: string) => void): Promise<string> {
  const found = findMnist();
  if (isWhole(found, loadMnist, say)) return found;
  const folder = join(dataCache(), 'mnist');
  const failures: string[] = [];
  for (const mirror of MIRRORS) {
    say(`MNIST: downloading from ${mirror} (12 MB)`);
    try {
      for (const { name, digest } of FILES) await download(`${mirror}/${name}`, join(folder, name), digest, sha256Of);
      setUnzippedAside(
        folder,
        FILES.map(({ name }) => name),
      );
      return folder;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new SaddlepointError('DATA', `MNIST cannot be had: ${failures.join('; ')}`);
}

export const mnist: Source = {
  about: '70,000 handwritten digits, 28 × 28, grey, 10 classes (12 MB to download)',
  images: { classes: CLASSES, shape: [1, 28, 28] },
  find: findMnist,
  load: loadMnist,
  fetch: fetchMnist,
  verify: (folder) => checkFiles(folder, FILES),
};
