/**
 * Square: its parts give the numbers of scripts/golden/make_square.py, and the attack finds what it should.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGolden, unpack } from '../../../test/support/golden.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { memory, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { misclassified, type Module } from '../../nn/index.js';
import { l0, l1, l2, linf, type Norm } from '../norms/index.js';
import { int64, Recorder, toyBatch, toyNetwork } from '../toy.test-helper.js';
import { l1L2Proposal } from './l1-l2-proposal.js';
import { oddWindowSide, Square, windowShare, windowSide, type SquareOptions } from './index.js';
import { linfProposal } from './linf-proposal.js';
import type { Proposal } from './proposal.js';
import { bump } from './window.js';

type Case = Readonly<Record<string, never>>;
const cases = readGolden<Case & { readonly call: string }>('square').cases;
const of = <Fields>(call: string) => cases.filter((one) => one.call === call) as unknown as Fields[];

let live = 0;
let model: Module;
beforeEach(() => {
  live = memory().live;
  model = toyNetwork();
});
afterEach(() => {
  model.dispose();
  expect(memory().live).toBe(live);
});

describe('as the paper has it', () => {
  test('the share of the window, rescaled or not', () => {
    const schedules = of<{ queries: number; p: number; rescale: boolean; at: number[]; shares: number[] }>('schedule');
    expect(schedules).toHaveLength(4);
    for (const { queries, p, rescale, at, shares } of schedules) {
      expect(at.map((query) => windowShare(query, queries, p, rescale))).toEqual(shares);
    }
  });

  test('the side of the window, for L-infinity and for L2 and L1', () => {
    for (const { height, width, sides } of of<{ height: number; width: number; sides: number[][] }>('side')) {
      const ours = sides.map((_, halvings) => {
        const share = 0.8 / 2 ** halvings;
        return [windowSide(share, height, width), oddWindowSide(share, height, width)];
      });
      expect(ours).toEqual(sides);
    }
  });

  test('the bump', () => {
    for (const { side, steepness, values } of of<{ side: number; steepness: number; values: PackedTensor }>('bump')) {
      const expected = values.data as number[];
      bump(side, steepness).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
    }
  });

  const proposals: Readonly<Record<string, Proposal>> = {
    linf: linfProposal,
    l2: l1L2Proposal(2),
    l1: l1L2Proposal(1),
  };
  test.each(Object.keys(proposals))('one proposal of %s', (norm) => {
    const steps = of<
      Readonly<Record<'images' | 'current' | 'draws' | 'output', PackedTensor>> & { epsilon: number; side: number }
    >(norm);
    expect(steps).toHaveLength(2);
    for (const { epsilon, side, ...packed } of steps) {
      tidy(() => {
        const setting = { images: unpack(packed.images), epsilon };
        const before = memory().live;
        const next = proposals[norm]!.next(setting, unpack(packed.current), side, unpack(packed.draws));
        expect(memory().live).toBe(before + 3); // the two inputs, and the result
        const expected = unpack(packed.output).toNumbers();
        next.toNumbers().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      });
    }
  });
});

describe('candidates of L1', () => {
  const proposal = l1L2Proposal(1);
  const changed = (one: Tensor) => one.ne(0).sum().item();
  /** A start on two grey images of two channels and 25 tiles of side 3, and where it begins. */
  const begun = (epsilon: number) => {
    const grey = tensor(Array<number>(900).fill(0.5), { shape: [2, 2, 15, 15] });
    return { grey, start: proposal.start({ images: grey, epsilon }, new RandomStream(1), int64([0, 1])) };
  };

  test('the start has mass 1 in every channel of every tile, whatever the budget', () => {
    tidy(() => {
      for (const epsilon of [1, 9]) {
        const { grey, start } = begun(epsilon);
        for (const mass of l1.magnitude(start.sub(grey)).toNumbers()) expect(mass).toBeCloseTo(50, 4);
      }
    });
  });

  test('become the nearest point of ball and box, which keeps only the largest entries', () => {
    tidy(() => {
      const { grey, start } = begun(4);
      const projected = proposal.project!(grey, start, 4).sub(grey);
      for (const mass of l1.magnitude(projected).toNumbers()) expect(mass).toBeCloseTo(4, 4);
      expect(changed(projected)).toBeGreaterThan(0);
      expect(changed(projected)).toBeLessThan(changed(start.sub(grey)));
    });
  });
});

