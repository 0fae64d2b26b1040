/**
 * An attack on another function than the network's is noticed before it searches.
 *
 * @module
 */
import { afterAll, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../../data/index.js';
import { tidy, type Tensor } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { Module } from '../../nn/index.js';
import { faithfulBackend, requireFaithful } from './faithful-backend.js';

leavesNothingAlive();

/** With more than one channel: else both layouts are the same. */
const options = { channels: 3, resolution: 8, width: 4, hidden: 16, classes: 4 };
const inner = createModel({ architecture: 'small-cnn', options }, 1).eval();
const bytes = Uint8Array.from({ length: 4 * 3 * 64 }, (_, i) => (i * 40503) % 256);
const split = makeSplit('test', bytes, new Uint8Array(4), [3, 8, 8], 4);
afterAll(() => {
  disposeSplit(split);
  inner.dispose();
});

/** Computes something else where images lie channels last. */
class Particular extends Module {
  override forward(images: Tensor): Tensor {
    return tidy(() => {
      const logits = inner.forward(images);
      return images.isContiguous() ? logits : logits.mul(1.1);
    });
  }
}

const positions = [0, 1, 2, 3];

test('a backend that computes what the network does is kept, without a word', () => {
  const said: string[] = [];
  for (const backend of ['plain', 'channels-last', 'winograd'] as const)
    expect(faithfulBackend(inner, split, positions, backend, (text) => said.push(text))).toBe(backend);
  // Whose logits are rounded to eight bits in every layer.
  for (const backend of ['winograd', 'bfloat16'] as const) requireFaithful(inner, split, positions, backend);
  expect(said).toEqual([]);
});

test('one that does not is given up for the plain one, and whoever asks for it is told', () => {
  const model = new Particular().eval();
  const said: string[] = [];
  expect(faithfulBackend(model, split, positions, 'channels-last', (text) => said.push(text))).toBe('plain');
  expect(said).toEqual([
    expect.stringMatching(
      /^the backend channels-last gives logits that differ from the network's by 10 % of the largest/,
    ),
  ]);
  expect(failureOf(() => requireFaithful(model, split, positions, 'channels-last'))).toMatchObject({
    code: 'ARGUMENT',
    message: expect.stringMatching(
      /received channels-last, whose logits differ by 10 %.*; take --backend plain$/,
    ) as string,
  });
  requireFaithful(model, split, positions, 'plain');
});
