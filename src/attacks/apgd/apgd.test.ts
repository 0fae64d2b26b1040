/**
 * What Auto-PGD promises beyond the contract of all attacks.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { RandomStream, tensor, tidy } from '../../engine/index.js';
import {
  Apgd,
  attackOf,
  dlrObjective,
  marginObjective,
  NORMS,
  OBJECTIVES,
  Pgd,
  projectOntoL1BallAndBox,
  rankedTarget,
  targetedDlrObjective,
  targetedMarginObjective,
  type ApgdOptions,
} from '../index.js';
import { int64, LinearNetwork, Recorder, toyBatch, toyNetwork } from '../toy.test-helper.js';
import { halveStepSizes } from './step-size.js';

leavesNothingAlive();

/** 48 images the network classifies correctly, attacked in batches of the given size. */
function attacked(options: Partial<ApgdOptions>, batchSize = 48) {
  return tidy(() => {
    const network = toyNetwork(3).eval();
    const recorder = new Recorder(network);
    const attack = new Apgd({ norm: NORMS.linf, epsilon: 0.02, steps: 20, ...options });
    const all = { images: [] as number[], value: [] as number[], success: [] as number[] };
    for (let from = 0; from < 48; from += batchSize) {
      const { images, stream, indices } = toyBatch(Array.from({ length: batchSize }, (_, i) => from + i));
      const labels = network.forward(images).argmax({ dim: 1 });
      const result = attack.run(recorder, images, labels, { stream, indices });
      all.images.push(...result.images.toNumbers());
      all.value.push(...result.value.toNumbers());
      all.success.push(...result.success.toNumbers());
    }
    network.dispose();
    return { ...all, passes: recorder.calls.map(({ examples }) => examples) };
  });
}

const CASES = [
  ['linf', { norm: NORMS.linf, epsilon: 0.02 }],
  ['l2', { norm: NORMS.l2, epsilon: 0.12 }],
  ['l1', { norm: NORMS.l1, epsilon: 0.5 }],
  ['l1 from larger budgets', { norm: NORMS.l1, epsilon: 0.5, largerEpsilon: true }],
  ['linf, targeted', { norm: NORMS.linf, epsilon: 0.04, objective: targetedDlrObjective }],
] as const;

describe.each(CASES)('until fooled, %s', (_, options) => {
  test('the same examples are fooled, and those that stand end with the same image and value', () => {
    const [whole, until] = [attacked(options), attacked({ ...options, untilFooled: true })];
    expect(until.success).toEqual(whole.success);
    const share = whole.success.reduce((sum, one) => sum + one, 0) / 48;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.95);
    const size = whole.images.length / 48;
    whole.success.forEach((success, i) => {
      if (success === 1) return;
      expect(Math.abs(until.value[i]! - whole.value[i]!)).toBeLessThan(1e-5);
      for (let k = i * size; k < (i + 1) * size; k += 1)
        expect(Math.abs(until.images[k]! - whole.images[k]!)).toBeLessThan(1e-5);
    });
  });

  test('the size of the batches changes nothing, although they shrink at other steps', () => {
    const [together, apart] = [
      attacked({ ...options, untilFooled: true }),
      attacked({ ...options, untilFooled: true }, 6),
    ];
    expect(apart.success).toEqual(together.success);
    expect(Math.max(...apart.images.map((value, i) => Math.abs(value - together.images[i]!)))).toBeLessThan(1e-5);
    expect(Math.max(...apart.value.map((value, i) => Math.abs(value - together.value[i]!)))).toBeLessThan(1e-4);
  });
});