const EPSILONS = { linf: 0.15, l2: 0.6, l1: 4 } as const;
const NORMS: readonly (readonly [keyof typeof EPSILONS, Norm])[] = [
  ['linf', linf],
  ['l2', l2],
  ['l1', l1],
];
const square = (norm: Norm, options: Partial<SquareOptions> = {}) =>
  new Square({ norm, epsilon: EPSILONS[norm.name as keyof typeof EPSILONS], queries: 150, ...options });
const numbers = [...Array(20).keys()];

describe.each(NORMS)('%s', (_, norm) => {
  const run = (attack: Square, indices: readonly number[], seed = 1) => {
    const { images, labels, ...randomness } = toyBatch(indices, seed);
    return attack.run(model, images, labels, randomness);
  };

  test('finds more with more queries, and never loses what it has', () => {
    tidy(() => {
      const clean = toyBatch(numbers);
      const wrong = misclassified(model.eval().forward(clean.images), clean.labels).sum().item();
      const found = [1, 10, 150].map((queries) => run(square(norm, { queries }), numbers));
      const counts = found.map(({ success }) => success.sum().item());
      expect([...counts].sort((a, b) => a - b)).toEqual(counts);
      expect(counts[2]!).toBeGreaterThan(wrong);
      const [few, many] = [found[1]!.value.toNumbers(), found[2]!.value.toNumbers()];
      const before = found[1]!.success.toNumbers();
      many.forEach((value, i) => expect(value).toBeGreaterThanOrEqual(before[i] === 1 ? -Infinity : few[i]! - 1e-6));
    });
  });

  test('until fooled: the same examples fall, in any batch', () => {
    tidy(() => {
      const attack = square(norm, { untilFooled: true });
      const look = (batch: readonly number[]) => {
        const { images, success } = run(attack, batch);
        const change = images.sub(toyBatch(batch).images).flatten({ startDim: 1 }).abs().sum(1);
        return { success: success.toNumbers(), change: change.toNumbers() };
      };
      const whole = look(numbers);
      expect(whole.success).toEqual(run(square(norm), numbers).success.toNumbers());
      const parts = [numbers.slice(0, 7), numbers.slice(7, 14), numbers.slice(14)].map(look);
      expect(parts.flatMap(({ success }) => success)).toEqual(whole.success);
      // And keep what they fell to, however long they stay in their batch.
      const changes = parts.flatMap(({ change }) => change);
      changes.forEach((change, i) => {
        expect(change).toBeCloseTo(whole.change[i]!, 4);
      });
    });
  });

  test('until fooled: those that have fallen are looked at no more, and the others are attacked on', () => {
    tidy(() => {
      const recorder = new Recorder(model);
      const { images, labels, ...randomness } = toyBatch(numbers);
      const { success } = square(norm, { untilFooled: true, queries: 60 }).run(recorder, images, labels, randomness);
      const stillRobust = 20 - success.sum().item();
      const sizes = recorder.calls.map(({ examples }) => examples);
      expect(sizes[0]).toBe(20);
      // All but the last looks, of which there may be one before a fallen example has left.
      expect(sizes.at(-1)).toBeLessThanOrEqual(stillRobust + 1);
      expect(recorder.calls.length).toBe(61);
    });
  });

  test('draws positions and signs of each example alone', () => {
    tidy(() => {
      const images = toyBatch([3, 3, 4]).images.mul(0).add(0.5);
      const batch = { stream: new RandomStream(1), indices: int64([3, 3, 4]) };
      const result = square(norm, { queries: 5 }).run(model, images, int64([0, 0, 0]), batch).images;
      const [first, second, third] = [0, 1, 2].map((i) => result.select(0, i)) as [Tensor, Tensor, Tensor];
      expect(first.equal(second)).toBe(true);
      expect(first.equal(third)).toBe(false);
    });
  });
});

describe('options', () => {
  test('an image that is misclassified as it is stays one', () => {
    tidy(() => {
      const { images, labels, ...randomness } = toyBatch(numbers);
      const wrong = misclassified(model.eval().forward(images), labels);
      const { success } = square(linf, { queries: 1, epsilon: 0.5 }).run(model, images, labels, randomness);
      expect(wrong.logicalAnd(success.logicalNot()).sum().item()).toBe(0);
    });
  });

  test('are refused where they make no sense', () => {
    expect(() => square(linf, { queries: 0 })).toThrow('expected queries');
    expect(() => square(linf, { initialShare: 1.5 })).toThrow('expected initialShare');
    expect(() => new Square({ norm: l0, epsilon: 3 })).toThrow(
      'expected a norm out of linf, l2, l1 for Square, received l0',
    );
  });
});
