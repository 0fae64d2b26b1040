/**
 * Training methods from outside: refused when they are added where a recipe could not write them, and when they are
 * made where they are none.
 *
 * @module
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../test/support/folders.js';
import { memory } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { saveModel } from './checkpoint.js';
import { createMethod } from './create-step.js';
import { madeUpDataset, madeUpRecipe } from './made-up.test-helper.js';
import { METHODS, type MethodContext } from './methods/index.js';
import { requireMethod } from './require-method.js';

const definition = {
  attacks: true,
  options: {},
  create: () => METHODS.get('adversarial').create({ adversarialRatio: 1 }),
};
const add = (name: string, changed: object) => () => {
  METHODS.add(name, { ...definition, ...changed });
};

describe('a method from outside is refused when it is added', () => {
  test.each(['method', 'epochs', 'attack', 'attackSplit'])('with the option %s, which every method has', (option) => {
    expect(add('mine', { options: { [option]: z.number() } })).toThrow(
      `expected another name for the option ${option} of mine: in a recipe a training method has method, ` +
        'epochs, within,',
    );
  });

  test('where it does not say whether it attacks', () => {
    expect(add('mine', { attacks: 'yes' })).toThrow('expected attacks of mine as true or false, received "yes"');
    expect(METHODS.has('mine')).toBe(false);
  });
});

test('what comes with the library has the form that is asked of others', () => {
  for (const [name, own] of METHODS.entries) METHODS.add(`again-${name}`, own);
  expect(METHODS.get('again-trades')).toBe(METHODS.get('trades'));
});

describe('what create returns', () => {
  test.each([
    ['nothing', null, 'received null'],
    ['a method that says not what it attacks', { loss: () => undefined }, 'received an object without attacked'],
    ['a method without a loss', { attacked: () => 0, loss: 3 }, 'received an object without loss'],
  ])('is refused: %s', (_, made, received) => {
    expect(() => requireMethod('mine', made)).toThrow(
      `expected create of the training method mine to return { attacked, loss }, two functions, ${received}`,
    );
  });

  test('is looked at before a training begins', () => {
    using dataset = madeUpDataset();
    add('nothing', { create: () => null })();
    const recipe = madeUpRecipe('adversarial', { method: 'nothing' });
    expect(() => createMethod(recipe, dataset.train, 10)).toThrow(/create of the training method nothing/);
  });

  test('and where it is none, the networks that it loaded are freed', () => {
    using dataset = madeUpDataset();
    const path = join(temporaryFolder(), 'teacher.safetensors');
    add('learning', { create: (_: object, { loadNetwork }: MethodContext) => ({ teacher: loadNetwork(path) }) })();
    const recipe = madeUpRecipe('adversarial', { method: 'learning' });
    using teacher = createModel(recipe.model, 1);
    saveModel(path, teacher, recipe.model);
    const before = memory().live;
    expect(() => createMethod(recipe, dataset.train, dataset.classes.length)).toThrow(/create of the training method/);
    expect(memory().live).toBe(before);
  });
});
