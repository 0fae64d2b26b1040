/**
 * Attacks from outside: refused when they are added where no recipe could use them, and when they are made where they
 * are none.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { attackOf, ATTACKS, attackSchema, defineAttack, Pgd } from './index.js';

const mine = defineAttack({
  label: 'mine',
  about: 'PGD by another name',
  norms: ['linf'],
  steps: 3,
  options: {},
  create: (options) => new Pgd({ ...options, stepSize: 0.1 }),
});
const add = (name: string, changed: object) => () => {
  ATTACKS.add(name, { ...mine, ...changed });
};

describe('an attack from outside is refused when it is added', () => {
  test.each([
    [
      'with an option that every attack has',
      { options: { epsilon: z.number() } },
      'expected another name for the option epsilon of mine: in a recipe an attack has name, norm, epsilon, ' +
        'steps in any case',
    ],
    [
      'with a misspelt norm',
      { norms: ['l2', 'linff'] },
      /^expected norms of mine out of linf, .*, received "linff"; did you mean linf\? One of your own is added to THREAT_MODELS first$/,
    ],
    [
      'with no norm',
      { norms: [] },
      "expected norms of mine as a list of norms, 'all' or 'unions', received an array of 0",
    ],
    ['with a norm in place of a list', { norms: 'linf' }, "'all' or 'unions', received \"linf\""],
    ['with half a step', { steps: 0.5 }, 'expected steps of mine as a whole number of at least 1, received 0.5'],
    ['without what makes it', { create: undefined }, 'received one without create'],
  ])('%s', (_, changed, message) => {
    expect(add('mine', changed)).toThrow(message);
    expect(ATTACKS.has('mine')).toBe(false);
  });

  test('by the name of AutoAttack, under which nobody could reach it', () => {
    expect(add('autoattack', {})).toThrow(
      'expected another name for an attack: autoattack is AutoAttack, which is several attacks',
    );
  });
});

test('what comes with the library has the form that is asked of others', () => {
  for (const [name, definition] of ATTACKS.entries) ATTACKS.add(`again-${name}`, definition);
  expect(attackSchema().parse({ name: 'again-pgd', norm: 'l2', epsilon: 1 })).toMatchObject({ norm: 'l2' });
});

test.each([
  ['nothing', null, 'received null'],
  ['a promise', Promise.resolve(), 'received a Promise'],
  ['an object like one', { name: 'mine', run: () => undefined }, 'received an object'],
])('create that returns %s in place of an attack is told so', (what, returned, received) => {
  const name = `made-${what.replaceAll(' ', '-')}`;
  add(name, { create: () => returned })();
  expect(() => attackOf({ name, norm: 'linf', epsilon: 0.1, steps: 1 })).toThrow(
    `expected create of the attack ${name} to return an instance of a class that extends Attack, ${received}`,
  );
});
