/**
 * The comparisons we ship are sound; what one does is tested through the command line.
 *
 * @module
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, temporaryFolder } from '../../test/support/folders.js';
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

test("a method's own recipe has what is common, and the method's changes after it", () => {
  const folder = folderWith({
    'base.yaml': 'seed: 4',
    'own.yaml': 'seed: 5\ntraining: { epochs: 7, batchSize: 16 }',
    'both.yaml':
      'recipe: base.yaml\ncommon: { training: { batchSize: 32 } }\n' +
      'methods: { A: { recipe: own.yaml }, B: { recipe: own.yaml, training: { batchSize: 64 } } }',
  });
  const shippedRecipe = join(shipped, '../fashion-mnist/adversarial.yaml');
  for (const name of ['base', 'own']) appendFileSync(join(folder, `${name}.yaml`), `\nextends: ${shippedRecipe}\n`);
  const { recipes } = prepareComparison(join(folder, 'both.yaml'), temporaryFolder());
  const [a, b] = recipes.map(({ recipe }) => readRecipe(recipe));
  expect(a).toMatchObject({ seed: 5, training: { epochs: 7, batchSize: 32 } });
  expect(b).toMatchObject({ seed: 5, training: { epochs: 7, batchSize: 64 } });
});
