/**
 * Which files in a folder are a run's: those are removed with it, and nothing else.
 *
 * @module
 */
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { RunFolder } from './run-folder.js';
import { removeRun, runFiles } from './run-files.js';

const OURS = [
  'recipe.yaml',
  'evaluation/bounds/crown-0.1-1000-0123abcd-89ef4567.json',
  'evaluation/autoattack-linf-8_255+l2-0.5-1-40-0123abcd.json',
  'evaluation/pgd-patch-5-1000-40steps.json',
  'evaluation/pgd-patch-5-1000-40steps/adversarial.safetensors',
  'evaluation/smoothing-l2-0.25-500-1000samples.json',
  'evaluation/corruptions-10000.json',
];
const OTHERS = ['evaluation/notes.json', 'evaluation/bounds/mine.txt', 'my-thesis.tex'];

test('results of every kind are, by their names, and what else lies there stays', () => {
  const path = folderWith(Object.fromEntries([...OURS, ...OTHERS].map((file) => [file, '{}'])));
  const folder = new RunFolder(path);
  const names = () => runFiles(folder).map((file) => relative(path, file));
  expect(names().sort()).toEqual([...OURS].sort());
  removeRun(folder);
  expect(names()).toEqual([]);
  const left = runFiles(new RunFolder(path));
  expect(left).toEqual([]);
});
