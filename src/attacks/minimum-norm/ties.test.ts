/**
 * Images whose logits are exactly equal: the network is right because the first of equal logits wins, and the smallest
 * step would change its mind. A search that takes the boundary's distance of nothing for a step of nothing never moves.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { Conv2d, Flatten, initialize, Linear, Normalize, ReLU, Sequential, type Module } from '../../nn/index.js';
import { Ddn, DeepFool, Fab, Fmn, l1, l2, linf, rankedTarget, type MinimumNormAttack, type Norm } from '../index.js';
import { int64, LinearNetwork } from '../toy.test-helper.js';

leavesNothingAlive();

const ATTACKS: Readonly<Record<string, (norm: Norm) => MinimumNormAttack>> = {
  deepfool: (norm) => new DeepFool({ norm, epsilon: 1 }),
  fab: (norm) => new Fab({ norm, epsilon: 1 }),
  'fab towards a class': (norm) => new Fab({ norm, epsilon: 1, targets: rankedTarget(1) }),
  fmn: (norm) => new Fmn({ norm, epsilon: 1 }),
  ddn: (norm) => new Ddn({ norm, epsilon: 1 }),
};
const CASES = [
  ...['deepfool', 'fab', 'fab towards a class', 'fmn'].map((name) => [name, linf] as const),
  ...Object.keys(ATTACKS).map((name) => [name, l2] as const),
  ...['fab', 'fmn'].map((name) => [name, l1] as const),
];

/** The distance at which an attack finds an error. */
function distanceOf(name: string, norm: Norm, network: Module, images: Tensor): number {
  const attack = ATTACKS[name]!(norm);
  return tidy(() => {
    const randomness = { stream: new RandomStream('ties'), indices: int64([0]) };
    return attack.minimum(network, images, int64([0]), randomness).distance.item();
  });
}

describe.each(CASES.map(([name, norm]) => [name, norm.name, norm] as const))('%s %s', (name, _, norm) => {
  test('moves from a tie of two logits', () => {
    tidy(() => {
      using network = new LinearNetwork([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [-1, -1, 0, 0],
      ]);
      const images = tensor([0.5, 0.5, 0.5, 0.5], { shape: [1, 1, 2, 2] });
      expect(distanceOf(name, norm, network, images)).toBeLessThan(0.01);
    });
  });

  test('moves from a grey image where every logit and every gradient is nothing', () => {
    tidy(() => {
      const bias = { bias: false };
      const layers = [
        new Normalize([0.5], [1]),
        new Conv2d(1, 8, { kernelSize: 3, ...bias }),
        new ReLU(),
        new Flatten(),
        new Linear(8 * 9, 3, bias),
      ];
      using network = initialize(new Sequential(...layers), 2);
      const images = tensor(new Float32Array(25).fill(0.5), { shape: [1, 1, 5, 5] });
      expect(distanceOf(name, norm, network, images)).toBeLessThan(norm.name === 'l1' ? 1 : 0.5);
    });
  });
});
