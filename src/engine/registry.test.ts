/**
 * Parts by name.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fromRegistries, Registry } from './registry.js';

test('a part is found by its name, and a misspelt name is answered with the nearest', () => {
  const numbers = new Registry('a number', { one: 1, two: 2 });
  expect(numbers.get('two')).toBe(2);
  expect(numbers.names).toEqual(['one', 'two']);
  expect(() => numbers.get('tow')).toThrow('expected a number out of one, two, received "tow"; did you mean two?');
  expect(() => numbers.get('constructor')).toThrow('expected a number out of one, two');
});

test('what is added is there for all, once', () => {
  const numbers = new Registry<number>('a number', { one: 1 });
  numbers.add('three', 3);
  expect(numbers.get('three')).toBe(3);
  expect(() => {
    numbers.add('three', 4);
  }).toThrow('expected a new name for a number: three is there already');
  expect(() => {
    numbers.add('Four!', 4);
  }).toThrow('expected a name for a number of small letters, digits and hyphens, received "Four!"');
});

test('what is made from registries is made anew after an addition, and not before', () => {
  const numbers = new Registry<number>('a number', { one: 1 });
  const names = fromRegistries(() => numbers.names);
  expect(names()).toBe(names());
  numbers.add('two', 2);
  expect(names()).toEqual(['one', 'two']);
});

test('a part that lacks something, or describes its options to another zod, is refused at once', () => {
  interface Part {
    readonly create: () => number;
    readonly options: Readonly<Record<string, unknown>>;
  }
  const parts = new Registry<Part>(
    'a part',
    {},
    {
      keys: { create: 'a function', options: 'options' },
      commonKeys: () => ['name', 'size'],
      taken: { all: 'every part there is' },
      problem: (name, { create }) => (create.length > 0 ? `expected create of ${name} without parameters` : undefined),
    },
  );
  const add = (part: unknown) => () => {
    parts.add('mine', part as Part);
  };
  expect(add({ options: {} })).toThrow('expected a part mine with create, options, received one without create');
  expect(add(undefined)).toThrow('received undefined without create, options');
  expect(add({ crate: () => 1, options: {} })).toThrow('did you mean create where it has crate?');
  expect(add({ create: () => 1, options: { length: { _def: {} } } })).toThrow(
    /^expected the option length of mine as a schema of zod 4, as `z` of saddlepoint makes them, received/,
  );
  expect(add({ create: 1, options: z.object({}) })).toThrow(
    'expected create of mine as a function, received 1; ' +
      'expected options of mine as schemas by the names of the options, { } for none, received a ZodObject',
  );
  expect(add({ create: () => 1, options: { size: z.number() } })).toThrow(
    'expected another name for the option size of mine: in a recipe a part has name, size in any case',
  );
  expect(add({ create: (one: number) => one, options: {} })).toThrow('expected create of mine without parameters');
  expect(() => {
    parts.add('all', { create: () => 1, options: {} });
  }).toThrow('expected another name for a part: all is every part there is');
  expect(parts.names).toEqual([]);
  add({ create: () => 1, options: { length: z.number() } })();
  expect(parts.names).toEqual(['mine']);
});
