/**
 * Recipes: what they fill in, what they refuse, and what the refusal says.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { failureOf } from '../../test/support/failure.js';
import { folderWith } from '../../test/support/folders.js';
import { attackOf } from '../attacks/index.js';
import { SaddlepointError } from '../engine/index.js';
import { nearest } from '../engine/nearest.js';
import { confidenceOf } from '../evaluation/index.js';
import { checkEvaluation, checkRecipe, METHODS, readRecipe, recipeText } from './index.js';
import { recipeContent } from './made-up.test-helper.js';

/** The content of a recipe with one value at a dotted path replaced; undefined removes it. */
function changed(path: string, value: unknown, method: 'standard' | 'adversarial' = 'adversarial'): unknown {
  const content = structuredClone(recipeContent(method));
  const parts = path.split('.');
  const last = parts.pop()!;
  const place = parts.reduce((node, part) => (node[part] ??= {}) as Record<string, unknown>, content);
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return content;
}

function fileWith(text: string): string {
  return join(folderWith({ 'recipe.yaml': text }), 'recipe.yaml');
}

describe('a recipe', () => {
  test('gets the defaults for what it leaves out', () => {
    const content = recipeContent('standard');
    const recipe = checkRecipe({
      ...content,
      dataset: { name: 'fashion-mnist' },
      model: { architecture: 'small-cnn' },
    });
    expect(recipe.seed).toBe(1);
    expect(recipe.dataset.validation).toBe(1000);
    expect(recipe.model.options).toEqual({ channels: 1, resolution: 28, width: 32, hidden: 256, classes: 10 });
    expect(recipe.optimizer).toEqual({ momentum: 0.9, nesterov: true, weightDecay: 0.0005, decayVectors: true });
    expect(recipe.training).toMatchObject({ method: 'standard', epochs: 3, batchSize: 8, labelSmoothing: 0 });
    const { attack, restarts, curve } = recipe.evaluation;
    expect(attack).toEqual({ name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 2 });
    expect([restarts, curve]).toEqual([1, []]);
  });

  test.each([
    ['8/255', 8 / 255],
    [' 8 / 255 ', 8 / 255],
    ['0.03', 0.03],
    [0.03, 0.03],
    ['1.5/255', 1.5 / 255],
  ])('takes the budget %j', (text, value) => {
    const recipe = checkRecipe(changed('evaluation.attack.epsilon', text));
    expect(recipe.evaluation.attack.epsilon).toBe(value);
    expect(checkRecipe(changed('evaluation.curve', [text, 0.2])).evaluation.curve).toEqual([value, 0.2]);
  });

  test('written out and read again is the same', () => {
    for (const method of ['standard', 'adversarial'] as const) {
      const recipe = checkRecipe(recipeContent(method));
      expect(readRecipe(fileWith(recipeText(recipe)))).toEqual(recipe);
    }
  });

  test('overrides change single values, nested ones and ones that were not there', () => {
    const path = fileWith(recipeText(checkRecipe(recipeContent('adversarial'))));
    const recipe = readRecipe(path, [
      'seed=7',
      'training.attack.epsilon=8/255',
      'evaluation.curve=[0.1, 2/255]',
      'optimizer.nesterov=false',
    ]);
    expect(recipe.seed).toBe(7);
    expect(recipe.training).toMatchObject({ attack: { epsilon: 8 / 255 } });
    expect(recipe.evaluation.curve).toEqual([0.1, 2 / 255]);
    expect(recipe.optimizer.nesterov).toBe(false);
  });
});

test('confident errors are sought by PGD unless the recipe names AutoAttack, and stay written as they were', () => {
  const evaluation = (confidence: unknown) => checkRecipe(changed('evaluation.confidence', confidence)).evaluation;
  expect(confidenceOf(evaluation(undefined))).toBeUndefined();
  expect(confidenceOf(evaluation(0))).toBeUndefined();
  expect(confidenceOf(evaluation(500))).toEqual({ examples: 500, attack: 'pgd' });
  expect(confidenceOf(evaluation({ examples: 500 }))).toEqual({ examples: 500, attack: 'pgd' });
  const autoattack = { examples: 500, attack: 'autoattack', steps: 100 };
  expect(confidenceOf(evaluation(autoattack))).toEqual(autoattack);
  // The text of a recipe decides whether a stopped run may go on.
  expect(evaluation(500).confidence).toBe(500);
});

