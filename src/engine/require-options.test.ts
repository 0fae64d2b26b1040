import { expect, test } from 'vitest';
import { nearest } from './nearest.js';
import { requireOptions } from './require-options.js';

const known = { epsilon: true, steps: true, norm: true } as const;

test('an option that a call does not have is refused with the nearest one', () => {
  requireOptions('attack', { epsilon: 1, norm: undefined }, known);
  expect(() => requireOptions('attack', { nrom: 'l2' }, known)).toThrow(
    'expected no nrom for attack, which has no such option, received it; did you mean norm? It has epsilon, steps, norm',
  );
  expect(() => requireOptions('attack', { colour: 1 }, known)).toThrow('received it. It has epsilon');
});

test.each([undefined, null, 'l2', [1]])('%o is no options', (given) => {
  expect(() => requireOptions('attack', given, known)).toThrow(
    /expected the options of attack as an object out of epsilon, steps, norm, received /,
  );
});

test('a word that is cut short is the one that it begins', () => {
  expect(nearest('eps', ['steps', 'epsilon'])).toBe('epsilon');
  expect(nearest('stepsiz', ['steps', 'stepSize'])).toBe('stepSize');
});
