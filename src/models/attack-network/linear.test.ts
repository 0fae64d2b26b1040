/**
 * Linear layers of the attack network in bfloat16: what rows, maps and other inputs give, each example by itself.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { grad, ops, RandomStream, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { Conv2d, Flatten, initialize, Linear, Module, ReLU, Sequential } from '../../nn/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from './index.js';

leavesNothingAlive();

const draw = (name: string, shape: readonly number[]) =>
  tidy(() => new RandomStream('linear', name).uniformTensor(shape).sub(0.5));
const frozen = (model: Module) => new AttackNetwork(model.eval(), FROZEN_BACKENDS.bfloat16);

/** How far the frozen network's answers and image gradients are from the model's, of their size or of one each. */
function distance(model: Module, images: Tensor): readonly [number, number] {
  return tidy(() => {
    const look = (network: Module) => {
      const input = images.detach();
      input.requiresGrad = true;
      const output = network.forward(input);
      const seed = draw('seed', output.shape);
      return [output.detach(), grad(output.mul(seed).sum(), [input])[0]!] as const;
    };
    const [own, other] = [look(model), look(frozen(model))];
    const apart = (place: 0 | 1) =>
      other[place].sub(own[place]).norm().item() / Math.max(own[place].norm().item(), Math.sqrt(own[place].numel()));
    expect(other[0].shape).toEqual(own[0].shape);
    return [apart(0), apart(1)];
  });
}

class Tokens extends Module {
  override forward(input: Tensor): Tensor {
    return input.reshape([input.size(0), -1, 32]);
  }
}
const convolution = (outputs: number) => new Conv2d(3, outputs, { kernelSize: 3, padding: 1 });
const rows = (...layers: Module[]) => new Sequential(new Flatten(), ...layers);
const NETWORKS: readonly (readonly [name: string, make: () => Module, image: readonly number[]])[] = [
  ['rows', () => rows(new Linear(40, 24), new ReLU(), new Linear(24, 3)), [40, 1, 1]],
  ['rows of one value, one output', () => rows(new Linear(1, 1)), [1, 1, 1]],
  ['without a bias', () => rows(new Linear(33, 17, { bias: false })), [33, 1, 1]],
  ['images', () => rows(new Linear(60, 10)), [3, 4, 5]],
  [
    'a map of a convolution',
    () => new Sequential(convolution(8), new ReLU(), new Flatten(), new Linear(160, 10)),
    [3, 4, 5],
  ],
  [
    'a map without ReLU',
    () => new Sequential(convolution(33), new Flatten(), new Linear(66, 10), new ReLU()),
    [3, 2, 1],
  ],
  ['rows of tokens', () => new Sequential(new Tokens(), new Linear(32, 10), new ReLU()), [256, 1, 1]],
];

test.each(
  NETWORKS.flatMap(([name, make, shape]) => [1, 5, 16, 32].map((number) => [name, number, make, shape] as const)),
)('%s, %i of them', (_, number, make, shape) => {
  using model = initialize(make(), 1);
  const images = draw('images', [number, ...shape]);
  const [answers, gradients] = distance(model, images);
  images.dispose();
  expect(answers).toBeLessThan(0.01);
  expect(gradients).toBeLessThan(0.2); // where a sum is next to zero ReLU may fall on either side
});

test.each([
  [100, 3],
  [16, 10],
])(
  'what is infinite in one row, or no number in its gradient, stays there: %i inputs, %i outputs',
  (inputs, outputs) => {
    using model = initialize(rows(new Linear(inputs, outputs)), 1);
    tidy(() => {
      const images = draw('images', [16, inputs, 1, 1]);
      images.select(0, 3).fill_(Infinity);
      images.requiresGrad = true;
      const output = frozen(model).forward(images);
      const seed = draw('seed', [16, outputs]);
      seed.select(0, 5).fill_(NaN);
      const [gradient] = grad(output, [images], { gradients: [seed] });
      const spoiled = (values: Tensor) =>
        values
          .sub(values)
          .isnan()
          .any(1)
          .toNumbers()
          .flatMap((lost, row) => (lost === 1 ? [row] : []));
      expect(spoiled(output.detach())).toEqual([3]);
      expect(spoiled(gradient!)).toEqual([5]);
    });
  },
);

test('an example has the same bits in any batch', () => {
  using model = initialize(rows(new Linear(40, 3)), 1);
  tidy(() => {
    const images = draw('rows', [4096, 40, 1, 1]);
    const whole = frozen(model).forward(images);
    for (const number of [4095, 17, 1])
      expect(
        frozen(model)
          .forward(images.narrow(0, 0, number))
          .equal(whole.narrow(0, 0, number)),
      ).toBe(true);
  });
});

test('features of another number are refused', () => {
  using model = initialize(new Sequential(convolution(8), new Flatten(), new Linear(64, 10)), 1);
  tidy(() => {
    expect(() => frozen(model).forward(ops.zeros([2, 3, 16, 16]))).toThrow(SaddlepointError);
  });
});
