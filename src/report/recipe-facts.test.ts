import { expect, test } from 'vitest';
import { recipeFacts } from './recipe-facts.js';

test('reads training, architecture and the budget of the attack in training', () => {
  expect(
    recipeFacts(
      'training: { method: adversarial, attack: { norm: linf, epsilon: 8/255 } }\nmodel: { architecture: resnet18 }',
    ),
  ).toEqual({
    training: 'adversarial',
    architecture: 'resnet18',
    trainedEpsilon: 8 / 255,
    trainedNorm: 'linf',
  });
});

test('where the budget changes in the course of the training, reads the last one and the first', () => {
  const budgets = (schedule: string) => {
    const { trainedEpsilon, firstEpsilon } = recipeFacts(
      `training: { method: adversarial, attack: { norm: linf, epsilon: 6/255 }, attackSchedule: ${schedule} }`,
    );
    return [trainedEpsilon, firstEpsilon];
  };
  expect(budgets('[{ from: 0.2, epsilon: 9/255 }, { from: 0.8, epsilon: 10/255 }]')).toEqual([10 / 255, 6 / 255]);
  expect(budgets('[{ from: 0.8, steps: 3 }]')).toEqual([6 / 255, undefined]);
});

test('a standard training has no budget, whatever attack the recipe describes', () => {
  expect(recipeFacts('training: { method: standard, attack: { epsilon: 0.1 } }')).toEqual({ training: 'standard' });
});

test('an earlier recipe is read in its own words', () => {
  expect(recipeFacts('training: { method: normal, attack: { epsilon: 0.1 } }')).toEqual({ training: 'standard' });
});

test('says nothing of what the recipe does not say, and of text that is not YAML', () => {
  expect(recipeFacts('seed: 1')).toEqual({});
  expect(recipeFacts('a: [')).toEqual({});
  expect(recipeFacts('training: { attack: { epsilon: much } }')).toEqual({});
});
