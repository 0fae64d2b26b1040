/**
 * All that is wrong with a recipe is said at once: where, what is expected, what was received.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { checkRecipe, METHODS } from './index.js';
import { recipeContent } from './made-up.test-helper.js';

/** What is said of a sound recipe with these parts in place of its own; undefined takes one out. */
function problemsOf(parts: Readonly<Record<string, unknown>>): string[] {
  const content = { ...recipeContent('adversarial'), ...parts };
  const { message } = failureOf(() => checkRecipe(content, 'my.yaml'));
  const [head, ...problems] = message.split('\n  ');
  if (problems.length === 0) return [head!.replace('my.yaml: ', '')];
  expect(head).toBe(`my.yaml has ${problems.length} problems:`);
  return problems;
}

/** As a sentence names them: a, b or c. */
const methods = () => `${METHODS.names.slice(0, -1).join(', ')} or ${METHODS.names.at(-1)!}`;

const training = (changes: object) => ({ ...(recipeContent('adversarial').training as object), ...changes });

describe('what was received', () => {
  test('is nothing where a part is missing, and no value where there is a key alone', () => {
    expect(problemsOf({ schedule: undefined })).toEqual([
      'schedule: expected a mapping with the keys name and rate, received nothing',
    ]);
    expect(problemsOf({ schedule: { name: 'one-cycle', rate: null } })).toEqual([
      'schedule.rate: expected a number, received no value',
    ]);
    expect(problemsOf({ model: null })).toEqual([
      'model: expected a mapping with the key architecture, received no value',
    ]);
    expect(problemsOf({ evaluation: { attack: { epsilon: null, steps: 1 } } })).toEqual([
      'evaluation.attack.epsilon: expected a positive number or a fraction such as 8/255, received no value',
    ]);
  });

  test('is never said twice, nor in the words of a schema', () => {
    for (const key of ['dataset', 'model', 'training', 'schedule', 'evaluation'])
      for (const value of [undefined, null, 5, 'text', [], {}])
        for (const problem of problemsOf({ [key]: value })) {
          expect(problem).not.toMatch(/received .*received|undefined|null|Invalid|Too (small|big)/);
        }
  });

  test('is cut off where it is long', () => {
    expect(problemsOf({ seed: 'x'.repeat(500) })[0]!.length).toBeLessThan(150);
  });
});

describe('what is expected', () => {
  test.each<[string, object, string]>([
    ['a whole number', { batchSize: 0 }, 'training.batchSize: expected a whole number of at least 1, received 0'],
    ['a share', { labelSmoothing: 2 }, 'training.labelSmoothing: expected a number of at most 1, received 2'],
    ['a number above', { epochs: 0 }, 'training.epochs: expected a number above 0, received 0'],
    ['a time', { within: 'soon' }, 'training.within: expected a time such as 90s, 8m or 2h, received "soon"'],
    [
      'one name of several',
      { select: 'bets' },
      'training.select: expected best or last, received "bets"; did you mean `best`?',
    ],
    [
      'one of several kinds',
      { attackSplit: [] },
      'training.attackSplit: expected auto, or a whole number, received []',
    ],
  ])('%s', (_, changes, problem) => {
    expect(problemsOf({ training: training(changes) })).toEqual([problem]);
  });

  test('a list is shown as it is written', () => {
    const options = { normalize: { mean: '0.5,0.4,0.3', std: [1, 1, 1] } };
    expect(problemsOf({ model: { architecture: 'resnet18', options } })).toEqual([
      'model.options.normalize.mean: expected a list, received "0.5,0.4,0.3"; a list is written [0.5,0.4,0.3]',
    ]);
  });

  test('an option of an augmentation is said in the same words', () => {
    expect(problemsOf({ augmentation: [{ name: 'flip', probability: 'often' }, 'flap'] }).join()).not.toMatch(
      /Invalid|Too/,
    );
  });
});

describe('all at once', () => {
  test('of every part', () => {
    const problems = problemsOf({ seed: -1, training: training({ batchSize: 8.5 }), schedule: null, sede: 1 });
    expect(problems.map((problem) => problem.split(/:| key/)[0])).toEqual([
      'seed',
      'training.batchSize',
      'schedule',
      'unknown',
    ]);
  });

  test('behind a misspelt method, those of the method it is nearest to', () => {
    const changes = { method: 'adverserial', attack: { epsilon: 0.1, steps: 0 } };
    expect(problemsOf({ training: training(changes) })).toEqual([
      `training.method: expected ${methods()}, received "adverserial"; did you mean \`adversarial\`?`,
      'training.attack.steps: expected a whole number of at least 1, received 0',
    ]);
  });

  test('behind an unknown method, those that every method has', () => {
    expect(problemsOf({ training: training({ method: 'cleverly', batchSize: 8.5 }) })).toEqual([
      `training.method: expected ${methods()}, received "cleverly". One of your own is known by the module that adds it: --import ./mine.mjs`,
      'training.batchSize: expected a whole number, received 8.5',
    ]);
  });

  test('between parts that are sound, though others are not', () => {
    expect(problemsOf({ seed: -1, training: training({ epochs: undefined }) })).toEqual([
      'seed: expected a whole number of at least 0, received -1',
      'training.epochs: expected a number of epochs, or the time that `within` allows, e.g. within: 8m, received nothing',
    ]);
  });
});

test('a key at the wrong place is sent to where it belongs', () => {
  expect(problemsOf({ batchSize: 5 })).toEqual(['unknown key `batchSize`, did you mean `training.batchSize`?']);
  expect(problemsOf({ model: { architecture: 'resnet18' }, normalize: { mean: [0.5] } })).toEqual([
    'unknown key `normalize`, did you mean `model.options.normalize`?',
  ]);
  expect(problemsOf({ epsilon: 0.1 })).toEqual([
    'unknown key `epsilon`, did you mean `training.attack.epsilon` or `evaluation.attack.epsilon` or ' +
      '`evaluation.distal.epsilon`?',
  ]);
});
