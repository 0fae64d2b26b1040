/**
 * Recipes based on recipes.
 *
 * @module
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { failureOf } from '../../test/support/failure.js';
import { folderWith } from '../../test/support/folders.js';
import { readRecipe } from './index.js';
import { recipeContent } from './made-up.test-helper.js';

/** Reads `own.yaml` out of files beside a sound `base.yaml`. */
function read(own: string, others: Readonly<Record<string, string>> = {}) {
  const base = stringify(recipeContent('adversarial'));
  return readRecipe(join(folderWith({ 'base.yaml': base, 'own.yaml': own, ...others }), 'own.yaml'));
}

test("a recipe in an earlier version's words is read, with a warning", () => {
  const folder = folderWith({ 'own.yaml': stringify(recipeContent('standard')) });
  const warnings: string[] = [];
  const overrides = ['training.method=normal', 'evaluation.autoAttack.examples=9', 'evaluation.autoAttack.order=lazy'];
  const { training, evaluation } = readRecipe(join(folder, 'own.yaml'), overrides, (warning) => warnings.push(warning));
  expect([training.method, evaluation.autoAttack?.order]).toEqual(['standard', 'sampled']);
  expect(warnings).toEqual([
    expect.stringMatching(/^--set training\.method=normal: training\.method: normal is now called standard$/),
    expect.stringMatching(/order: lazy is now called sampled/),
  ]);
});

test("of earlier and today's words what is written last counts, in files and in overrides", () => {
  const earlier = { 'earlier.yaml': stringify({ extends: 'base.yaml', training: { memoryFormat: 'winograd' } }) };
  expect(read('extends: earlier.yaml', earlier).training.backend).toBe('winograd');
  expect(read('extends: earlier.yaml\ntraining: { backend: contiguous }', earlier).training.backend).toBe('contiguous');
  expect(read('extends: base.yaml\ntraining: { memoryFormat: winograd }').training.backend).toBe('winograd');
  const normal = 'extends: base.yaml\ntraining: { method: normal, attack: null, attackNetwork: null }';
  expect(read(normal).training).not.toHaveProperty('attackBackend');
  const set = (...overrides: string[]) => {
    const folder = folderWith({ 'base.yaml': stringify(recipeContent('adversarial')), ...earlier });
    return readRecipe(join(folder, 'earlier.yaml'), overrides).training;
  };
  expect(set('training.backend=contiguous').backend).toBe('contiguous');
  expect(set('training.memoryFormat=channels-last').backend).toBe('channels-last');
  expect(set('training.attackNetwork=null').attackBackend).toBe('auto');
});

test('an override of null makes nothing that was not there', () => {
  const folder = folderWith({ 'own.yaml': stringify(recipeContent('standard')) });
  expect(readRecipe(join(folder, 'own.yaml'), ['evaluation.autoAttack.order=null']).evaluation).not.toHaveProperty(
    'autoAttack',
  );
});

test('an override of null takes a key out', () => {
  const folder = folderWith({ 'own.yaml': stringify(recipeContent('standard')) });
  const { training } = readRecipe(join(folder, 'own.yaml'), ['training.within=8m', 'training.epochs=null']);
  expect(training).toMatchObject({ within: 480 });
  expect(training).not.toHaveProperty('epochs');
});

describe('a recipe that extends another', () => {
  test('has its content, but for what it says itself, to any depth', () => {
    const base = read('extends: base.yaml');
    const own = read('extends: base.yaml\ntraining: { attack: { steps: 7 } }\nseed: 5');
    expect(own).toEqual({
      ...base,
      seed: 5,
      training: { ...base.training, attack: { ...(base.training as { attack: object }).attack, steps: 7 } },
    });
  });

  test('replaces lists, and takes out what it sets to null', () => {
    const own = read(
      'extends: base.yaml\nevaluation: { curve: [0.2] }\ntraining: { method: standard, attack: null, attackBackend: null }',
    );
    expect(own.evaluation.curve).toEqual([0.2]);
    expect(own.training).toMatchObject({ method: 'standard', batchSize: 8 });
    expect(own.training).not.toHaveProperty('attack');
  });

  test('may extend one that extends another, each relative to itself', () => {
    const own = read('extends: folder/middle.yaml\nseed: 3', {
      'folder/middle.yaml': 'extends: ../base.yaml\nseed: 2',
    });
    expect(own.seed).toBe(3);
    expect(own.training.epochs).toBe(3);
  });

  test('may extend one by its whole path', () => {
    const base = join(folderWith({ 'base.yaml': stringify(recipeContent('adversarial')) }), 'base.yaml');
    expect(read(`extends: ${base}\nseed: 3`).seed).toBe(3);
  });

  test.each([
    ['a file that is not there', 'extends: nowhere.yaml', /nowhere\.yaml cannot be read/],
    ['itself', 'extends: own.yaml', /extends itself/],
    ['no file', 'extends: [base.yaml]', /expected a file for `extends`, received \["base\.yaml"\]/],
    ['a base, with a misspelt key', 'extends: base.yaml\nsede: 1', /unknown key `sede`, did you mean `seed`\?/],
    [
      'a device',
      `extends: ${'../'.repeat(12)}dev/zero`,
      /dev\/zero cannot be read: expected a file, received a folder, a pipe or a device/,
    ],
    [
      'a file too long for a recipe',
      'extends: long.yaml',
      /long\.yaml cannot be read: it has 65538 bytes, expected at most 65536/,
    ],
  ])('refuses %s', (_, text, message) => {
    const failure = failureOf(() => read(text, { 'long.yaml': `# ${'x'.repeat(2 ** 16)}` }));
    expect(failure.code).toBe('RECIPE');
    expect(failure.message).toMatch(message);
  });
});

test('a chain of recipes has an end', () => {
  const links = Array.from({ length: 40 }, (_, i) => [`${i}.yaml`, `extends: ${i + 1}.yaml`] as const);
  expect(failureOf(() => read('extends: 0.yaml', Object.fromEntries(links))).message).toMatch(
    /is based on more than 32 others/,
  );
});

test('the best weights cannot be chosen without held-out images', () => {
  const failure = failureOf(() => read('extends: base.yaml\ndataset: { validation: 0 }'));
  expect(failure.message).toMatch(/set dataset\.validation above 0, or training\.select to last, received 0/);
  expect(read('extends: base.yaml\ndataset: { validation: 0 }\ntraining: { select: last }').dataset.validation).toBe(0);
});
