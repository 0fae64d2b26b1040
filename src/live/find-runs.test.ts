import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findRuns } from './find-runs.js';

function folderOf(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'saddlepoint-runs-'));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

const names = async (...folders: readonly string[]) => (await findRuns(folders)).map(({ name }) => name);

test('runs have the names of their folders, in an order people expect', async () => {
  const root = folderOf(['run-10/metrics.jsonl', 'run-9/recipe.yaml', 'series/a/environment.json', 'notes/a.txt']);
  expect(await names(root)).toEqual(['run-9', 'run-10', 'series/a']);
});

test('a run itself, and runs of several folders whose names would be the same', async () => {
  const root = folderOf(['one/runs/a/metrics.jsonl', 'two/runs/a/metrics.jsonl']);
  const run = join(root, 'one', 'runs', 'a');
  expect(await names(run)).toEqual([run]);
  expect(await names(join(root, 'one/runs'), join(root, 'two/runs'))).toEqual(['one/runs/a', 'two/runs/a']);
  expect(await names(join(root, 'one'), run)).toHaveLength(1);
});

test("a run's own folders are none, and links in circles end", async () => {
  const root = folderOf(['a/metrics.jsonl', 'a/evaluation/recipe.yaml', '.hidden/b/metrics.jsonl']);
  symlinkSync(root, join(root, 'a', 'again'));
  expect(await names(root)).toEqual(['a']);
  expect(await names(join(root, 'nowhere'))).toEqual([]);
});
