/**
 * Where the results of an evaluation go when nobody says.
 *
 * @module
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { projectRoot } from '../engine/index.js';
import { openSubject } from './evaluate-subject.js';

const shipped = join(projectRoot(), 'models', 'cifar10-resnet18-16-linf.safetensors');

function outputFor(path: string, out?: string): string {
  const { output, model } = openSubject(path, { out });
  model.dispose();
  return output;
}

test('of weights that come with the project, into a folder of their own in runs: nothing is written beside them', () => {
  const folder = join('runs', 'zoo', 'cifar10-resnet18-16-linf-36f03008', 'evaluation');
  expect(outputFor(shipped)).toBe(folder);
  expect(outputFor('zoo:cifar10-resnet18-16-linf')).toBe(folder);
});

test('of any other file, beside it; as asked for, there', () => {
  const folder = temporaryFolder();
  const own = join(folder, 'own.safetensors');
  copyFileSync(shipped, own);
  expect(outputFor(own)).toBe(join(folder, 'evaluation'));
  expect(outputFor(shipped, folder)).toBe(folder);
});
