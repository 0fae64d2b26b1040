import { expect, test } from 'vitest';
import { backendInTodaysWords, inTodaysWords, orderInTodaysWords, planInTodaysWords } from './earlier-words.js';

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

test('keys of how a run computes, in recipes, plans and results; the newer one counts where both are there', () => {
  const { content, warnings } = inTodaysWords({
    training: { memoryFormat: 'winograd', attackNetwork: 'plain', backend: 'auto' },
  });
  expect(content).toEqual({ training: { backend: 'auto', attackBackend: 'plain' } });
  expect(warnings).toEqual([
    'training.attackNetwork is now called training.attackBackend',
    'training.memoryFormat is now called training.backend',
  ]);
  expect(planInTodaysWords({ attackNetwork: null, attackSplit: 1, memoryFormat: 'winograd' })).toEqual({
    attackBackend: null,
    attackSplit: 1,
    backend: 'winograd',
  });
  expect(backendInTodaysWords({ form: 'plain' })).toEqual({ backend: 'plain' });
  expect(['text', null, [1]].map(backendInTodaysWords)).toEqual(['text', null, [1]]);
});

test('a key of one method is another one’s own', () => {
  const share = (method: string) => inTodaysWords({ training: { method, fraction: 0.5 } });
  expect(share('adversarial')).toEqual({
    content: { training: { method: 'adversarial', adversarialRatio: 0.5 } },
    warnings: ['training.fraction is now called training.adversarialRatio'],
  });
  expect(share('mine')).toEqual({ content: { training: { method: 'mine', fraction: 0.5 } }, warnings: [] });
});
