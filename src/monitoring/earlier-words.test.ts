import { expect, test } from 'vitest';
import { inTodaysWords, orderInTodaysWords } from './earlier-words.js';

test('a recipe in earlier words is the same recipe in those of today, with a warning each', () => {
  const earlier = {
    seed: 1,
    training: { method: 'normal', epochs: 2 },
    evaluation: { autoAttack: { examples: 9, order: 'lazy' } },
  };
  const copy = structuredClone(earlier);
  expect(inTodaysWords(earlier)).toEqual({
    content: {
      seed: 1,
      training: { method: 'standard', epochs: 2 },
      evaluation: { autoAttack: { examples: 9, order: 'sampled' } },
    },
    warnings: [
      'training.method: normal is now called standard',
      'evaluation.autoAttack.order: lazy is now called sampled',
    ],
  });
  expect(earlier).toEqual(copy);
});

test('anything else stays as it is', () => {
  for (const content of [
    null,
    'normal',
    [],
    { training: 'normal' },
    { training: { method: ['normal'] } },
    { evaluation: null },
  ])
    expect(inTodaysWords(content)).toEqual({ content, warnings: [] });
  expect(['lazy', 'exact', 'sampled', 'other'].map(orderInTodaysWords)).toEqual([
    'sampled',
    'exact',
    'sampled',
    'other',
  ]);
});
