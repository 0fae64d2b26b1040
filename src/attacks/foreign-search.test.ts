/**
 * What a search from outside may get wrong is said where it returns.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { tidy, type Tensor } from '../engine/index.js';
import { Attack, crossEntropyObjective, linf, type AttackContext, type AttackResult } from './index.js';
import { toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();

test.each<[string, (images: Tensor) => unknown, RegExp]>([
  ['nothing', () => undefined, /received undefined$/],
  ['the images alone', (images) => images.clone(), /received Tensor\(float32/],
  ['images of another shape', (images) => ({ images: images.flatten(1) }), /received images Tensor\(float32 \[2, /],
  [
    'images of another type',
    (images) => ({ images: images.to({ dtype: 'float64' }) }),
    /received images Tensor\(float64/,
  ],
])('refuses a search that returns %s', (_, result, message) => {
  class Foreign extends Attack {
    override readonly name = 'foreign';
    protected override search({ images }: AttackContext): AttackResult {
      return result(images) as AttackResult;
    }
  }
  tidy(() => {
    using model = toyNetwork();
    const { images, labels, ...randomness } = toyBatch([0, 1]);
    const attack = new Foreign(linf, 0.1, crossEntropyObjective);
    for (const use of [
      () => attack.run(model, images, labels, randomness),
      () => attack.perturb(model, images, labels, randomness),
    ]) {
      expect(use).toThrow(/expected the search of foreign to return \{ images \} as float32 \[2, /);
      expect(use).toThrow(message);
    }
  });
});
