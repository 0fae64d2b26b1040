import { expect, test } from 'vitest';
import { EVALUATION_BACKENDS } from './job/index.js';
import { reducedPrecision } from './reduced-precision.js';

test('of all backends those with rounded factors have a reduced precision', () => {
  expect(EVALUATION_BACKENDS.map((backend) => [backend, reducedPrecision(backend)])).toEqual([
    ['plain', undefined],
    ['channels-last', undefined],
    ['winograd', undefined],
    ['tf32', 'TF32'],
    ['bfloat16', 'bfloat16'],
  ]);
});

test('one that nobody knows is named, and what is not said is not guessed', () => {
  expect([reducedPrecision('float8'), reducedPrecision(undefined)]).toEqual(['float8', undefined]);
});
