/**
 * A mistake in YAML is shown: its line, and a caret under its column.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { readYaml } from './read-yaml.js';

const refusal = (text: string) => failureOf(() => readYaml(text, 'the recipe my.yaml')).message.split('\n');

test('what is sound is read', () => {
  expect(readYaml('a: [1, 8/255]\nb: { c: yes }', 'x')).toEqual({ a: [1, '8/255'], b: { c: 'yes' } });
  expect(readYaml('', 'x')).toBeNull();
});

test.each([
  ['a list without its end', 'seed: 1\na: [1\nb: 2', /line 3, column 1: /, '  3 | b: 2', '      ^'],
  ['a key twice', 'seed: 1\nb: 1\nb: 2', /line 3, column 1: .*unique/, '  3 | b: 2', '      ^'],
  ['a key in the middle of a line', 'a: 1\nb: c: 2', /line 2, column 4: /, '  2 | b: c: 2', '         ^'],
  ['a tab', 'a:\n\tb: 1', /line 2, column 1: .*[Tt]ab/, '  2 |  b: 1', '      ^'],
])('%s has its line and column', (_, text, head, line, caret) => {
  const [first, ...shown] = refusal(text);
  expect(first).toMatch(/^the recipe my\.yaml is not YAML, /);
  expect(first).toMatch(head);
  expect(shown).toEqual([line, caret]);
});

test('of one line, the caret alone; of a long one, the part about it', () => {
  expect(refusal('[1').slice(1)).toEqual(['  [1', '    ^']);
  const [, line, caret] = refusal(`a: ${'x'.repeat(500)}: 5`);
  expect(line!.length).toBeLessThan(130);
  expect(caret!.length).toBeLessThan(130);
});

test('aliases that would fill the memory are refused', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join()}]`);
  expect(refusal(['l0: &l0 [x]', ...levels].join('\n'))[0]).toMatch(/is not YAML: .*alias/);
});
