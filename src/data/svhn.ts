/**
 * Street View House Numbers, cropped digits (Netzer et al., 2011): 73,257 + 26,032 colour images, 32 × 32.
 *
 * The files label the digit 0 as 10; here it is 0, so that a label is its digit. A network trained elsewhere with the
 * files' own labels has to have its last layer's rows turned by one.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeDataset, makeSplit, type Dataset, type Split } from './dataset.js';
import { dataCache, download, progressLines, sha256Of } from './download.js';
import { readMat, type MatArray } from './mat.js';
import { checkFiles, type OfficialFile } from './official-files.js';
import type { Source } from './source.js';
import { isWhole } from './whole.js';

const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const SIDE = 32;
const AUTHORS = 'ufldl.stanford.edu/housenumbers';
const FILES: readonly OfficialFile[] = [
  {
    name: 'train_32x32.mat',
    algorithm: 'SHA-256',
    digest: '435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8',
  },
  {
    name: 'test_32x32.mat',
    algorithm: 'SHA-256',
    digest: 'cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b',
  },
];

function findSvhn(): string | undefined {
  return [join(dataCache(), 'svhn'), dataCache()].find((folder) => existsSync(join(folder, 'test_32x32.mat')));
}

/** @throws SaddlepointError DATA when the files are nowhere, or damaged */
export function loadSvhn(folder: string | undefined = findSvhn()): Dataset {
  if (folder === undefined) {
    throw new SaddlepointError(
      'DATA',
      'SVHN was not found. Run `npx saddlepoint data fetch svhn`, or give the folder of its two .mat files with --data',
    );
  }
  return makeDataset('svhn', CLASSES, (part) => readSplit(folder, part));
}

function readSplit(folder: string, name: string): Split {
  const path = join(folder, `${name}_32x32.mat`);
  const [images, labels] = readMat(path, ['X', 'y']) as [MatArray, MatArray];
  const count = labels.bytes.length;
  if (images.shape.join() !== [SIDE, SIDE, 3, count].join()) {
    throw new SaddlepointError(
      'DATA',
      `expected images [${SIDE}, ${SIDE}, 3, ${count}] for the ${count} labels of ${path}, received [${images.shape.join(', ')}]`,
    );
  }
  const wrong = labels.bytes.findIndex((label) => label < 1 || label > 10);
  if (wrong >= 0) {
    throw new SaddlepointError(
      'DATA',
      `expected labels from 1 to 10 in ${path}, received ${labels.bytes[wrong] ?? ''} for example ${wrong}`,
    );
  }
  const digits = labels.bytes.map((label) => label % 10);
  return makeSplit(name, transposePlanes(images.bytes), digits, [3, SIDE, SIDE], CLASSES.length);
}

/** MATLAB keeps the columns of a plane together; we keep its rows. */
function transposePlanes(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let plane = 0; plane < bytes.length; plane += SIDE * SIDE) {
    for (let row = 0; row < SIDE; row += 1) {
      for (let column = 0; column < SIDE; column += 1)
        result[plane + row * SIDE + column] = bytes[plane + column * SIDE + row]!;
    }
  }
  return result;
}

async function fetchSvhn(say: (line: string) => void): Promise<string> {
  const found = findSvhn();
  if (isWhole(found, loadSvhn, say)) return found;
  const folder = join(dataCache(), 'svhn');
  for (const { name, digest } of FILES) {
    const fetchFrom = (scheme: string) => {
      const url = `${scheme}://${AUTHORS}/${name}`;
      say(`SVHN: downloading the authors' ${url}`);
      return download(url, join(folder, name), digest, sha256Of, { onProgress: progressLines(name, say) });
    };
    // The authors' server has not always answered HTTPS; the digest makes sure either way.
    await fetchFrom('https').catch(() => fetchFrom('http'));
  }
  return folder;
}

export const svhn: Source = {
  about: '99,289 colour digits of house numbers, 32 × 32, 10 classes (246 MB to download)',
  images: { classes: CLASSES, shape: [3, SIDE, SIDE] },
  find: findSvhn,
  load: loadSvhn,
  fetch: fetchSvhn,
  verify: (folder) => checkFiles(folder, FILES),
};
