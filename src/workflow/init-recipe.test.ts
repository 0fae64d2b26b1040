/**
 * The recipe that fits a folder: checked as a recipe, and by what it says of the folder.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createModel } from '../models/index.js';
import { checkRecipe } from '../training/index.js';
import { heldOut, recipeFor, sizeFor } from './init-recipe.js';

const facts = {
  classes: ['circle', 'square', 'triangle'],
  trainImages: 960,
  testImages: 240,
  sizes: [[80, 60] as const],
  notes: ['3 classes: circle 400, square 400, triangle 400'],
};
const choices = { path: 'my photos', size: 56, time: '5m', epsilon: 4 / 255 };

describe('the recipe', () => {
  test('can be trained as it is: a network for this size and number of classes', () => {
    const recipe = checkRecipe(parse(recipeFor(facts, choices)));
    expect(recipe.dataset).toMatchObject({ name: 'folder', path: 'my photos', size: 56, resize: 'cover' });
    expect(recipe.training.within).toBe(300);
    expect(recipe.evaluation).toMatchObject({ examples: 240, autoAttack: { examples: 200, order: 'sampled' } });
    using model = createModel(recipe.model, 1);
    expect(model.stateDict().get('linear.weight')!.shape).toEqual([3, 128]);
  });

  test('looks at every other pixel of images that are larger than those that ResNets for small images are made for', () => {
    const options = (size: number) => checkRecipe(parse(recipeFor(facts, { ...choices, size }))).model.options;
    expect(options(32)).not.toHaveProperty('stem');
    expect(options(64)).toHaveProperty('stem', 'strided');
  });

  test('resizes nothing where all images have the size', () => {
    const { dataset } = checkRecipe(parse(recipeFor({ ...facts, sizes: [[56, 56]] }, choices)));
    expect(dataset).not.toHaveProperty('size');
  });

  test('attacks with budgets in steps of one level, up to twice the one that is asked for', () => {
    const { evaluation } = checkRecipe(parse(recipeFor(facts, choices)));
    expect(evaluation.attack.epsilon).toBeCloseTo(4 / 255, 12);
    expect(evaluation.curve.map((epsilon) => Math.round(255 * epsilon))).toEqual([1, 2, 4, 8]);
  });
});

test('images keep their size up to 64 pixels, in steps of 8', () => {
  expect(sizeFor([[28, 28]])).toBe(24);
  expect(
    sizeFor([
      [40, 48],
      [56, 640],
    ]),
  ).toBe(40);
  expect(sizeFor([[4000, 3000]])).toBe(64);
});

test('a tenth is held out, two of each class at least', () => {
  expect(heldOut(facts)).toBe(96);
  expect(heldOut({ ...facts, trainImages: 30 })).toBe(6);
  expect(heldOut({ ...facts, trainImages: 50_000 })).toBe(1000);
});