describe('the work', () => {
  test('is one pass a step and one for the start', () => {
    expect(attacked({ steps: 7 }).passes).toEqual(Array<number>(8).fill(48));
  });

  test('shrinks with the examples that stand, and ends when none does', () => {
    const { passes, success } = attacked({ untilFooled: true });
    expect(passes).toHaveLength(21);
    expect(passes.every((examples, i) => i === 0 || examples <= passes[i - 1]!)).toBe(true);
    expect(passes.at(-1)).toBeLessThan(48 - success.filter(Boolean).length * 0.7);
    expect(attacked({ untilFooled: true, epsilon: 0.9, steps: 100 }).passes.length).toBeLessThan(20);
  });

  test('with samples is as many passes for each look', () => {
    expect(attacked({ steps: 4, samples: 3 }).passes).toHaveLength(15);
  });
});

test('more steps find larger objectives than plain PGD with as many', () => {
  tidy(() => {
    const network = toyNetwork(3).eval();
    const { images, labels, ...randomness } = toyBatch([...Array(40).keys()]);
    const best = (attack: Apgd | Pgd) => attack.run(network, images, labels, randomness).value.mean().item();
    const options = { norm: NORMS.l2, epsilon: 0.5, steps: 50, objective: marginObjective };
    expect(best(new Apgd(options))).toBeGreaterThan(best(new Pgd(options)) - 1e-4);
    network.dispose();
  });
});

describe('step sizes', () => {
  const progress = (change: Partial<Record<'rises' | 'halved' | 'bestBefore', number>> = {}) => {
    const { rises = 10, halved = 0, bestBefore = 1 } = change;
    return {
      stepSize: tensor([0.5]),
      rises: tensor([rises]),
      halved: tensor([halved === 1]),
      bestBefore: tensor([bestBefore]),
    };
  };
  const after = (change: Parameters<typeof progress>[0], best: number) =>
    tidy(() => halveStepSizes(progress(change), tensor([best]), 10, 0.75).stepSize.item());

  test('stay while at least three quarters of the steps raise the objective and the best one rises', () => {
    expect(after({ rises: 8 }, 2)).toBe(0.5);
  });

  test('are halved when fewer do', () => {
    expect(after({ rises: 7 }, 2)).toBe(0.25);
  });

  test('are halved when the best did not rise, unless they just were', () => {
    expect(after({}, 1)).toBe(0.25);
    expect(after({ halved: 1 }, 1)).toBe(0.5);
  });
});

describe('the projection onto L1 ball and box', () => {
  test('is nearer than any other point of both', () => {
    tidy(() => {
      const rows = int64([0, 1, 2, 3]);
      const stream = new RandomStream('projection');
      const images = stream.uniform(rows, [1, 4, 4]);
      const wanted = stream.normal(rows, [1, 4, 4]);
      const nearest = projectOntoL1BallAndBox(images, wanted, 2);
      const distance = (point: typeof wanted) => point.sub(wanted).square().flatten({ startDim: 1 }).sum(1).toNumbers();
      const least = distance(nearest);
      for (let trial = 0; trial < 200; trial += 1) {
        tidy(() => {
          const noise = stream
            .derive(trial)
            .normal(rows, [1, 4, 4])
            .mul(trial % 2 === 0 ? 0.02 : 0.5);
          const boxed = nearest.add(noise).maximum(images.neg()).minimum(images.neg().add(1));
          const other = NORMS.l1.project(boxed, 2);
          distance(other).forEach((value, i) => expect(value).toBeGreaterThanOrEqual(least[i]! - 1e-5));
        });
      }
    });
  });

  test('changes nothing inside of both', () => {
    tidy(() => {
      const images = tensor([0.5, 0.2, 0, 1], { shape: [1, 1, 2, 2] });
      const inside = tensor([0.25, -0.125, 0.5, -0.5], { shape: [1, 1, 2, 2] });
      expect(projectOntoL1BallAndBox(images, inside, 1.375).toNumbers()).toEqual(inside.toNumbers());
    });
  });

  test('spends on other pixels what the box holds of one', () => {
    tidy(() => {
      const images = tensor([0.9, 0.5], { shape: [1, 1, 1, 2] });
      const wanted = tensor([2, 0.5], { shape: [1, 1, 1, 2] });
      const [first, second] = projectOntoL1BallAndBox(images, wanted, 0.5).toNumbers();
      expect(first).toBeCloseTo(0.1, 6);
      expect(second).toBeCloseTo(0.4, 6);
    });
  });
});

