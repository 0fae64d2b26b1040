/**
 * Files from the network: resumed where a download broke off, checked by their digest, and put in place whole.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import {
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { cacheFolder, SaddlepointError } from '../engine/index.js';
import { makeFolder } from '../engine/folders.js';

/** Where data sets are kept: SADDLEPOINT_DATA, else the user's cache folder. */
export function dataCache(): string {
  return process.env.SADDLEPOINT_DATA ?? cacheFolder();
}

export interface DownloadOptions {
  /** The name of the digest, for messages. Default: SHA-256. */
  readonly algorithm?: string;
  /** Told of bytes so far, those of an earlier attempt included, and of all where the server says how many. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  /** How many bytes the file has, where that is known: a longer one is not downloaded. */
  readonly size?: number;
}

/** A server that sends nothing for so long has gone away. */
const PATIENCE = 60_000;

/**
 * Downloads `url` to `path` unless a file with the right checksum is there.
 *
 * @param digest what the file's checksum has to be
 * @param checksum how it is worked out from the file; default: SHA-256 over its bytes
 * @throws SaddlepointError DATA when the server fails or the checksum differs (the partial file is removed then)
 */
export async function download(
  url: string,
  path: string,
  digest: string,
  checksum = sha256Of,
  { algorithm = 'SHA-256', onProgress, size = Infinity }: DownloadOptions = {},
): Promise<void> {
  if (existsSync(path) && (await checksum(path).catch(() => '')) === digest) return;
  makeFolder(dirname(path));
  const partial = `${path}.part`;
  // Complete, but the process ended before it was checked: asking for more would be refused.
  if (existsSync(partial) && (await checksum(partial).catch(() => '')) === digest) {
    renameSync(partial, path);
    return;
  }
  const otherFile = (expected: string, received: string) => {
    rmSync(partial, { force: true });
    return new SaddlepointError(
      'DATA',
      `expected ${expected} for ${url}, received ${received}; the file was not kept. Try again, and if it stays so, ` +
        'the file at that address is another by now',
    );
  };
  const offset = existsSync(partial) ? statSync(partial).size : 0;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`the server sent nothing for ${PATIENCE / 1000} seconds`));
  }, PATIENCE);
  try {
    const response = await fetch(url, {
      headers: offset > 0 ? { Range: `bytes=${offset}-` } : {},
      signal: silence.signal,
    });
    if (response.status === 416) rmSync(partial, { force: true }); // not the beginning of this file: begin anew next time
    if (!response.ok || response.body === null)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    const resumed = response.status === 206;
    const length = Number(response.headers.get('content-length') ?? NaN);
    let bytes = resumed ? offset : 0;
    const total = Number.isNaN(length) ? undefined : bytes + length;
    const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        bytes += chunk.length;
        if (bytes > size) throw otherFile(`${size} bytes`, 'more than that');
        onProgress?.(bytes, total);
        yield chunk;
      }
    };
    await pipeline(
      Readable.fromWeb(response.body),
      watch,
      createWriteStream(partial, { fd: openPartial(partial, resumed) }),
    );
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    const reason =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    throw new SaddlepointError(
      'DATA',
      `${url} could not be downloaded: ${reason}. Try again, or fetch it by hand to ${path}`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
  const received = await checksum(partial).catch(() => 'a file that cannot be read to its end');
  if (received !== digest) throw otherFile(`${algorithm} ${digest}`, received);
  renameSync(partial, path);
}

/** Opens what there is of a download to go on, or an empty file; never through a link that somebody laid there. */
function openPartial(path: string, resumed: boolean): number {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_APPEND, O_TRUNC } = constants;
  return openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | (resumed ? O_APPEND : O_TRUNC), 0o644);
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export function sha256Of(path: string): Promise<string> {
  return digestOf('sha256', path);
}

/** MD5 of a file's bytes, for the data sets whose authors published nothing better. */
export function md5Of(path: string): Promise<string> {
  return digestOf('md5', path);
}

async function digestOf(algorithm: string, path: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** SHA-256 of what a gzip file holds; does not change when the file is zipped anew. */
export async function sha256Unzipped(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), createGunzip(), hash);
  return hash.digest('hex');
}

/** Says how far a download is, at every tenth of it. */
export function progressLines(what: string, say: (line: string) => void): NonNullable<DownloadOptions['onProgress']> {
  let said = 0;
  return (bytes, total) => {
    const tenths = total === undefined ? 0 : Math.floor((10 * bytes) / total);
    if (tenths > said) say(`${what}: ${tenths * 10} % of ${Math.round((total ?? 0) / 1e6)} MB`);
    said = Math.max(said, tenths);
  };
}
