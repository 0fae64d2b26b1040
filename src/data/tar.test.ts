/**
 * Tar archives: the wanted files are taken out; an archive that lies about its sizes ends, with one clear error.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { unpack } from './tar.js';

/** A header with a right checksum, and the content in whole blocks. */
function entry(name: string, content: string, size = content.length.toString(8).padStart(11, '0')): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(size, 124);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}
const END = Buffer.alloc(1024);

function unpacked(...parts: Buffer[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'archive.tar.gz'), gzipSync(Buffer.concat(parts)));
  unpack(join(folder, 'archive.tar.gz'), ['d/a.bin'], folder);
  return folder;
}

test('the wanted file lies under its last name, and nothing else does', () => {
  const folder = unpacked(entry('d/a.bin', 'content'), entry('../evil', 'x'), END);
  expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe('content');
  expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
});

describe('refused with code DATA', () => {
  test.each<[string, Buffer[], RegExp]>([
    ['a negative size, which would lead back', [entry('d/a.bin', '', '-1000'), END], /is damaged or no tar archive/],
    ['a size beyond the end', [entry('d/a.bin', '', '77777777777'), END], /is damaged or no tar archive/],
    ['a size in another notation', [entry('d/a.bin', '', '0x10'), END], /is damaged or no tar archive/],
    ['an archive without its end', [entry('d/a.bin', 'content')], /ends before its end/],
    ['an archive without the file', [entry('d/b.bin', 'content'), END], /expected d\/a\.bin in .*, found no such file/],
    [
      'one that unfolds to more than a data set has',
      [Buffer.alloc(2 ** 28 + 1, 'x')],
      /holds more than the 268435456 bytes/,
    ],
  ])('%s', (_, parts, message) => {
    const failure = failureOf(() => unpacked(...parts));
    expect(failure.code).toBe('DATA');
    expect(failure.message).toMatch(message);
  });
});
