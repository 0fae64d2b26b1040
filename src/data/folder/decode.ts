/**
 * Decoded images, from the cache or from their files, which are decoded once.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { compiledFile, SaddlepointError, temporaryName } from '../../engine/index.js';
import { dataCache } from '../download.js';
import type { DecoderReport, DecoderTask, Resize } from './decoder.js';
import { named } from './listing.js';

/** As the decoder writes it. */
const HEADER = 1024;
const MOST_NAMED = 20;

export interface Decoded {
  /** [C, H, W] */
  readonly shape: readonly [number, number, number];
  /** uint8 [N, C, H, W], in the order of the files. */
  readonly bytes: Uint8Array;
  /** How many of them have transparent parts, which were left out. */
  readonly transparent: number;
}

export interface DecodeOptions {
  readonly size?: number | undefined;
  readonly resize: Resize;
}

/**
 * @param folder whose images these are; the cache keeps one file for each folder and size
 * @throws SaddlepointError DATA with all files that cannot be used, at once; FILE where the cache cannot be written
 */
export function decodeImages(folder: string, files: readonly string[], options: DecodeOptions): Decoded {
  const about = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);
  const cache = join(dataCache(), 'folders', `${about}-${options.size ?? 'whole'}-${options.resize}.bytes`);
  const fingerprint = fingerprintOf(files, options);
  return readCache(cache, fingerprint) ?? decodeInto(cache, folder, files, options, fingerprint);
}

/** Of all that decides the bytes, so far as the file system tells. */
function fingerprintOf(files: readonly string[], options: DecodeOptions): string {
  const hash = createHash('sha256').update(JSON.stringify(['version 2', options.size ?? null, options.resize]));
  for (const path of files) {
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: 0 };
    hash.update(`${resolve(path)}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function readCache(cache: string, fingerprint: string): Decoded | undefined {
  let file;
  try {
    file = openSync(cache, 'r');
  } catch {
    return undefined;
  }
  try {
    const header = Buffer.alloc(HEADER);
    readSync(file, header, 0, HEADER, 0);
    const {
      shape,
      count,
      transparent,
      fingerprint: of,
    } = JSON.parse(header.toString('utf8')) as Record<string, unknown>;
    if (of !== fingerprint || typeof count !== 'number' || typeof transparent !== 'number' || !isShape(shape))
      return undefined;
    const length = count * shape.reduce((product, side) => product * side, 1);
    if (statSync(cache).size !== HEADER + length) return undefined;
    const bytes = allocate(length);
    for (let read = 0; read < length;) {
      const more = readSync(file, bytes, read, Math.min(2 ** 30, length - read), HEADER + read);
      if (more === 0) return undefined;
      read += more;
    }
    return { shape, bytes, transparent };
  } catch (error) {
    if (error instanceof SaddlepointError) throw error;
    return undefined; // no header of ours
  } finally {
    closeSync(file);
  }
}

const isShape = (value: unknown): value is readonly [number, number, number] =>
  Array.isArray(value) && value.length === 3 && value.every((side) => Number.isSafeInteger(side) && side > 0);

/** A file may be far smaller than its image. */
function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `the images take ${bytes} bytes, which this machine has no room for; make them smaller (size), or fewer`,
      { cause },
    );
  }
}

function decodeInto(
  cache: string,
  folder: string,
  files: readonly string[],
  options: DecodeOptions,
  fingerprint: string,
): Decoded {
  makeFolder(dirname(cache));
  const output = temporaryName(cache);
  try {
    requireGood(folder, files, runDecoder({ files, ...options, output, header: { fingerprint } }));
    renameSync(output, cache);
  } finally {
    rmSync(output, { force: true });
  }
  const decoded = readCache(cache, fingerprint);
  if (decoded === undefined)
    throw new SaddlepointError('DATA', `the images of ${folder} changed while they were read. Try again`);
  return decoded;
}

/**
 * The pixels of some pictures, without the cache.
 *
 * @throws SaddlepointError DATA with all files that cannot be used
 */
export function readPictures(files: readonly string[], options: DecodeOptions): Decoded {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-pictures-'));
  try {
    return decodeInto(join(folder, 'pictures'), 'the command line', files, options, 'pictures');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireGood(folder: string, files: readonly string[], { bad }: DecoderReport): void {
  if (bad.length === 0) return;
  const what = bad.map(([path, reason]) => `${path}: ${reason}`);
  const hint = what.some((line) => line.includes(' pixels after ')) ? '. Set `size` to bring all to one size' : '';
  throw new SaddlepointError(
    'DATA',
    `${bad.length} of ${files.length} images in ${folder} cannot be used: ${named(what, MOST_NAMED, '; ')}${hint}`,
  );
}

/**
 * The widths and heights of images, without decoding them. @throws SaddlepointError DATA with all that are no images
 */
export function sizesOf(folder: string, files: readonly string[]): readonly (readonly [number, number])[] {
  const report = runDecoder({ files, resize: 'exact' });
  requireGood(folder, files, report);
  return report.sizes;
}

function runDecoder(task: DecoderTask): DecoderReport {
  const { status, signal, stdout, stderr, error } = spawnSync(
    process.execPath,
    [compiledFile('data/folder/decoder.js')],
    {
      input: JSON.stringify(task),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    },
  );
  if (status === 0) return JSON.parse(stdout) as DecoderReport;
  if (signal === 'SIGINT' || signal === 'SIGTERM')
    throw new SaddlepointError('INTERRUPTED', 'reading the images was stopped');
  if (stderr.includes("Cannot find package 'sharp'"))
    throw new SaddlepointError(
      'DATA',
      'the package sharp, which decodes pictures, is not here: `npm install` has it, and a bundle that is made with --with-pictures',
    );
  const reason =
    error?.message ??
    stderr
      .trim()
      .split('\n')
      .find((line) => line.includes('Error')) ??
    signal ??
    `code ${status}`;
  throw new SaddlepointError('DATA', `the images could not be decoded: ${reason}`);
}
