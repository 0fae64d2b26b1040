/**
 * Brings Fashion-MNIST to this machine: Debian's package where apt works (no root needed, it is only
 * unpacked), else a copy of the authors' files. Either way the contents are checked by SHA-256.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { makeFolder } from '../engine/folders.js';
import { dataCache, download, sha256Unzipped } from './download.js';
import { FASHION_MNIST_CLASSES, findFashionMnist, loadFashionMnist } from './fashion-mnist.js';
import { checkFiles } from './official-files.js';
import type { Source } from './source.js';
import { isWhole, setUnzippedAside } from './whole.js';

/** The authors' own server has no HTTPS; this is the copy that Keras uses. */
const COPY = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets';
const PACKAGE = 'dataset-fashion-mnist';

// Of the unzipped contents: Debian zipped the authors' files anew.
const SHA256: Readonly<Record<string, string>> = {
  'train-images-idx3-ubyte.gz': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte.gz': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte.gz': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte.gz': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
};

/** @throws SaddlepointError DATA when neither source can be had; the message says what each answered */
export async function fetchFashionMnist(say: (line: string) => void): Promise<string> {
  const found = findFashionMnist();
  if (isWhole(found, loadFashionMnist, say)) return found;
  const folder = join(dataCache(), 'fashion-mnist');
  makeFolder(folder);
  const refusal = await fromDebian(folder, say);
  if (refusal === undefined) {
    setUnzippedAside(folder, Object.keys(SHA256));
    return folder;
  }
  say(`Fashion-MNIST: ${refusal}; downloading Keras' copy of the authors' files (31 MB)`);
  try {
    for (const [name, sha256] of Object.entries(SHA256))
      await download(`${COPY}/${name}`, join(folder, name), sha256, sha256Unzipped);
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `Fashion-MNIST cannot be had: ${refusal}; ${(cause as Error).message}. A folder with its four IDX files can be given with --data`,
      { cause },
    );
  }
  setUnzippedAside(folder, Object.keys(SHA256));
  return folder;
}

/** Unpacks Debian's package into the folder; returns why it could not, or undefined. */
async function fromDebian(folder: string, say: (line: string) => void): Promise<string | undefined> {
  if (!existsSync('/usr/bin/apt-get')) return 'this machine has no apt-get';
  say(`Fashion-MNIST: fetching Debian's package ${PACKAGE} (31 MB)`);
  const temporary = mkdtempSync(join(tmpdir(), 'saddlepoint-'));
  const run = (command: string, ...values: string[]) =>
    execFileSync(command, values, { cwd: temporary, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
  try {
    try {
      run('apt-get', 'download', PACKAGE);
    } catch {
      run('apt-get', 'update', '-qq'); // a fresh machine has no package lists yet; needs root
      run('apt-get', 'download', PACKAGE);
    }
    const archive = readdirSync(temporary).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return 'apt-get downloaded nothing';
    run('dpkg-deb', '-x', archive, 'unpacked');
    const unpacked = join(temporary, 'unpacked', 'usr', 'share', 'datasets', 'fashion-mnist');
    for (const [name, sha256] of Object.entries(SHA256)) {
      if ((await sha256Unzipped(join(unpacked, name))) !== sha256)
        return `${name} in Debian's package is not the file we know`;
    }
    cpSync(unpacked, folder, { recursive: true });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    const output = (stderr?.toString() ?? message).trim();
    return `apt-get cannot fetch ${PACKAGE} (${output.split('\n').at(-1) ?? ''})`;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

export const fashionMnist: Source = {
  about: '70,000 grey images of clothing, 28 × 28, 10 classes (31 MB to download)',
  images: { classes: FASHION_MNIST_CLASSES, shape: [1, 28, 28] },
  find: findFashionMnist,
  load: loadFashionMnist,
  fetch: fetchFashionMnist,
  verify: (folder) =>
    checkFiles(
      folder,
      Object.entries(SHA256).map(([name, digest]) => ({
        name: name.replace(/\.gz$/, ''),
        algorithm: 'SHA-256',
        digest,
        contents: true,
      })),
    ),
};