describe('the recipes we ship', () => {
  const folder = fileURLToPath(new URL('../../recipes/', import.meta.url)); // a path may have spaces in it
  const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.yaml') && !name.startsWith('comparisons'),
  );

  test.each(shipped)('%s is sound', (name) => {
    expect(readRecipe(join(folder, name)).seed).toBeGreaterThanOrEqual(0);
  });

  test('every method has one, for each data set or for one', () => {
    const methods = shipped.map((name) => readRecipe(join(folder, name)).training.method);
    expect(METHODS.names.filter((name) => !methods.includes(name))).toEqual([]);
  });

  test("the demo's two differ in training alone, and there only by the attack", () => {
    const [standard, adversarial] = ['standard', 'adversarial'].map((name) =>
      readRecipe(join(folder, 'fashion-mnist', `${name}.yaml`)),
    );
    expect({ ...standard, training: null }).toEqual({ ...adversarial, training: null });
    const { attack, ...rest } = adversarial!.training as Record<string, unknown>;
    expect({ ...rest, method: 'standard' }).toMatchObject(standard!.training);
    expect(attack).toMatchObject({ epsilon: 0.1 });
  });
});

const refused: Record<string, [content: unknown, message: RegExp]> = {
  'an unknown key at the top': [changed('sede', 1), /unknown key `sede`, did you mean `seed`\?/],
  'an unknown key below': [
    changed('dataset.validaton', 5),
    /dataset: unknown key `validaton`, did you mean `validation`\?/,
  ],
  'an unknown key of a training method': [
    changed('training.epoch', 5),
    /training: unknown key `epoch`, did you mean `epochs`\?/,
  ],
  'an unknown key of an attack': [
    changed('training.attack.stpes', 5),
    /training\.attack: unknown key `stpes`, did you mean `steps`\?/,
  ],
  'an unknown option of a model': [
    changed('model.options.widht', 5),
    /model\.options: unknown key `widht`, did you mean `width`\?/,
  ],
  "another attack's option": [
    changed('training.attack.rho', 0.5),
    /training\.attack: unknown key `rho`, which is an option of apgd/,
  ],
  'a key like no other': [changed('quetzalcoatl', 5), /unknown key `quetzalcoatl`$/],
  'several at once': [
    { ...recipeContent(), sede: 1, evalation: 2 },
    /has 2 problems:\n.*`sede`, did you mean `seed`\?\n.*`evalation`, did you mean `evaluation`\?/,
  ],
  'an attack in standard training': [
    changed('training.attack', { epsilon: 0.1, steps: 1 }, 'standard'),
    /training: unknown key `attack`/,
  ],
  'no training': [changed('training', undefined), /training: .*received nothing/],
  'no epsilon': [changed('training.attack.epsilon', undefined), /training\.attack\.epsilon: .*received nothing/],
  'an unknown method': [
    changed('training.method', 'adverserial'),
    /training\.method: expected standard, adversarial, trades, .* or [\w-]+, received "adverserial"; did you mean `adversarial`\?/,
  ],
  'an unknown norm': [
    changed('evaluation.attack.norm', 'linff'),
    /evaluation\.attack\.norm: .*received "linff"; did you mean `linf`\?/,
  ],
  'a union of a norm that has no budget': [
    changed('evaluation.attack.norm', 'linf:8/255+l0:3'),
    /evaluation\.attack\.norm: linf:8\/255\+l0:3: expected a union such as .*, of norms of linf, l2, l1, received "l0"/,
  ],
  'an unknown schedule': [changed('schedule.name', 'one-cicle'), /received "one-cicle"; did you mean `one-cycle`\?/],
  'an unknown architecture': [
    changed('model.architecture', 'small-cn'),
    /model\.architecture: .*received "small-cn"; did you mean `small-cnn`\?/,
  ],
  'an unknown data set': [changed('dataset.name', 'fashion-minst'), /dataset\.name: .*received "fashion-minst"/],
  'a negative number of epochs': [changed('training.epochs', -1), /training\.epochs: .*received -1/],
  'half an example': [changed('training.batchSize', 12.5), /training\.batchSize: .*received 12\.5/],
  'no steps': [changed('training.attack.steps', 0), /training\.attack\.steps: .*received 0/],
  'text for a number': [changed('schedule.rate', 'fast'), /schedule\.rate: .*received "fast"/],
  'a momentum of one': [changed('optimizer.momentum', 1), /optimizer\.momentum: .*received 1/],
  'a budget of zero': [changed('training.attack.epsilon', '0/255'), /training\.attack\.epsilon: .*received "0\/255"/],
  'a budget over zero': [changed('training.attack.epsilon', '8/0'), /training\.attack\.epsilon: .*received "8\/0"/],
  'a negative budget': [changed('training.attack.epsilon', -0.1), /training\.attack\.epsilon: .*received -0\.1/],
  'a budget with a backslash': [
    changed('training.attack.epsilon', '8\\255'),
    /expected a positive number or a fraction such as 8\/255, received "8\\\\255"/,
  ],
  'images that do not halve twice': [
    changed('model.options.resolution', 30),
    /model\.options\.resolution: .*multiple of 4, received 30/,
  ],
  'a negative number of confident errors': [
    changed('evaluation.confidence', -1),
    /evaluation\.confidence: .*received -1/,
  ],
  'half an image for confident errors': [
    changed('evaluation.confidence', 1.5),
    /evaluation\.confidence: .*received 1\.5/,
  ],
  'text for confident errors': [
    changed('evaluation.confidence', 'all'),
    /evaluation\.confidence: expected a whole number of test images, or `examples` with an `attack`, received "all"/,
  ],
  'an unknown attack for confident errors': [
    changed('evaluation.confidence', { examples: 5, attack: 'autoatack' }),
    /evaluation\.confidence\.attack: .*received "autoatack"; did you mean `autoattack`\?/,
  ],
  'no number of confident errors': [
    changed('evaluation.confidence', { attack: 'autoattack' }),
    /evaluation\.confidence\.examples: .*received nothing/,
  ],
  'an unknown key for confident errors': [
    changed('evaluation.confidence', { examples: 5, step: 3 }),
    /evaluation\.confidence: unknown key `step`, did you mean `steps`\?/,
  ],
  'steps of an attack that has its own': [
    changed('evaluation.confidence', { examples: 5, steps: 3 }),
    /evaluation\.confidence: expected steps, restarts and queries with attack: autoattack only/,
  ],
  'an unknown initialization': [
    changed('training.attack.initialization', 'radail'),
    /training\.attack\.initialization: .*received "radail"; did you mean `radial`\?/,
  ],
  'a list': [
    [1, 2],
    /expected a mapping with the keys dataset, model, training, schedule and evaluation, received \[1,2\]/,
  ],
  nothing: [null, /expected a mapping with the keys .*, received no value/],
};

