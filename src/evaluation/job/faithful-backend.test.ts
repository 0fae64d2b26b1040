/**
 * An attack on another function than the network's is noticed before it searches.
 *
 * @module
 */
import { afterAll, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../../data/index.js';
import type { Tensor } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { Module, Sequential } from '../../nn/index.js';
import { differenceOf, faithfulBackend, requireFaithful } from './faithful-backend.js';

leavesNothingAlive();

/** Its second convolution is one that Winograd's kernels take. Without biases logits grow as the images do. */
const layers = [
  { conv: [3, 8], kernel: 3, padding: 1, bias: false },
  'relu',
  { conv: [8, 16], kernel: 3, padding: 1, bias: false },
  'relu',
  'flatten',
  { linear: [1024, 4], bias: false },
];
const network = createModel({ architecture: 'layers', options: { layers } }, 1).eval();
const bytes = Uint8Array.from({ length: 4 * 3 * 64 }, (_, i) => (i * 40503) % 256);
const split = makeSplit('test', bytes, new Uint8Array(4), [3, 8, 8], 4);
afterAll(() => {
  disposeSplit(split);
  network.dispose();
});

/** Computes something else where images lie channels last. */
class Particular extends Module {
  readonly #factor: number;

  constructor(factor: number) {
    super();
    this.#factor = factor;
  }

  override forward(images: Tensor): Tensor {
    return images.isContiguous() ? images : images.mul(this.#factor);
  }
}

/** The network with logits that so differ on every backend but the plain one. */
const differingBy = (share: number) => new Sequential(new Particular(1 + share), network).eval();

const positions = [0, 1, 2, 3];

test('a backend that computes what the network does is kept, without a word', () => {
  const said: string[] = [];
  for (const backend of ['plain', 'channels-last', 'winograd'] as const)
    expect(faithfulBackend(network, split, positions, backend, (text) => said.push(text))).toBe(backend);
  requireFaithful(network, split, positions, 'winograd');
  expect(said).toEqual([]);
  // Our own kernels have computed: they round otherwise than LibTorch's.
  const difference = differenceOf(network, split, positions, 'winograd');
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(1e-5);
});

test('one that does not is given up for the plain one, and whoever asks for it is told', () => {
  const model = differingBy(0.05);
  const said: string[] = [];
  expect(faithfulBackend(model, split, positions, 'channels-last', (text) => said.push(text))).toBe('plain');
  expect(said).toEqual([
    expect.stringMatching(
      /^the backend channels-last gives logits that differ from the network's by 5.0 % of the largest/,
    ),
  ]);
  for (const backend of ['channels-last', 'winograd'] as const) {
    expect(failureOf(() => requireFaithful(model, split, positions, backend))).toMatchObject({
      code: 'ARGUMENT',
      message: expect.stringMatching(
        new RegExp(`received ${backend}, whose logits differ by 5.0 %.*; take --backend plain$`),
      ) as string,
    });
  }
  requireFaithful(model, split, positions, 'plain');
});

test('bfloat16, whose logits are rounded to eight bits in every layer, may differ by a tenth and no more', () => {
  requireFaithful(network, split, positions, 'bfloat16');
  requireFaithful(differingBy(0.05), split, positions, 'bfloat16');
  expect(failureOf(() => requireFaithful(differingBy(0.15), split, positions, 'bfloat16'))).toMatchObject({
    code: 'ARGUMENT',
    message: expect.stringMatching(/received bfloat16, whose logits differ by 1[45]/) as string,
  });
});
