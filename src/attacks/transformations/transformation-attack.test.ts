/**
 * Attacks that move pixels give the images, gradients and trajectories of scripts/golden/make_transformations.py, and
 * whoever has their parameters can make the images again.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden, unpack } from '../../../test/support/golden.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { grad, ops, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import {
  attackOf,
  createAttack,
  flow,
  isTransformation,
  Pgd,
  THREAT_MODELS,
  withRestarts,
  type Transformation,
} from '../index.js';
import { int64, Recorder, toyBatch, toyNetwork } from '../toy.test-helper.js';

leavesNothingAlive();

type ApplyCase = { readonly call: 'apply'; readonly norm: string } & Readonly<
  Record<'parameters' | 'output' | 'cotangents' | 'gradient', PackedTensor>
>;
interface AttackCase {
  readonly call: 'attack';
  readonly options: {
    readonly norm: string;
    readonly epsilon: number;
    readonly steps: number;
  };
  readonly seen: readonly PackedTensor[];
}
type NetworkCase = Readonly<Record<'kernel' | 'bias' | 'weight' | 'offset' | 'images' | 'labels', PackedTensor>>;
type RoughnessCase = { readonly call: 'roughness' } & Readonly<
  Record<'parameters' | 'output' | 'gradient', PackedTensor>
>;
const [network, ...cases] = readGolden<unknown>('transformations').cases as [
  NetworkCase,
  ...(ApplyCase | AttackCase | RoughnessCase)[],
];

class SmoothNetwork extends Module {
  override forward(input: Tensor): Tensor {
    const hidden = ops.conv2d(input, unpack(network.kernel), { bias: unpack(network.bias) }).tanh();
    return ops.linear(hidden.flatten({ startDim: 1 }), unpack(network.weight), { bias: unpack(network.offset) });
  }
}

const named = (name: string) => THREAT_MODELS.get(name) as Transformation;
const NAMES = THREAT_MODELS.entries.flatMap(([name, threat]) => (isTransformation(threat) ? [name] : []));

describe('agrees with PyTorch', () => {
  const applied = cases.filter((one): one is ApplyCase => one.call === 'apply');

  test('for every transformation', () => {
    expect(applied.map(({ norm }) => norm)).toEqual(NAMES);
  });

  test.each(applied)('$norm, and the gradient of its parameters', ({ norm, output, cotangents, ...given }) => {
    tidy(() => {
      const parameters = unpack(given.parameters);
      parameters.requiresGrad = true;
      const moved = named(norm).apply(unpack(network.images), parameters);
      expect(moved).toBeAllclose(output, 1e-5);
      expect(grad(moved, [parameters], { gradients: [unpack(cotangents)] })[0]!).toBeAllclose(given.gradient, 1e-4);
    });
  });

  test("a flow's roughness", () => {
    tidy(() => {
      const one = cases.find((each): each is RoughnessCase => each.call === 'roughness')!;
      const parameters = unpack(one.parameters);
      parameters.requiresGrad = true;
      const rough = flow.roughness!(parameters, [2, 7, 8]);
      expect(rough).toBeAllclose(one.output, 1e-5);
      expect(grad(rough.sum(), [parameters])[0]!).toBeAllclose(one.gradient, 1e-5);
    });
  });

  const paths = cases.filter((one): one is AttackCase => one.call === 'attack');

  test.each(paths)('every iterate: $options', ({ options, seen }) => {
    tidy(() => {
      const recorder = new Recorder(new SmoothNetwork());
      const randomness = { stream: new RandomStream('golden'), indices: int64([0, 1, 2]) };
      const attack = attackOf({ name: 'affine', ...options, start: 'zero' });
      attack.run(recorder, unpack(network.images), unpack(network.labels), randomness);
      seen.forEach((image, i) => {
        const expected = unpack(image).toNumbers();
        const apart = recorder.calls[i]!.input.map((value, j) => Math.abs(value - expected[j]!));
        expect(Math.max(...apart)).toBeLessThan(1e-5);
      });
    });
  });
});

describe.each(NAMES)('%s', (norm) => {
  const name = norm === 'flow' ? 'flow' : 'affine';
  const epsilon = 0.3;

  test('parameters of nothing leave the images as they are, to rounding', () => {
    tidy(() => {
      const { images } = toyBatch([0, 1, 2]);
      const still = named(norm).apply(images, ops.zeros([3, named(norm).parameters([2, 6, 6])]));
      expect(Math.max(...still.sub(images).abs().toNumbers())).toBeLessThan(1e-5);
    });
  });

  test.each(['one run', 'restarts'])('%s: the parameters are within epsilon and make the images', (how) => {
    tidy(() => {
      using model = toyNetwork();
      const { images, labels, ...randomness } = toyBatch([...Array(12).keys()]);
      const attack = createAttack({ name, norm, epsilon, steps: 4 });
      const found =
        how === 'restarts'
          ? withRestarts(attack, 3, model, images, labels, randomness)
          : attack.run(model, images, labels, randomness);
      const sizes = found.parameters!.abs().toNumbers();
      expect(Math.max(...sizes)).toBeLessThanOrEqual(epsilon);
      expect(Math.max(...sizes)).toBeGreaterThan(0.9 * epsilon);
      expect(named(norm).apply(images, found.parameters!).equal(found.images)).toBe(true);
    });
  });

  test('finds more errors than there are, and restarts never fewer', () => {
    tidy(() => {
      using model = toyNetwork();
      const { images, ...rest } = toyBatch([...Array(40).keys()]);
      const { labels: _, ...randomness } = rest;
      const labels = model.eval().forward(images).argmax({ dim: 1 }); // right as they are
      const attack = createAttack({ name, norm, epsilon: norm === 'flow' ? 1 : epsilon, steps: 8 });
      const errors = [1, 4].map((restarts) =>
        withRestarts(attack, restarts, model, images, labels, randomness).success.sum().item(),
      ) as [number, number];
      expect(errors[0]).toBeGreaterThan(0);
      expect(errors[1]).toBeGreaterThanOrEqual(errors[0]);
    });
  });

  test('is no budget for attacks that change values', () => {
    expect(() => attackOf({ name: 'pgd', norm, epsilon, steps: 2 })).toThrow(
      `expected an attack that moves pixels (${name}) for ${norm}, received pgd`,
    );
    tidy(() => {
      using model = toyNetwork();
      const { images, labels, ...randomness } = toyBatch([0]);
      const pgd = new Pgd({ norm: named(norm), epsilon, steps: 1 });
      expect(() => pgd.run(model, images, labels, randomness)).toThrow('an attack that moves pixels');
    });
  });
});

test('the grid looks at 775 points, random draws at as many as steps', () => {
  tidy(() => {
    using model = toyNetwork();
    const { images, labels, ...randomness } = toyBatch([0, 1]);
    for (const [search, steps] of [['grid', 775] as const, ['random', 10] as const]) {
      const recorder = new Recorder(model);
      const attack = createAttack({ name: 'affine', norm: 'rotation-translation', epsilon: 1, steps, search });
      attack.run(recorder, images, labels, randomness);
      expect(new Set(recorder.calls.map(({ input }) => input.join())).size).toBe(steps);
    }
  });
});

test('smoothness makes a flow smoother', () => {
  tidy(() => {
    using model = toyNetwork();
    const { images, labels, ...randomness } = toyBatch([...Array(12).keys()]);
    const [rough, smooth] = [0, 1].map((smoothness) => {
      const attack = createAttack({ name: 'flow', epsilon: 1, steps: 20, start: 'zero', smoothness });
      const { parameters } = attack.run(model, images, labels, randomness);
      return flow.roughness!(parameters!, [2, 6, 6]).sum().item();
    }) as [number, number];
    expect(smooth).toBeLessThan(0.7 * rough);
  });
});

test.each([
  ['a scale of nothing', { name: 'affine', epsilon: 1 }, 'below 1'],
  ['more than a quarter turn', { name: 'affine', norm: 'rotation-translation', epsilon: 4 }, 'at most 3'],
  ['a grid over six parameters', { name: 'affine', epsilon: 0.3, search: 'grid' }, 'with rotation-translation only'],
  [
    'a part of the grid',
    { name: 'affine', norm: 'rotation-translation', epsilon: 1, search: 'grid', steps: 10 },
    'expected steps: 775',
  ],
  ['a norm', { name: 'affine', norm: 'linf', epsilon: 0.3 }, 'affine'],
  ['smoothness of a whole image', { name: 'affine', epsilon: 0.3, smoothness: 1 }, 'smoothness'],
] as const)('refuses %s', (_, options, words) => {
  expect(() => createAttack(options)).toThrow(words);
});