describe('refused with code RECIPE, the place, and the nearest word', () => {
  test.each(Object.entries(refused))('%s', (_, [content, message]) => {
    const failure = failureOf(() => checkRecipe(content, 'my.yaml'));
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^my\.yaml(: [^\n]+| has \d+ problems:(\n {2}[^\n]+)+)$/);
    expect(failure.code).toBe('RECIPE');
  });

  test('a missing file, a folder, and text that is not YAML', () => {
    for (const [path, message] of [
      ['/nowhere/recipe.yaml', /cannot be read: ENOENT/],
      [tmpdir(), /cannot be read: expected a file, received a folder/],
      [fileWith('a: [1'), /is not YAML/],
    ] as const) {
      const failure = failureOf(() => readRecipe(path));
      expect(failure.message).toMatch(message);
      expect(failure.message).toContain(path);
      expect(failure.code).toBe('RECIPE');
    }
  });

  test('an empty file, with overrides or without', () => {
    for (const overrides of [[], ['training.epochs=2']]) {
      expect(failureOf(() => readRecipe(fileWith(''), overrides)).message).toMatch(/dataset: .*received nothing/);
    }
    expect(failureOf(() => readRecipe(fileWith('just text'), ['seed=1'])).message).toMatch(
      /expected a mapping .*, received "just text"/,
    );
  });

  test.each([
    ['seed', /of the form key=value, e\.g\. training\.epochs=2, received "seed"/],
    ['=1', /of the form key=value/],
    ['seed=[1', /the override "seed=\[1" is not YAML/],
    ['sede=1', /unknown key `sede`, did you mean `seed`\?/],
    ['__proto__.x=1', /./],
  ])('the override %s', (override, message) => {
    const path = fileWith(recipeText(checkRecipe(recipeContent())));
    const failure = failureOf(() => {
      readRecipe(path, [override]);
      // A prototype is nobody's to change: nothing may have come of it.
      throw new SaddlepointError('RECIPE', Object.keys(Object.getPrototypeOf({}) as object).join() || 'harmless');
    });
    expect(failure.code).toBe('RECIPE');
    expect(failure.message).toMatch(message);
    expect('x' in {}).toBe(false);
  });
});

