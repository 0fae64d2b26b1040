/**
 * What an index may say, and the one sentence that refuses what it may not.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { madeUpNetwork } from './made-up-zoo.test-helper.js';
import { parseZooIndex } from './zoo-index.js';

const network = madeUpNetwork();
const parse = (value: unknown) => parseZooIndex(JSON.stringify(value), 'zoo.json');
const parseWith = (changed: object) => parse({ version: 1, networks: [{ ...network, ...changed }] });

test('networks are read as they are written', () => {
  expect(parse({ version: 1, networks: [network] })).toEqual([network]);
  expect(parse({ version: 1, networks: [] })).toEqual([]);
});

test.each([
  [
    'a later version',
    { version: 2, networks: [], more: true },
    /^expected version 1 of a zoo's index in zoo\.json, received 2: update Saddlepoint/,
  ],
  ['an earlier one that never was', { version: 0, networks: [] }, /^zoo\.json is not the index of a zoo: version:/],
  ['a list', [], /^zoo\.json is not the index of a zoo: Invalid input/],
  ['null', null, /^zoo\.json is not the index of a zoo: /],
  ['two of a name', { version: 1, networks: [network, network] }, /expected every name once, received small twice/],
])('%s is refused', (_, value, message) => {
  expect(failureOf(() => parse(value))).toMatchObject({
    code: 'DATA',
    message: expect.stringMatching(message) as string,
  });
});

test.each([
  ['a source that climbs out', { source: '../../etc/passwd' }, /networks\.0\.source: expected a file below the index/],
  ['one that climbs out further down', { source: 'a/../../b' }, /networks\.0\.source/],
  ['an absolute one', { source: '/etc/passwd' }, /networks\.0\.source/],
  ['one of another system', { source: 'C:\\net.pt' }, /networks\.0\.source/],
  ['a hidden file', { source: '.ssh' }, /networks\.0\.source/],
  ['an address that is not secure', { source: 'http://host/net.pt' }, /networks\.0\.source: .* or an https address/],
  ['a file of this machine', { source: 'file:///etc/passwd' }, /networks\.0\.source/],
  ['a recipe that climbs out', { recipe: '../recipe.yaml' }, /networks\.0\.recipe/],
  ['a name that is a path', { name: '../net' }, /networks\.0\.name: expected small letters/],
  ['a name with markup', { name: '<script>' }, /networks\.0\.name/],
  ['a text that moves the cursor', { about: 'a\u001b[2J' }, /networks\.0\.about: .* without control characters/],
  ['half a hash', { sha256: 'abc' }, /networks\.0\.sha256: expected 64 hexadecimal digits/],
  ['a size below one', { size: 0 }, /networks\.0\.size/],
  ['a budget that is none', { threatModel: { norm: 'linf', epsilon: 'much' } }, /epsilon: expected a budget such as/],
  [
    'an interval beside its error',
    { clean: { error: 0.5, interval: [0, 0.4], examples: 9 } },
    /clean: expected an interval/,
  ],
  [
    'a bound below its error',
    { robust: { ...network.robust, error: 0.5, interval: [0.4, 0.6], order: 'sampled', atMost: 0.3 } },
    /robust: expected atMost of at least the error/,
  ],
  ['a key that nobody knows', { run: 'rm' }, /networks\.0: .*run/],
])('%s is refused', (_, changed, message) => {
  expect(failureOf(() => parseWith(changed))).toMatchObject({
    code: 'DATA',
    message: expect.stringMatching(message) as string,
  });
});

test('of many faults the first three are named, and how many more there are', () => {
  const { message } = failureOf(() => parse({ version: 1, networks: Array(5).fill({ ...network, size: 0 }) }));
  expect(message).toMatch(/networks\.0\.size.*networks\.2\.size.*; and 2 more$/);
});

test('what is no JSON is told as such', () => {
  expect(failureOf(() => parseZooIndex('<html>not found</html>', 'zoo.json')).message).toMatch(
    /^zoo\.json is not the index of a zoo: expected JSON, received 22 other characters/,
  );
});