describe('objectives and targets', () => {
  const twoClasses = () => new LinearNetwork([Array<number>(72).fill(0.1), Array<number>(72).fill(-0.1)]);
  const onTwoClasses = (objective: ApgdOptions['objective']) =>
    tidy(() => {
      const network = twoClasses();
      const { images, ...randomness } = toyBatch([0, 1]);
      const attack = new Apgd({ norm: NORMS.linf, epsilon: 0.1, steps: 5, objective });
      try {
        return attack.run(network, images, int64([0, 0]), randomness).value.toNumbers();
      } finally {
        network.dispose();
      }
    });

  test('with too few classes a difference of logits ratio names the margin instead', () => {
    expect(() => onTwoClasses(dlrObjective)).toThrow(
      /at least 3 classes .* dlr, received 2. Use cross-entropy or margin/,
    );
    expect(() => onTwoClasses(targetedDlrObjective)).toThrow(/at least 4 classes .* received 2. Use targeted-margin/);
    expect([dlrObjective.minimumClasses, targetedDlrObjective.minimumClasses]).toEqual([3, 4]);
  });

  test('the margins work with two classes, where the only target makes them the same', () => {
    const targeted = onTwoClasses({ ...targetedMarginObjective, targets: rankedTarget(1) });
    expect(targeted).toEqual(onTwoClasses(marginObjective));
    expect(Object.values(OBJECTIVES).filter((one) => 'minimumClasses' in one)).toHaveLength(2);
  });

  test('ranked targets are wrong classes in the order of their logits', () => {
    tidy(() => {
      const logits = tensor([
        [1, 4, 3, 2],
        [1, 4, 3, 2],
        [0, 0, 0, 0],
      ]);
      const { stream } = toyBatch([0]);
      const chosen = [1, 2, 3].map((rank) =>
        rankedTarget(rank)
          .choose(logits, int64([1, 2, 0]), { stream, indices: int64([0, 1, 2]) })
          .toNumbers(),
      );
      expect(chosen).toEqual([
        [2, 1, 1],
        [3, 3, 2],
        [0, 0, 3],
      ]);
      const beyond = () => rankedTarget(4).choose(logits, int64([1, 2, 0]), { stream, indices: int64([0, 1, 2]) });
      expect(beyond).toThrow(/expected a target of rank at most 3, the number of wrong classes, received 4/);
    });
    expect(() => rankedTarget(0)).toThrow(/expected the rank of the target to be a whole number of at least 1/);
  });
});

describe('refusals', () => {
  const base = { norm: NORMS.linf, epsilon: 0.1 };
  test.each([
    [{ norm: NORMS.l0, epsilon: 3 }, /expected the norm linf, l2 or l1 for apgd, received l0/],
    [{ steps: -1 }, /expected steps to be a whole number/],
    [{ rho: 1.5 }, /expected rho to be a number/],
    [{ samples: 0 }, /expected samples to be a whole number of at least 1/],
    [{ largerEpsilon: true }, /expected largerEpsilon for l1 only, received it for linf/],
  ] satisfies [Partial<ApgdOptions>, RegExp][])('%o', (change, message) => {
    expect(() => new Apgd({ ...base, ...change })).toThrow(message);
  });

  test('options of another attack', () => {
    const described = { norm: 'linf', epsilon: 0.1, steps: 5 } as const;
    expect(() => attackOf({ ...described, name: 'apgd', momentum: 0.5 })).toThrow(/expected no momentum for apgd/);
    expect(() => attackOf({ ...described, name: 'pgd', rho: 0.5 })).toThrow(/expected no rho for pgd/);
  });
});

test('no steps look at the start only', () => {
  expect(attacked({ steps: 0 }).passes).toEqual([48]);
});
