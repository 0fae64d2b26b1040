/**
 * Decision-based attacks on networks whose nearest boundaries are known.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { memory, ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { AttackContext, createAttack, HopSkipJump, l2, linf, marginObjective, RayS } from '../index.js';
import type { MinimumNormAttack } from '../index.js';
import { int64, LinearNetwork, Recorder, toyBatch, toyNetwork, type ToyBatch } from '../toy.test-helper.js';
import { Decisions } from './decisions.js';

leavesNothingAlive();

const SIZE = 16;
const weight = Array.from({ length: SIZE }, (_, i) => (i % 2 === 0 ? 1 : -1) * (0.5 + i / SIZE));

/** Grey images of 16 pixels, all of class 0, which leads by 1. */
function greyBatch(count = 8, seed = 1): ToyBatch {
  const indices = int64(Array.from({ length: count }, (_, i) => i));
  return {
    images: ops.full([count, 1, 4, 4], 0.5, { dtype: 'float32' }),
    labels: indices.mul(0),
    stream: new RandomStream(seed, 'attack'),
    indices,
  };
}
/** Logit 1 leads by ⟨weight, x - 0.5⟩ - 1. */
class Boundary extends LinearNetwork {
  constructor() {
    super([weight.map(() => 0), weight]);
  }

  override forward(input: Tensor): Tensor {
    return super.forward(input.sub(0.5)).sub(tensor([0, 1]));
  }
}
const exact = { linf: 1 / weight.reduce((sum, w) => sum + Math.abs(w), 0), l2: 1 / Math.hypot(...weight) };

const minimum = (attack: MinimumNormAttack, model: Module, { images, labels, ...randomness }: ToyBatch) =>
  attack.minimum(model, images, labels, randomness).distance.toNumbers();

test('RayS finds the direction of signs that is nearest, to its tolerance', () => {
  tidy(() => {
    using model = new Boundary();
    const distances = minimum(new RayS({ norm: linf, epsilon: 0.5, steps: 1000 }), model, greyBatch());
    for (const distance of distances) {
      expect(distance).toBeGreaterThanOrEqual(exact.linf - 1e-6);
      expect(distance).toBeLessThanOrEqual(exact.linf + 1e-3 / Math.sqrt(SIZE));
    }
  });
});

test.each([linf, l2])('HopSkipJump comes to within some per cent of the nearest point: $name', (norm) => {
  tidy(() => {
    using model = new Boundary();
    const attack = new HopSkipJump({ norm, epsilon: 0.5, steps: 4000 });
    const distances = minimum(attack, model, greyBatch());
    const nearest = exact[norm.name as 'linf' | 'l2'];
    for (const distance of distances) {
      expect(distance).toBeGreaterThanOrEqual(nearest - 1e-6);
      expect(distance).toBeLessThanOrEqual(nearest * 1.08);
    }
  });
});

describe.each([
  ['rays', new RayS({ norm: linf, epsilon: 0.01, steps: 137 })],
  ['hop-skip-jump', new HopSkipJump({ norm: l2, epsilon: 0.01, steps: 137 })],
] as const)('%s', (_, attack) => {
  test('asks as often as its budget says, of every example, and no more', () => {
    tidy(() => {
      using model = new Boundary();
      const { images, labels, ...randomness } = greyBatch(5);
      const recorder = new Recorder(model);
      attack.run(recorder, images, labels, randomness);
      // Besides, the base looks at the images and at what was found.
      const asked = recorder.calls.reduce((sum, { examples }) => sum + examples, 0) - 2 * 5;
      expect(asked).toBe(137 * 5);
    });
  });

  test('needs decisions alone: logits scaled and rounded beyond recognition change nothing', () => {
    class Hard extends Recorder {
      override forward(input: Tensor): Tensor {
        const logits = this.network.forward(input);
        return ops.zerosLike(logits).scatter(1, logits.argmax({ dim: 1, keepdim: true }), 7);
      }
    }
    tidy(() => {
      using model = new Boundary();
      expect(minimum(attack, new Hard(model), greyBatch())).toEqual(minimum(attack, model, greyBatch()));
    });
  });

  test('ends once every example is within the budget', () => {
    tidy(() => {
      using model = new Boundary();
      const recorder = new Recorder(model);
      const { images, labels, ...randomness } = greyBatch();
      const near = createAttack({ name: attack.name, epsilon: 0.99, steps: 5000 });
      expect(near.run(recorder, images, labels, randomness).success.all().item()).toBe(1);
      expect(recorder.calls.length).toBeLessThan(200);
    });
  });
});

test('another seed takes HopSkipJump another way', () => {
  tidy(() => {
    using model = new Boundary();
    const attack = new HopSkipJump({ norm: l2, epsilon: 1, steps: 300 });
    const [first, again, other] = [1, 1, 2].map((seed) => minimum(attack, model, greyBatch(2, seed)));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

test('where no random image is misclassified, HopSkipJump says that it found none', () => {
  tidy(() => {
    using model = new LinearNetwork([weight.map(() => 1), weight.map(() => 0)]); // always class 0
    const attack = new HopSkipJump({ norm: l2, epsilon: 1, steps: 500, starts: 12 });
    const recorder = new Recorder(model);
    expect(minimum(attack, recorder, greyBatch(2))).toEqual([Infinity, Infinity]);
    expect(recorder.calls).toHaveLength(1 + 12);
  });
});

test('the closest that was asked for counts, and no answer comes after the last query', () => {
  tidy(() => {
    using model = toyNetwork().eval();
    const { images, stream, indices } = toyBatch([0, 1, 2]);
    const labels = model.forward(images).argmax({ dim: 1 });
    const context = new AttackContext(model, marginObjective, images, labels, { stream, indices });
    const decisions = new Decisions(context, linf, { queries: 2, enough: 0 });
    const all = labels.ge(0);
    const candidates = [0, 1, 0.5].map((share) => images.mul(1 - share).add(share));
    const alive = memory().live;
    const [none, ...more] = candidates.map((each) => decisions.ask(each, all));
    expect(memory().live).toBe(alive + 3);
    expect(none!.any().item()).toBe(0); // of the images themselves the network is right
    const [second, third] = more.map((answers) => answers.toNumbers());
    expect(third).toEqual([0, 0, 0]);
    expect(decisions.asked().toNumbers()).toEqual([2, 2, 2]);
    const found = decisions.closest.distance.isfinite().toNumbers();
    expect(found).toEqual(second);
  });
});

test.each([
  ['another norm', { name: 'rays', norm: 'l2', epsilon: 1 } as const, 'linf'],
  ['no queries', { name: 'hop-skip-jump', epsilon: 0.1, steps: 0 } as const, 'steps'],
  ['no directions', { name: 'hop-skip-jump', epsilon: 0.1, directions: 0 } as const, 'directions'],
])('refuses %s', (_, description, word) => {
  expect(() => createAttack(description)).toThrow(word);
});
