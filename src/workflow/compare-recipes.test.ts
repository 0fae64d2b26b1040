/**
 * The comparisons we ship are sound; what one does is tested through the command line.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { readRecipe } from '../training/index.js';
import { prepareComparison } from './compare-recipes.js';

const shipped = fileURLToPath(new URL('../../recipes/comparisons/', import.meta.url));

test.each(readdirSync(shipped))('%s: every method has a recipe of its own, trained by the clock', (name) => {
  const { file, recipes } = prepareComparison(join(shipped, name), temporaryFolder());
  expect(recipes.map(({ method }) => method)).toEqual(Object.keys(file.methods));
  for (const { recipe } of recipes) {
    const { training } = readRecipe(recipe, [`training.within=${file.within!}`, 'training.epochs=null']);
    expect(training).not.toHaveProperty('epochs');
  }
  expect(new Set(recipes.map(({ recipe }) => JSON.stringify(readRecipe(recipe).training))).size).toBe(recipes.length);
});
