/**
 * Weights of a file in the network that is named: what fits, and what does not.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { writeSafetensors } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { loadForeign } from './open-foreign.js';

leavesNothingAlive();

const layers = (sizes: readonly [number, number], name?: string): ModelDescription => ({
  architecture: 'layers',
  options: { layers: [{ linear: [...sizes], name }] },
});

/** The weights of a layer from 3 features to 2. */
function weights(name?: string): string {
  using model = createModel(layers([3, 2], name), 1);
  const file = join(temporaryFolder(), 'weights.safetensors');
  writeSafetensors(file, model.stateDict());
  return file;
}

test.each([undefined, 'fc', 'linear', 'block1.layer.0'])(
  'weights that fit are loaded, and nothing else stays alive: %s',
  (name) => {
    loadForeign(weights(name), layers([3, 2], name)).dispose();
  },
);

test('what does not fit is told by its shape', () => {
  expect(failureOf(() => loadForeign(weights(), layers([3, 4]))).message).toMatch(/4, 3/);
});

test('a network of far more weights than the file has is refused before it takes memory', () => {
  const failure = failureOf(() => loadForeign(weights(), layers([2 ** 14, 2 ** 14])));
  expect(failure).toMatchObject({
    code: 'CHECKPOINT',
    message: expect.stringMatching(
      /do not fit layers: the network has more than the 67108864 weights there may be/,
    ) as string,
  });
});
