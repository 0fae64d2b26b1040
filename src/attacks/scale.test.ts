/**
 * What an attack finds does not depend on the scale of the logits: the same network with all logits multiplied by a
 * number has the same errors, and an attack that finds fewer of them takes its own failure for robustness.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { attackOf, crossEntropyObjective, OBJECTIVES, type AttackDescription, type Objective } from './index.js';
import { enableGrad, grad, memory, RandomStream, tensor, tidy, type Tensor } from '../engine/index.js';
import { crossEntropy, Flatten, initialize, Linear, Module, misclassified, ReLU, Sequential } from '../nn/index.js';
import { int64 } from './toy.test-helper.js';

/** Another network with all logits multiplied. */
class Scaled extends Module {
  constructor(
    readonly network: Module,
    readonly scale: number,
  ) {
    super();
  }
  override forward(input: Tensor): Tensor {
    return tidy(() => this.network.forward(input).mul(this.scale));
  }
}

/** Images at the boundary: a search that is short of steps finds one more or one less. */
const ROUNDING = 2;
const [EXAMPLES, CLASSES, SIDE] = [48, 6, 8];
const SCALES = [1e-3, 1e-2, 0.1, 10, 100, 1e3, 1e4];

/** A network whose logits differ by about ten, and images that it gets right. */
function setting() {
  const layers = [new Flatten(), new Linear(SIDE ** 2, 32), new ReLU(), new Linear(32, CLASSES)];
  const network = new Scaled(initialize(new Sequential(...layers), 7), 12);
  const indices = int64([...Array(EXAMPLES).keys()]);
  const images = new RandomStream('scale').uniform(indices, [1, SIDE, SIDE]);
  return { network, images, indices, labels: network.forward(images).argmax({ dim: 1 }).detach() };
}

const linf = (name: AttackDescription['name'], steps: number, more: Partial<AttackDescription> = {}) =>
  ({ name, norm: 'linf', epsilon: 0.07, steps, ...more }) satisfies AttackDescription;
const l2 = (name: AttackDescription['name'], steps: number) =>
  ({ name, norm: 'l2', epsilon: 0.4, steps }) satisfies AttackDescription;

const ATTACKS: Readonly<Record<string, AttackDescription>> = {
  pgd: linf('pgd', 20),
  'pgd, last iterate': linf('pgd', 20, { iterate: 'last' }),
  'pgd in L2': l2('pgd', 20),
  'pgd in L1': { name: 'pgd', norm: 'l1', epsilon: 1.5, steps: 20 },
  'pgd with backtracking and momentum': linf('pgd', 20, { backtrack: true, momentum: 0.5 }),
  'pgd towards a class': linf('pgd', 20, { objective: 'targeted-cross-entropy', epsilon: 0.3 }),
  fgsm: linf('fgsm', 1),
  bim: linf('bim', 20),
  'apgd on cross-entropy': linf('apgd', 20),
  'apgd in L2': l2('apgd', 20),
  'apgd in L1': { name: 'apgd', norm: 'l1', epsilon: 1.5, steps: 20 },
  'apgd on dlr': linf('apgd', 20, { objective: 'dlr' }),
  fab: linf('fab', 20),
  deepfool: l2('deepfool', 20),
  ddn: l2('ddn', 60),
  fmn: l2('fmn', 60),
  cw: l2('cw', 20),
  square: linf('square', 100, { epsilon: 0.2 }),
};

describe.each(Object.entries(ATTACKS))('%s', (_, description) => {
  test('finds as many errors at every scale', () => {
    tidy(() => {
      const { network, images, labels, indices } = setting();
      const errorsAt = (scale: number) =>
        tidy(() => {
          const scaled = new Scaled(network, scale);
          const stream = new RandomStream('attack');
          const found = attackOf(description).run(scaled, images, labels, { stream, indices }, { scaleFree: true });
          return misclassified(network.forward(found.images), labels).sum().item();
        });
      const usual = errorsAt(1);
      expect(usual).toBeGreaterThan(EXAMPLES / 8);
      expect(usual).toBeLessThan(EXAMPLES);
      const errors = SCALES.map(errorsAt);
      expect(Math.min(...errors), errors.join(' ')).toBeGreaterThanOrEqual(usual - ROUNDING);
    });
  });
});

