/**
 * The list of architectures is that of the schemas which check them.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { ARCHITECTURES, checkModel, listArchitectures, type Architecture } from './index.js';

test('every architecture is listed with every option that its schema takes, and each says what it is', () => {
  const listed = listArchitectures();
  expect(listed.map(({ name }) => name)).toEqual(ARCHITECTURES.names);
  for (const { name, about, options } of listed) {
    expect(options.map((option) => option.name)).toEqual(Object.keys(ARCHITECTURES.get(name).options.shape));
    for (const text of [about, ...options.flatMap(({ values, about: line }) => [values, line])])
      expect(text).not.toBe('');
  }
});

test('a default is what the check fills in', () => {
  // A list of layers has none: there is nothing to fill in before somebody writes it.
  for (const { name, options } of listArchitectures().filter((each) => each.name !== 'layers')) {
    const filled = checkModel({ architecture: name }).options as Readonly<Record<string, unknown>>;
    for (const option of options) expect(filled[option.name]).toEqual(option.default);
  }
});

test('the values of an option are in words', () => {
  const { options } = listArchitectures().find(({ name }) => name === 'wide-resnet')!;
  const valuesOf = (name: string) => options.find((option) => option.name === name)?.values;
  expect(valuesOf('strideOn')).toBe('first, second');
  expect(valuesOf('depth')).toBe('integer from 10');
  expect(valuesOf('dropout')).toBe('number from 0 below 1');
});

test('an unknown option is refused with the nearest and with all there are', () => {
  const { message } = failureOf(() => checkModel({ architecture: 'small-cnn', options: { widht: 3 } }));
  expect(message).toBe(
    'the options of small-cnn: unknown option `widht`, did you mean `width`?; there are channels, resolution, width, hidden, classes',
  );
});

test('an architecture from outside that lacks what is asked of one is refused when it is added', () => {
  const add = (part: unknown) => () => {
    ARCHITECTURES.add('mine', part as Architecture);
  };
  expect(add({})).toThrow('expected an architecture mine with about, options, create, received one without about,');
  expect(add({ about: 'a network', options: {}, create: () => undefined })).toThrow(
    'expected options of mine as a schema of zod 4, `z.object({ … })` with the `z` of saddlepoint, received an object',
  );
  expect(ARCHITECTURES.names).not.toContain('mine');
});
