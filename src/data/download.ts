/**
 * Files from the network: resumed where a download broke off, checked by SHA-256, and put in place whole.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SaddlepointError } from '../engine/index.js';

/** Where data sets are kept: SADDLEPOINT_DATA, else the user's cache folder. */
export function dataCache(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.SADDLEPOINT_DATA ?? join(cache, 'saddlepoint');
}

/**
 * Downloads `url` to `path` unless a file with the right checksum is there.
 *
 * @param checksum how `sha256` is worked out from the file; default: over its bytes
 * @throws SaddlepointError DATA when the server fails or the checksum differs (the partial file is removed then)
 */
export async function download(url: string, path: string, sha256: string, checksum = sha256Of): Promise<void> {
  if (existsSync(path) && (await checksum(path).catch(() => '')) === sha256) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.part`;
  // Complete, but the process ended before it was checked: asking for more would be refused.
  if (existsSync(partial) && (await checksum(partial).catch(() => '')) === sha256) {
    renameSync(partial, path);
    return;
  }
  const offset = existsSync(partial) ? statSync(partial).size : 0;
  try {
    const response = await fetch(url, {
      headers: offset > 0 ? { Range: `bytes=${offset}-` } : {},
      signal: AbortSignal.timeout(600_000),
    });
    if (response.status === 416) rmSync(partial, { force: true }); // not the beginning of this file: begin anew next time
    if (!response.ok || response.body === null)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    const flags = response.status === 206 ? 'a' : 'w';
    await pipeline(Readable.fromWeb(response.body), createWriteStream(partial, { flags }));
  } catch (cause) {
    const reason =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    throw new SaddlepointError(
      'DATA',
      `${url} could not be downloaded: ${reason}. Try again, or fetch it by hand to ${path}`,
      { cause },
    );
  }
  const received = await checksum(partial).catch(() => 'a file that cannot be read to its end');
  if (received !== sha256) {
    rmSync(partial);
    throw new SaddlepointError(
      'DATA',
      `expected SHA-256 ${sha256} for ${url}, received ${received}; the file was not kept`,
    );
  }
  renameSync(partial, path);
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** SHA-256 of what a gzip file holds; does not change when the file is zipped anew. */
export async function sha256Unzipped(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), createGunzip(), hash);
  return hash.digest('hex');
}
