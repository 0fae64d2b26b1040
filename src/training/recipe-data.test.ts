/**
 * The recipe that lies in exported weights comes from whoever made the file.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { ops, SaddlepointError, tidy, writeSafetensors } from '../engine/index.js';
import { recipeOfWeights } from './index.js';

function weightsWith(metadata: Record<string, string>): string {
  const file = join(temporaryFolder(), 'weights.safetensors');
  tidy(() => {
    writeSafetensors(file, new Map([['weight', ops.ones([2])]]), metadata);
  });
  return file;
}

test('weights without one have none', () => {
  expect(recipeOfWeights(weightsWith({}))).toBeUndefined();
  expect(recipeOfWeights('weights.pt')).toBeUndefined();
});

test.each(['training: [', 'training: {}', '*nowhere'])('%j is refused, with the name of the file', (recipe) => {
  const failure = failureOf(() => recipeOfWeights(weightsWith({ recipe })));
  expect(failure).toBeInstanceOf(SaddlepointError);
  expect(failure.message).toMatch(/weights\.safetensors/);
});
