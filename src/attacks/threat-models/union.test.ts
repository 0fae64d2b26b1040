/**
 * Unions of balls, by hand.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { ops, RandomStream, tensor, tidy } from '../../engine/index.js';
import { autoAttackStages, l1, l2, linf, THREAT_MODELS } from '../index.js';
import { unionOf } from './union.js';

leavesNothingAlive();

const image = (values: number[]) => tensor(Float32Array.from(values), { shape: [1, 1, 2, 2] });

describe('the name', () => {
  test('says the members with their budgets, in any spacing', () => {
    const { name, members } = unionOf('linf: 8/255 + l2:0.50');
    expect(name).toBe('linf:8/255+l2:0.5');
    expect(members).toEqual([
      { norm: linf, epsilon: 8 / 255 },
      { norm: l2, epsilon: 0.5 },
    ]);
    expect(THREAT_MODELS.get(name).name).toBe(name);
    expect(THREAT_MODELS.has('linf:8/255+l2:0.5')).toBe(true);
  });

  test.each([
    ['linf:8/255', /of several norms, each once, received one/],
    ['linf:8/255+linf:0.1', /received linf twice/],
    ['linf:8/255+l3:0.1', /of norms of linf, l2, l1, received "l3"/],
    ['linf:8/255+patch:3', /of norms of linf, l2, l1, received "patch"/],
    ['linf:8/255+l2:-1', /a budget such as 8\/255 for l2, received "-1"/],
    ['linf:8/255+l2', /a budget such as 8\/255 for l2, received ""/],
    ['linf:8+l2:1', /Did you mean 8\/255/],
  ])('%s is refused', (name, message) => {
    expect(() => unionOf(name)).toThrow(message);
  });
});

describe('the union of a cube of 0.1 and an L2 ball of 0.15', () => {
  const union = unionOf('linf:0.1+l2:0.15');

  test('holds what either holds: its size is the smaller of the two relative ones', () => {
    tidy(() => {
      const all = union.magnitude(image([0.1, 0.1, 0.1, 0.1])); // L2 0.2
      const one = union.magnitude(image([0.15, 0, 0, 0])); // maximum 0.15
      expect([all.item(), one.item()]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
      expect(union.magnitude(image([0.2, 0.2, 0, 0])).item()).toBeCloseTo(0.2828 / 0.15, 3);
    });
  });

  test('projects onto the nearer of the two', () => {
    tidy(() => {
      const spread = union.project(image([0.12, 0.12, 0.12, 0.12]), 1).toNumbers();
      expect(spread).toEqual(Array.from({ length: 4 }, () => expect.closeTo(0.1, 6) as number));
      const single = union.project(image([0.3, 0, 0, 0]), 1).toNumbers();
      expect(single).toEqual([expect.closeTo(0.15, 6), 0, 0, 0]);
    });
  });

  test('draws points of both, which belong to their images', () => {
    tidy(() => {
      const stream = new RandomStream(1, 'test');
      const draw = (first: number, count: number) => {
        const indices = ops.arange(count, { dtype: 'int64' }).add(first);
        return union.uniform({ stream, indices, shape: [1, 2, 2], device: 'cpu' }, 1);
      };
      const points = draw(0, 200);
      expect(
        union
          .magnitude(points)
          .amax({ dim: [0] })
          .item(),
      ).toBeLessThanOrEqual(1.00001);
      const beyondCube = linf.magnitude(points).gt(0.1).sum().item();
      const beyondBall = l2.magnitude(points).gt(0.15).sum().item();
      expect(beyondCube).toBeGreaterThan(10);
      expect(beyondBall).toBeGreaterThan(1);
      expect(draw(150, 1).toNumbers()).toEqual(points.narrow(0, 150, 1).toNumbers());
    });
  });
});

test("AutoAttack's stages are those of every member, at its own budget", () => {
  const stages = autoAttackStages({ norm: 'linf:8/255+l1:12', epsilon: 2, classes: 10 });
  expect(stages.map(({ name }) => name)).toEqual(
    ['linf', 'l1'].flatMap((norm) => ['apgd-ce', 'apgd-t', 'fab-t', 'square'].map((stage) => `${norm}-${stage}`)),
  );
  const attacks = stages.map(({ rounds }) => rounds[0]!.create());
  expect(attacks.map(({ norm, epsilon }) => [norm, epsilon])).toEqual([
    ...Array.from({ length: 4 }, () => [linf, 16 / 255]),
    ...Array.from({ length: 4 }, () => [l1, 24]),
  ]);
});
