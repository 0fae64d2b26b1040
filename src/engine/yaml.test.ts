/**
 * YAML from elsewhere: what it means, or one error, and nothing on the terminal.
 *
 * @module
 */
import { expect, test, vi } from 'vitest';
import { parseYaml } from './yaml.js';

test('says what it means', () => {
  expect(parseYaml('a: [1, 2/255]')).toEqual({ a: [1, '2/255'] });
  expect(parseYaml('')).toBeNull();
});

test('what the parser has doubts about is not printed past the command line', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    expect(() => parseYaml('training:\n  *ethod: adversarial')).toThrow();
    expect(parseYaml('&a: 1')).toBeDefined();
    expect(warned).not.toHaveBeenCalled();
  } finally {
    warned.mockRestore();
  }
});

test.each(['[', '*nowhere', '&a [*a, *a', '"\\u12"', '{a: 1, a: 2}'])('%j is refused', (text) => {
  expect(() => parseYaml(text)).toThrow();
});

test.each(['[', '{', '- ', '? ', '{a: ', '[[a]: ', '- {', 'a:\n '])(
  '%j without end is refused: it would exhaust the stack',
  (part) => {
    expect(() => parseYaml(part.repeat(2 ** 13))).toThrow();
  },
);

test('what is nested as deeply as a person would is read', () => {
  expect(JSON.stringify(parseYaml(`${'['.repeat(50)}${']'.repeat(50)}`))).toHaveLength(100);
});

test('what is longer than any recipe or list of layers is not parsed', () => {
  expect(() => parseYaml(`# ${'a'.repeat(2 ** 20)}`)).toThrow(/expected at most 1048576 characters, received 1048578/);
});

test('says where the first mistake is, and takes no time for each of the others', () => {
  expect(() => parseYaml(`a: 1\nb: [1]${'{'.repeat(2 ** 17)}`)).toThrow(
    /^Unexpected flow-map-start .*at line 2, column 7$/,
  );
}, 20_000);
