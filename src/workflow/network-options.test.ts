/**
 * What the command line says of a file of weights.
 *
 * @module
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../../test/support/folders.js';
import { askedNetwork, givenOptions } from './network-options.js';

test('nothing said, nothing asked for', () => {
  expect(askedNetwork({})).toEqual({ options: {}, unnormalized: false });
  expect(givenOptions({ set: [] })).toEqual([]);
});

test('options without an architecture, for weights that tell it; what is given is known by its flag', () => {
  const options = { set: ['strideOn=first'], preset: 'mnist', weights: 'ema' };
  expect(askedNetwork(options).options).toEqual({ strideOn: 'first', normalize: { mean: [0.1307], std: [0.3081] } });
  expect(givenOptions(options)).toEqual(['--preset', '--weights', '--set strideOn=first']);
});

test('that there is no normalisation', () => {
  expect(askedNetwork({ preset: 'none' })).toEqual({ options: {}, unnormalized: true });
});

test('an architecture with its options, parts of options by a dot', () => {
  const set = ['width=16', 'normalize.mean=[0.5]', 'normalize.std=[0.25]'];
  expect(askedNetwork({ architecture: 'resnet18', set })).toMatchObject({
    architecture: 'resnet18',
    options: { width: 16, normalize: { mean: [0.5], std: [0.25] } },
  });
});

test('a normalisation by numbers and by name', () => {
  const architecture = 'resnet18';
  const given = { mean: [0.1], std: [0.2] };
  expect(askedNetwork({ architecture, ...given })).toMatchObject({ architecture, options: { normalize: given } });
  expect(askedNetwork({ architecture, preset: 'mnist' })).toMatchObject({
    architecture,
    options: { normalize: { mean: [0.1307], std: [0.3081] } },
  });
});

test('a file of layers: their list, or an object with what else the network has', () => {
  const folder = folderWith({
    'list.yaml': '- relu\n- { linear: [3, 2] }',
    'object.json': '{"layers": ["relu"], "clamp": true}',
  });
  expect(askedNetwork({ architecture: join(folder, 'list.yaml') })).toMatchObject({
    architecture: 'layers',
    options: { layers: ['relu', { linear: [3, 2] }] },
  });
  expect(askedNetwork({ architecture: join(folder, 'object.json'), preset: 'mnist' })).toMatchObject({
    options: { layers: ['relu'], clamp: true, normalize: { std: [0.3081] } },
  });
});

describe('refused in one sentence', () => {
  const textFile = join(folderWith({ 'text.yaml': 'text' }), 'text.yaml');
  test.each<[string, Parameters<typeof askedNetwork>[0], RegExp]>([
    ['a mean alone', { architecture: 'resnet18', mean: [0.1] }, /--mean and --std together, received --mean alone/],
    ['both ways', { architecture: 'resnet18', mean: [0.1], std: [1], preset: 'mnist' }, /received both/],
    ['an unknown preset', { architecture: 'resnet18', preset: 'imagenett' }, /did you mean imagenet\?/],
    ['no value', { architecture: 'resnet18', set: ['width'] }, /key=value/],
    [
      'a value that is not YAML',
      { architecture: 'resnet18', set: ['width=[1'] },
      /the option "width=\[1" is not YAML: .*\n {2}\[1\n {4}\^$/,
    ],
    [
      'a file of plain text',
      { architecture: textFile },
      /expected a list of layers, or a mapping with `layers`, in .*received "text"/,
    ],
    ['a file that is not there', { architecture: 'nowhere.yaml' }, /nowhere\.yaml cannot be read: ENOENT/],
  ])('%s', (_, options, message) => {
    expect(() => askedNetwork(options)).toThrow(message);
  });
});
