import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Tail } from './tail.js';

function watched() {
  const path = join(mkdtempSync(join(tmpdir(), 'saddlepoint-tail-')), 'metrics.jsonl');
  const tail = new Tail(path);
  /** What a look tells, in order; `forget` is written as null. */
  const look = async () => {
    const told: (string | null)[] = [];
    await tail.read({ forget: () => told.push(null), line: (text) => told.push(text) });
    return told;
  };
  return { path, look };
}

test('each line comes once, and half a line waits for its end', async () => {
  const { path, look } = watched();
  expect(await look()).toEqual([]);
  writeFileSync(path, 'one\ntwo\nthr');
  expect(await look()).toEqual(['one', 'two']);
  expect(await look()).toEqual([]);
  appendFileSync(path, 'ee\n\nf\u00fc');
  expect(await look()).toEqual(['three']);
  appendFileSync(path, 'nf\n');
  expect(await look()).toEqual(['f\u00fcnf']);
});

test('a letter of several bytes may come in halves', async () => {
  const { path, look } = watched();
  const bytes = Buffer.from('\u00fc\n');
  writeFileSync(path, bytes.subarray(0, 1));
  expect(await look()).toEqual([]);
  appendFileSync(path, bytes.subarray(1));
  expect(await look()).toEqual(['\u00fc']);
});

test('a file that was replaced, cut or removed is read anew', async () => {
  const { path, look } = watched();
  writeFileSync(path, 'one\ntwo\nthree\n');
  await look();
  writeFileSync(`${path}.new`, 'one\ntwo\nother\nmore\n');
  renameSync(`${path}.new`, path);
  expect(await look()).toEqual([null, 'one', 'two', 'other', 'more']);
  writeFileSync(path, 'one\n');
  expect(await look()).toEqual([null, 'one']);
  rmSync(path);
  expect(await look()).toEqual([null]);
  expect(await look()).toEqual([]);
  writeFileSync(path, 'again\n');
  expect(await look()).toEqual(['again']);
});

test('more than is read at once, and a line longer than any of ours', async () => {
  const { path, look } = watched();
  const lines = Array.from({ length: 40_000 }, (_, index) => `${index} ${'x'.repeat(60)}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  expect(await look()).toEqual(lines);
  appendFileSync(path, 'y'.repeat(3 * 2 ** 20));
  expect(await look()).toEqual([]);
  appendFileSync(path, `its end\nnext\n${'z'.repeat(1.5 * 2 ** 20)}\nlast\n`);
  expect(await look()).toEqual(['next', 'last']);
});

test('another file of the same name is another one, also where it is longer and has the same inode', async () => {
  const { path, look } = watched();
  writeFileSync(path, 'one\n');
  await look();
  rmSync(path);
  writeFileSync(path, 'other\nmore\n'); // most file systems give it the inode that became free
  expect(await look()).toEqual([null, 'other', 'more']);
});

test('a folder in its place says nothing', async () => {
  const told: string[] = [];
  await new Tail(tmpdir()).read({ forget: () => told.push('forget'), line: (text) => told.push(text) });
  expect(told).toEqual([]);
});
