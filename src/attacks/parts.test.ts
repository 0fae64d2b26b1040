/**
 * Initializations, objectives and targets by themselves.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { ops, RandomStream, tensor, tidy, type Tensor } from '../engine/index.js';
import { binaryCrossEntropy, Module } from '../nn/index.js';
import {
  choice,
  attackOf,
  fixedTargets,
  INITIALIZATIONS,
  inSequence,
  NORMS,
  OBJECTIVES,
  Pgd,
  TARGETS,
} from './index.js';
import { ball, box, sequence, type AttackDescription, type Initialization, type NormName } from './index.js';
import { int64, LinearNetwork, toyBatch, toyNetwork } from './toy.test-helper.js';

const stream = new RandomStream('parts');
const indices = () => int64([...Array(300).keys()]);

function draw(initialization: Initialization, norm: NormName, epsilon: number, shape = [3, 8, 8]): Tensor {
  return initialization.perturbation(ops.full([300, ...shape], 0.5), NORMS[norm], epsilon, stream, indices());
}

describe('initializations', () => {
  const all = Object.keys(NORMS).flatMap((norm) =>
    Object.values(INITIALIZATIONS).map(
      (initialization) => [initialization.name, norm as NormName, initialization] as const,
    ),
  );
  test.each(all)('%s in %s: within the ball', (_, norm, initialization) => {
    tidy(() => {
      const epsilon = norm === 'l0' ? 5 : 0.4;
      const sizes = NORMS[norm].magnitude(draw(initialization, norm, epsilon)).toNumbers();
      expect(Math.max(...sizes)).toBeLessThanOrEqual(epsilon * (1 + 1e-5));
      if (initialization.name === 'sphere') expect(Math.min(...sizes)).toBeGreaterThan(epsilon * (1 - 1e-5));
    });
  });

  test('radial: the radius is uniform, and most entries are small, as measured of the article', () => {
    tidy(() => {
      const start = draw(INITIALIZATIONS.radial, 'linf', 1, [3, 32, 32]);
      const radii = NORMS.linf.magnitude(start).toNumbers();
      expect(radii.reduce((sum, value) => sum + value) / 300).toBeCloseTo(0.5, 1);
      expect(start.abs().mean().item()).toBeCloseTo(0.108, 1);
    });
  });

  test('gaussian: standard deviation epsilon / (2 ln D)', () => {
    tidy(() => {
      const start = draw(INITIALIZATIONS.gaussian, 'linf', 1, [3, 32, 32]);
      expect(Math.sqrt(start.square().mean().item())).toBeCloseTo(1 / (2 * Math.log(3072)), 3);
    });
  });

  test('corners: half of epsilon up or down in the maximum norm, each as often', () => {
    tidy(() => {
      const start = draw(INITIALIZATIONS.corners, 'linf', 0.5, [3, 32, 32]);
      expect(start.abs().sub(0.25).abs().amax().item()).toBeLessThan(1e-6);
      expect(Math.abs(start.mean().item())).toBeLessThan(0.01);
    });
  });

  test('choice: every example draws its own, the same in any batch', () => {
    tidy(() => {
      const mixed = choice([INITIALIZATIONS.zero, INITIALIZATIONS.sphere]);
      const sizes = NORMS.l2
        .magnitude(draw(mixed, 'l2', 1))
        .toNumbers()
        .map(Math.round);
      expect(sizes.filter((size) => size === 0).length).toBeGreaterThan(110);
      expect(sizes.filter((size) => size === 1).length).toBeGreaterThan(110);
      const alone = mixed.perturbation(ops.full([1, 3, 8, 8], 0.5), NORMS.l2, 1, stream, int64([7]));
      expect(Math.round(NORMS.l2.magnitude(alone).item())).toBe(sizes[7]);
      expect([mixed.random, choice([INITIALIZATIONS.zero]).random]).toEqual([true, false]);
      expect(() => choice([])).toThrow(/at least one initialization/);
    });
  });

  test('sequence: added, then projected', () => {
    tidy(() => {
      const { zero, sphere } = INITIALIZATIONS;
      const sizes = NORMS.l2.magnitude(draw(inSequence([zero, sphere, sphere]), 'l2', 1)).toNumbers();
      for (const size of sizes) expect(size).toBeCloseTo(1, 5); // two directions make one of length 1.4
      expect(inSequence([zero, zero]).random).toBe(false);
      expect(() => inSequence([])).toThrow(/at least one initialization/);
    });
  });
});

describe('objectives', () => {
  const logits = () => tensor([[2, 1, 0, -1]]);
  const valueOf = (name: keyof typeof OBJECTIVES, values: Tensor, label: number, target?: number) =>
    tidy(() =>
      OBJECTIVES[name].value(values, int64([label]), target === undefined ? undefined : int64([target])).item(),
    );

  test('by hand', () => {
    tidy(() => {
      expect(valueOf('margin', logits(), 0)).toBeCloseTo(-1, 6);
      expect(valueOf('margin', logits(), 3)).toBeCloseTo(3, 6);
      expect(valueOf('wrong-logit', logits(), 0)).toBeCloseTo(1, 6);
      expect(valueOf('dlr', logits(), 0)).toBeCloseTo(-0.5, 6);
      expect(valueOf('dlr', logits(), 2)).toBeCloseTo(1, 6);
      expect(valueOf('targeted-dlr', logits(), 0, 3)).toBeCloseTo(-3 / 2.5, 6);
      expect(valueOf('confidence', logits(), 0)).toBeCloseTo(Math.E / (Math.E ** 2 + Math.E + 1 + 1 / Math.E), 6);
      expect(valueOf('dlr', ops.zeros([1, 4]), 0)).toBe(0);
    });
  });

  test('nuclear: the cross-entropy, and an equal part of the sum of the singular values for each example', () => {
    tidy(() => {
      const clean = ops.zeros([2, 2]);
      const moved = tensor([
        [3, 0],
        [0, 1],
      ]);
      const values = OBJECTIVES.nuclear.value(moved, int64([0, 0]), undefined, clean).toNumbers();
      const change = (4.5 * (3 + 1)) / 2;
      expect(values[0]).toBeCloseTo(Math.log(1 + Math.exp(-3)) + change, 5);
      expect(values[1]).toBeCloseTo(Math.log(1 + Math.exp(1)) + change, 5);
    });
  });

  test.each([
    ['dlr', 2, 3],
    ['targeted-dlr', 3, 4],
  ] as const)('%s refuses %d classes', (name, classes, needed) => {
    tidy(() => {
      const call = () => OBJECTIVES[name].value(ops.zeros([1, classes]), int64([0]), int64([1]));
      expect(call).toThrow(new RegExp(`at least ${needed} classes for the objective ${name}, received ${classes}`));
    });
  });

  test('those that take distributions: each class counts by its share; others are given the largest class', () => {
    tidy(() => {
      const [shares, clean] = [tensor([[0.25, 0, 0.75, 0]]), tensor([[1, 1, 0, 0]])];
      for (const name of ['cross-entropy', 'guided'] as const) {
        const of = (labels: Tensor) => OBJECTIVES[name].value(logits(), labels, undefined, clean).item();
        expect(of(shares)).toBeCloseTo(0.25 * of(int64([0])) + 0.75 * of(int64([2])), 5);
      }
      // In training alone: an evaluation's labels are the right classes.
      const { images, ...randomness } = toyBatch([0, 1]);
      using network = toyNetwork();
      const attack = attackOf({ name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 1 });
      const labels = ops.full([2, 4], 1 / 4);
      expect(attack.perturb(network, images, labels, randomness).shape).toEqual(images.shape);
      expect(() => attack.run(network, images, labels, randomness)).toThrow(/expected labels as int64 \[N\]/);
    });
  });

  test('a targeted one without targets is refused', () => {
    tidy(() => {
      expect(() => OBJECTIVES['targeted-cross-entropy'].value(logits(), int64([0]))).toThrow(/expected target classes/);
    });
  });
});

test('a network with a single logit: cross-entropy is the binary one, and the other objectives know both sides', () => {
  class Single extends Module {
    override forward(input: Tensor): Tensor {
      return input
        .flatten({ startDim: 1 })
        .matmul(tensor([[3], [-2]]))
        .sub(0.4);
    }
  }
  tidy(() => {
    const images = tensor([0.5, 0.5, 0.6, 0.4], { shape: [2, 1, 1, 2] });
    const labels = int64([1, 0]);
    const model = new Single();
    for (const objective of ['cross-entropy', 'confidence', 'wrong-logit', 'margin'] as const) {
      const attack = attackOf({ name: 'bim', norm: 'linf', epsilon: 0.1, steps: 4, objective });
      const result = attack.run(model, images, labels, { stream, indices: int64([0, 1]) });
      // Label 1 stands for a positive logit, so the first goes down by (3, -2) and the second up.
      const expected = [0.4, 0.6, 0.7, 0.3];
      result.images.toNumbers().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      if (objective === 'cross-entropy')
        result.value
          .toNumbers()
          .forEach((value, i) =>
            expect(value).toBeCloseTo(
              binaryCrossEntropy(model.forward(result.images), labels, 'none').toNumbers()[i]!,
              5,
            ),
          );
    }
  });
});

describe('targets', () => {
  test('the least likely wrong class; a random wrong class, each alike; given ones by index', () => {
    tidy(() => {
      const logits = tensor([
        [3, 2, 1],
        [0, 1, 2],
      ]);
      const randomness = { stream, indices: int64([5, 1]) };
      expect(TARGETS['least-likely'].choose(logits, int64([2, 1]), randomness).toNumbers()).toEqual([1, 0]);
      expect(
        fixedTargets(int64([9, 8, 7, 6, 5, 4]))
          .choose(logits, int64([0, 0]), randomness)
          .toNumbers(),
      ).toEqual([4, 8]);
      // Indices on another device are moved to the classes, which are many.
      const elsewhere = {
        device: 'cuda',
        to: ({ device }: { device: string }) => int64(device === 'cpu' ? [2, 0] : []),
      };
      expect(
        fixedTargets(int64([9, 8, 7]))
          .choose(logits, int64([0, 0]), { stream, indices: elsewhere as unknown as Tensor })
          .toNumbers(),
      ).toEqual([7, 9]);
      expect(() => fixedTargets(tensor([1, 2]))).toThrow(/expected target classes as int64/);
      const labels = indices().remainder(4);
      const drawn = TARGETS.random.choose(ops.zeros([300, 4]), labels, { stream, indices: indices() });
      expect(drawn.eq(labels).sum().item()).toBe(0);
      for (let target = 0; target < 4; target += 1) expect(drawn.eq(target).sum().item()).toBeGreaterThan(50);
    });
  });

  test('a targeted attack raises the logit of its target', () => {
    using network = toyNetwork(3);
    tidy(() => {
      const { images, labels, ...rest } = toyBatch([...Array(16).keys()]);
      const goal = TARGETS['least-likely'].choose(network.eval().forward(images), labels, rest);
      const share = (input: Tensor) => network.forward(input).softmax(1).gather(1, goal.unsqueeze(1)).mean().item();
      const attack = attackOf({
        name: 'pgd',
        norm: 'l2',
        epsilon: 1,
        steps: 10,
        objective: 'targeted-cross-entropy',
      });
      expect(share(attack.run(network, images, labels, rest).images)).toBeGreaterThan(1.1 * share(images));
    });
  });
});

test('a sequence of projections applies one after the other', () => {
  tidy(() => {
    const images = tensor([0.9, 0.5]).reshape([1, 1, 1, 2]);
    const candidates = tensor([1.4, 0.9]).reshape([1, 1, 1, 2]);
    const found = sequence(box, ball(NORMS.l1, 0.3))(images, candidates).toNumbers();
    [0.9, 0.8].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
  });
});

describe('named configurations and budgets', () => {
  const network = new LinearNetwork([
    [1, -2],
    [0, 0],
  ]);
  const image = () => tensor([0.5, 0.5], { shape: [1, 1, 1, 2] });
  const attack = (description: AttackDescription, images = image()) =>
    attackOf(description)
      .run(network, images, int64([0]), { stream, indices: int64([0]) })
      .images.toNumbers();

  test('fgsm takes one step of length epsilon, bim several of 1.25 epsilon / steps, both from the image', () => {
    tidy(() => {
      attack({ name: 'fgsm', norm: 'linf', epsilon: 0.1, steps: 1 }).forEach((value, i) =>
        expect(value).toBeCloseTo([0.4, 0.6][i]!, 6),
      );
      const bim = attackOf({ name: 'bim', norm: 'linf', epsilon: 0.1, steps: 5 });
      if (!(bim instanceof Pgd)) throw new Error('expected a Pgd');
      expect([bim.name, bim.stepSize, bim.initialization.name, bim.iterate]).toEqual(['bim', 0.025, 'zero', 'last']);
      expect(attackOf({ name: 'fgsm', norm: 'l2', epsilon: 1, steps: 1 }).name).toBe('fgsm');
    });
  });

  test.each([
    [{ norm: 'l2', epsilon: 128 }, /at most 1\.4142, the largest l2 distance of images of shape \[1, 1, 2\]/],
    [{ norm: 'l1', epsilon: 3 }, /at most 2, the largest l1 distance/],
    [{ norm: 'l0', epsilon: 3 }, /at most 2, the largest l0 distance/],
    [{ norm: 'l0', epsilon: 0.5 }, /L0 epsilon as a whole number of entries/],
    [{ name: 'fgsm', steps: 3 }, /steps of fgsm to be a whole number from 1 to 1, received 3/],
    [{ fraction: 0.1 }, /fraction for norm l1 or l0 only, received it for linf/],
    [{ target: 'random' }, /target for a targeted objective only, received it for cross-entropy/],
    [{ momentum: 1 }, /expected momentum to be a number from 0 to/],
    [{ stepDecay: 2 }, /expected stepDecay together with backtrack/],
    [{ stepDecay: 0.5, backtrack: true }, /expected stepDecay to be a number of at least 1/],
    [{ penalty: -1 }, /expected penalty to be a number of at least 0/],
    [{ name: 'madry' }, /expected an attack out of pgd, fgsm, bim, .*received "madry"/],
    [{ gradient: 'sign' as 'raw' }, /expected gradient to be normalized, scaled or raw, received "sign"/],
  ] as [Partial<AttackDescription>, RegExp][])('%j is refused', (change, message) => {
    tidy(() => {
      expect(() => attack({ name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 2, ...change })).toThrow(message);
    });
  });
});
