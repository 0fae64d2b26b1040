/**
 * What is around a network in a state dict comes off; what is part of it stays.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { unwrapState } from './unwrap.js';

const NETWORK = ['conv1.weight', 'layer1.0.conv1.weight', 'linear.weight'];
const PLANES = { mean: [0.5, 0.25, 0.125], std: [0.25, 0.5, 0.75] };

/** The names of what is left, and the normalisation; a name that ends in a number of those has its values. */
function unwrapped(names: readonly string[], asked?: string) {
  return tidy(() => {
    const value = (name: string): Tensor => {
      const kind = /(mean|std|mu|sigma)$/.exec(name)?.[1];
      if (kind === undefined) return ops.zeros([1]);
      return tensor(kind === 'mean' || kind === 'mu' ? PLANES.mean : PLANES.std).reshape([1, 3, 1, 1]);
    };
    const state = new Map(names.map((name) => [name, value(name)]));
    const { tensors, normalization } = unwrapState('net.pt', state, asked);
    return { names: [...tensors.keys()], normalization };
  });
}
const under = (...prefixes: readonly string[]) => prefixes.flatMap((prefix) => NETWORK.map((name) => prefix + name));

describe('comes off', () => {
  test.each([
    ['nothing', under(''), undefined],
    ['DataParallel', under('module.'), undefined],
    ['the counter of an average', ['n_averaged', ...under('module.')], undefined],
    ['several wrappers', under('module._orig_mod.model.'), undefined],
    ['a normalisation in front', ['0.mean', '0.std', ...under('1.')], PLANES],
    [
      'a normalisation by name in a wrapper',
      ['module.normalize.mean', 'module.normalize.std', ...under('module.model.')],
      PLANES,
    ],
    ['a normalisation beside the layers', ['mu', 'sigma', ...under('')], PLANES],
    [
      "an attacker's copy",
      ['normalizer.new_mean', 'normalizer.new_std', ...under('model.', 'attacker.model.')],
      PLANES,
    ],
    ['an optimizer in a checkpoint of ours', [...under(''), 'optimizer/conv1.weight'], undefined],
    ['a layer in front that left no numbers', under('1.'), 'hidden'],
  ])('%s', (_, names, normalization) => {
    expect(unwrapped(names)).toEqual({ names: NETWORK, normalization });
  });
});

test('the layers of an nn.Sequential are no wrappers', () => {
  const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
  expect(unwrapped(names).names).toEqual(names);
  expect(unwrapped(names.map((name) => `module.${name}`)).names).toEqual(names);
});

test('a single layer keeps its name', () => {
  expect(unwrapped(['fc.weight', 'fc.bias']).names).toEqual(['fc.weight', 'fc.bias']);
});

describe('an average beside the weights in one state dict', () => {
  const both = under('model.', 'ema_model.');

  test('is asked about', () => {
    expect(failureOf(() => unwrapped(both)).message).toMatch(
      /--weights raw takes model, .*; --weights ema takes ema_model/,
    );
  });

  test('is taken by either answer', () => {
    for (const answer of ['ema', 'raw', 'ema_model']) expect(unwrapped(both, answer).names).toEqual(NETWORK);
  });

  test('an answer where there is one network alone is refused, unless it is that', () => {
    expect(failureOf(() => unwrapped(under(''), 'ema')).message).toMatch(/one network alone: expected no --weights/);
    expect(unwrapped(under(''), 'raw').names).toEqual(NETWORK);
  });
});
