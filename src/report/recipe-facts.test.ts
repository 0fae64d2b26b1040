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

test('a normal training has no budget, whatever attack the recipe describes', () => {
  expect(recipeFacts('training: { method: normal, attack: { epsilon: 0.1 } }')).toEqual({ training: 'normal' });
});

test('says nothing of what the recipe does not say, and of text that is not YAML', () => {
  expect(recipeFacts('seed: 1')).toEqual({});
  expect(recipeFacts('a: [')).toEqual({});
  expect(recipeFacts('training: { attack: { epsilon: much } }')).toEqual({});
});