describe('cross-entropy', () => {
  const look = (logits: Tensor, labels: Tensor, of: (logits: Tensor) => Tensor) => {
    const input = logits.detach();
    input.requiresGrad = true;
    const value = enableGrad(() => of(input));
    const [gradient] = grad(
      enableGrad(() => value.sum()),
      [input],
    ) as [Tensor];
    return { value: value.toNumbers(), gradient: gradient.toNumbers(), labels };
  };
  const ours = (logits: Tensor, labels: Tensor) =>
    look(logits, labels, (all) => crossEntropyObjective.value(all, labels));

  test('is the loss to the bit, value and gradient, where the network is less than certain', () => {
    tidy(() => {
      const logits = new RandomStream('logits').uniformTensor([64, 5]).sub(0.5).mul(9);
      const labels = logits.argmax({ dim: 1 });
      const loss = look(logits, labels, (all) => crossEntropy(all, labels, { reduction: 'none' }));
      expect(ours(logits, labels)).toEqual(loss);
    });
  });

  test('rises with the odds of the wrong classes, and has a gradient, however certain the network is', () => {
    tidy(() => {
      const margins = [1e4, 1e3, 200, 100, 50, 20, 17, 12, 10.1, 9.9, 5, 0, -5];
      const logits = tensor(
        margins.flatMap((margin) => [margin, 0, -1]),
        { shape: [margins.length, 3] },
      );
      const labels = int64(margins.map(() => 0));
      const { value, gradient } = ours(logits, labels);
      expect(value).toEqual([...value].sort((a, b) => a - b));
      expect(new Set(value).size).toBe(margins.length);
      for (const [row] of margins.entries()) {
        const [own, second, third] = gradient.slice(3 * row, 3 * row + 3) as [number, number, number];
        // As for any function of differences of logits.
        expect(own + second + third).toBeCloseTo(0, 4);
        expect(own).toBeLessThan(0);
        expect(second / third).toBeCloseTo(Math.E, 3);
      }
    });
  });

  test('has the gradient of the loss in exact arithmetic, up to its length', () => {
    tidy(() => {
      const logits = tensor([30, 11, 9, -4], { shape: [1, 4] });
      const { gradient } = ours(logits, int64([0]));
      const exact = look(logits.to({ dtype: 'float64' }), int64([0]), (all) =>
        crossEntropy(all, int64([0]), { reduction: 'none' }),
      ).gradient;
      gradient.forEach((one, i) => {
        expect(one / gradient[0]!).toBeCloseTo(exact[i]! / exact[0]!, 5);
      });
    });
  });

  test('leaves nothing alive but its history', () => {
    const { live } = memory();
    tidy(() =>
      crossEntropyObjective
        .value(tensor([[40, 0]]), int64([0]))
        .sum()
        .item(),
    );
    expect(memory().live).toBe(live);
  });
});

test('every objective whose direction depends on the scale says so', () => {
  tidy(() => {
    const logits = new RandomStream('logits').uniformTensor([16, 5]);
    const labels = logits.argmax({ dim: 1 });
    const targets = logits.argmin({ dim: 1 });
    const clean = new RandomStream('clean').uniformTensor([16, 5]);
    for (const objective of Object.values<Objective>(OBJECTIVES)) {
      const { name, dependsOnScale = false } = objective;
      // The largest probability is meant as it is: whoever asks for confidence asks for the network's own.
      if (['confidence', 'any-confidence'].includes(name)) continue;
      const directionAt = (scale: number) =>
        tidy(() => {
          const input = logits.mul(scale);
          input.requiresGrad = true;
          const value = enableGrad(() => objective.value(input, labels, targets, clean.mul(scale)).sum());
          const [gradient] = grad(value, [input]) as [Tensor];
          return gradient.div(gradient.norm({ ord: 2, dim: 1 }).unsqueeze(1));
        });
      const change = directionAt(1).sub(directionAt(8)).abs().amax().item() > 1e-3;
      expect([name, change]).toEqual([name, dependsOnScale]);
    }
  });
});