describe('checkEvaluation', () => {
  test('takes a data set and an evaluation, and refuses a budget that is missing', () => {
    const attack = { epsilon: '8/255', steps: 10 };
    expect(checkEvaluation({ dataset: 'fashion-mnist', evaluation: { attack } }).evaluation.examples).toBe(1000);
    const failure = failureOf(() =>
      checkEvaluation({ dataset: 'fashion-mnist', evaluation: { attack: { steps: 1 } } }),
    );
    expect(failure.message).toMatch(/the evaluation: evaluation\.attack\.epsilon: .*received nothing/);
  });
});

test('every key of a recipe with one letter missing is nearest to itself', () => {
  const keys = Object.keys(parse(recipeText(checkRecipe(recipeContent()))) as object);
  for (const key of keys) expect(nearest(key.slice(0, 2) + key.slice(3), keys)).toBe(key);
});

describe("the article's training attacks", () => {
  const shared = {
    steps: 10,
    initialization: 'radial',
    objective: 'cross-entropy',
    gradient: 'normalized',
    momentum: 0,
    penalty: 0,
    backtrack: false,
    stepDecay: 1,
  };
  test.each([
    [{ norm: 'linf', epsilon: 0.03, stepSize: 0.007 }],
    [{ norm: 'l2', epsilon: 0.5, stepSize: 0.05 }],
    [{ norm: 'l1', epsilon: 10, stepSize: 15, fraction: 0.025 }],
  ])('%j is read, and makes an attack', (attack) => {
    const { training } = checkRecipe(changed('training.attack', { ...shared, ...attack }));
    expect(training.attack).toEqual({ name: 'pgd', ...shared, ...attack });
    expect(attackOf(training.attack!)).toMatchObject({
      epsilon: attack.epsilon,
      stepSize: attack.stepSize,
      steps: 10,
    });
  });

  test('and its evaluation attacks, with momentum and backtracking', () => {
    const attack = {
      norm: 'l2',
      epsilon: 1,
      steps: 1000,
      stepSize: 0.05,
      momentum: 0.9,
      backtrack: true,
      stepDecay: 1.1,
      objective: 'confidence',
      initialization: { choice: ['radial', 'zero'] },
    };
    const { evaluation } = checkRecipe(changed('evaluation.attack', attack));
    expect(attackOf(evaluation.attack)).toMatchObject({
      momentum: 0.9,
      momentumKind: 'average',
      backtrack: true,
      stepDecay: 1.1,
    });
  });
});
