/**
 * Two that want the same evaluation: one has it.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.js';
import type { Identity } from './identity.js';
import { EvaluationStore } from './store.js';

const identity: Identity = {
  model: 'a',
  architecture: 'f',
  dataset: 'b',
  split: 'c',
  examples: 1,
  sample: null,
  images: 'd',
  attack: 'e',
  seed: 1,
  order: 'exact',
  version: '1',
};
const open = (path: string) => EvaluationStore.open(path, identity, () => 'plain');

test('the second one is refused and hears who has it; closed, nothing but the state is left', () => {
  const folder = temporaryFolder();
  const store = open(folder);
  expect(readdirSync(folder).sort()).toEqual(['lock', 'state.json']);
  expect(() => open(folder)).toThrow(
    expect.objectContaining({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/^process \d+ on .*, works on the evaluation in .*Wait for it$/) as string,
    }),
  );
  store.close();
  store.close(); // as after an error that came with the end
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a lock of before this version, or of a process that was killed, is free', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), String(process.ppid));
  open(folder).close();
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a state of another evaluation is refused, and left free', () => {
  const folder = temporaryFolder();
  open(folder).close();
  expect(() => EvaluationStore.open(folder, { ...identity, seed: 2 }, () => 'plain')).toThrow(/of something else/);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test.each(['state.json', 'journal.jsonl'])('a pipe in place of %s is not waited for', (name) => {
  const folder = temporaryFolder();
  open(folder).close();
  rmSync(join(folder, name), { force: true });
  execFileSync('mkfifo', [join(folder, name)]);
  expect(() => open(folder)).toThrow(
    expect.objectContaining({ code: 'CHECKPOINT', message: expect.stringContaining(name) as string }),
  );
});
