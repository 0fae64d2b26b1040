/**
 * The file of a network in a zoo: in place where it lies with its index, else in the cache; and only as the index says.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { download, progressLines } from '../../data/download.js';
import { cacheFolder, SaddlepointError, takeLock, type FileLock } from '../../engine/index.js';
import { makeFolder } from '../../engine/folders.js';
import { openFile } from '../../engine/read-file.js';
import { placeOf, type ZooLocation } from './zoo-location.js';
import type { ZooNetwork } from './zoo-index.js';

/** Bytes that are hashed at once. */
const STRETCH = 2 ** 20;
/** Milliseconds between two looks at a lock. */
const PAUSE = 200;

/**
 * The network's file where it is on this machine, and as the index says.
 *
 * @returns undefined where it has to be downloaded
 * @throws SaddlepointError DATA for a file beside the index that is missing or another
 */
export function fileHere(network: ZooNetwork, location: ZooLocation): string | undefined {
  const place = placeOf(network, location);
  if (place.kind === 'address') {
    const cached = cachedFile(network);
    return differs(cached, network) === undefined ? cached : undefined;
  }
  const reason = differs(place.index, network);
  if (reason === undefined) return place.index;
  const remedy = 'it is not used. Bring back the file that the index was written for, or take another zoo by --from';
  throw new SaddlepointError('DATA', `${network.name} of ${location.index}: ${reason} at ${place.index}; ${remedy}`);
}

/**
 * The network's file, downloaded where it is not here.
 *
 * @param say is told how far a download is
 * @throws SaddlepointError DATA as {@link fileHere}, or where the server fails or has another file
 */
export async function bringFile(
  network: ZooNetwork,
  location: ZooLocation,
  say: (line: string) => void,
): Promise<string> {
  const here = fileHere(network, location);
  if (here !== undefined) return here;
  const file = cachedFile(network);
  makeFolder(dirname(file));
  const lock = await lockFor(`${file}.lock`, say);
  try {
    const { size, sha256, name } = network;
    const onProgress = progressLines(name, say);
    await download(placeOf(network, location).index, file, sha256, undefined, { onProgress, size });
  } finally {
    lock.release();
  }
  return file;
}

/** By its hash, so that the zoos of several indices do not get in each other's way. */
function cachedFile({ name, sha256, source }: ZooNetwork): string {
  const ending = extname(source.replace(/[?#].*$/, ''));
  return join(cacheFolder(), 'zoo', sha256.slice(0, 16), `${name}${/^\.\w+$/.test(ending) ? ending : ''}`);
}

/** Of several that fetch the same file one downloads it, and the others find it. */
async function lockFor(path: string, say: (line: string) => void): Promise<FileLock> {
  for (let waited = false; ; waited = true) {
    const lock = takeLock(path);
    if ('release' in lock) return lock;
    if (!waited) say(`${lock.holder} is downloading it; waiting`);
    await setTimeout(PAUSE);
  }
}

/** What speaks against a file, or undefined. */
function differs(path: string, { size, sha256 }: ZooNetwork): string | undefined {
  let opened: ReturnType<typeof openFile>;
  try {
    opened = openFile(path);
  } catch (error) {
    return `expected a file, which cannot be read (${(error as Error).message})`;
  }
  try {
    if (opened.size !== size) return `expected ${size} bytes, received ${opened.size}`;
    const received = hashOf(opened.file);
    return received === sha256 ? undefined : `expected SHA-256 ${sha256}, received ${received}`;
  } finally {
    closeSync(opened.file);
  }
}

/**
 * SHA-256 of a file on this machine, in hexadecimal digits. @throws what the file system says, where it cannot be read
 */
export function sha256Here(path: string): string {
  const { file } = openFile(path);
  try {
    return hashOf(file);
  } finally {
    closeSync(file);
  }
}

function hashOf(file: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(STRETCH);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
    hash.update(buffer.subarray(0, read));
  return hash.digest('hex');
}
