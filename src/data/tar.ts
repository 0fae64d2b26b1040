/**
 * Takes known files out of a gzipped tar archive. Nothing else in it is ever written, so no name in an archive can
 * lead outside the target folder.
 *
 * @module
 */
import { basename, join } from 'node:path';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { makeFolder } from '../engine/folders.js';
import { readWhole } from '../engine/read-file.js';
import { inflateAtMost, MAXIMUM_INFLATED } from './inflate.js';

const BLOCK = 512;
const REGULAR = ['0', '\0'];

/**
 * Writes the named regular files of an archive into a folder, under their last names.
 *
 * @param wanted full names in the archive, e.g. `cifar-10-batches-bin/test_batch.bin`
 * @throws SaddlepointError DATA when the archive is damaged, holds more than 256 MiB, or lacks one of them
 */
export function unpack(archive: string, wanted: readonly string[], folder: string): void {
  const found = new Map<string, Buffer>();
  for (const [name, bytes] of entriesOf(unzip(archive), archive)) if (wanted.includes(name)) found.set(name, bytes);
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new SaddlepointError('DATA', `expected ${missing.join(', ')} in ${archive}, found no such file`);
  }
  makeFolder(folder);
  for (const name of wanted) writeFileAtomically(join(folder, basename(name)), found.get(name)!);
}

function unzip(archive: string): Buffer {
  try {
    return inflateAtMost(readWhole(archive, MAXIMUM_INFLATED), MAXIMUM_INFLATED, 'gzip');
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `${archive} cannot be unzipped (${(cause as Error).message}); is it truncated? Fetch it again`,
      { cause },
    );
  }
}

/** Name and bytes of each regular file (POSIX.1-1988: a header block, then the bytes in whole blocks). */
function* entriesOf(bytes: Buffer, archive: string): Generator<[name: string, bytes: Buffer]> {
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return; // the end
    const text = (start: number, length: number) =>
      header
        .toString('latin1', start, start + length)
        .split('\0', 1)[0]!
        .trim();
    const size = octal(text(124, 12) || '0');
    if (octal(text(148, 8)) !== sumOf(header) || !(at + BLOCK + size <= bytes.length)) {
      throw new SaddlepointError('DATA', `${archive} is damaged or no tar archive; fetch it again`);
    }
    const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
    const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    if (REGULAR.includes(String.fromCharCode(header[156]!)))
      yield [name, bytes.subarray(at + BLOCK, at + BLOCK + size)];
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new SaddlepointError('DATA', `${archive} ends before its end; fetch it again`);
}

/** NaN for anything but octal digits: a sign, or the binary form for sizes that nothing here has. */
function octal(text: string): number {
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN;
}

/** The sum of a header's bytes, its own field counted as spaces. */
function sumOf(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i += 1) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum;
}
