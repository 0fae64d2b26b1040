/**
 * The projections onto a hyperplane within the box give the numbers of scripts/golden/make_fab.py, found by bisection
 * and exchange and checked there against a linear programme.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { memory, tensor, tidy, type Tensor } from '../../engine/index.js';
import { readGolden, unpack } from '../../../test/support/golden.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { HYPERPLANE_NORMS, stepOntoHyperplane } from './index.js';

leavesNothingAlive();

interface Case {
  readonly call: string;
  readonly inputs: readonly PackedTensor[];
  readonly outputs: readonly [PackedTensor];
  readonly tolerance: number;
}

const { cases } = readGolden<Case>('fab');

test.each(cases)('$call: as bisection and exchange', ({ call, inputs, outputs, tolerance }) => {
  tidy(() => {
    const [points, normal, value] = inputs.map(unpack) as [Tensor, Tensor, Tensor];
    const before = memory().live;
    const step = stepOntoHyperplane(call.slice('step.'.length), points, normal, value);
    expect(memory().live).toBe(before + 1);
    const [expected] = outputs.map(unpack) as [Tensor];
    // Row by row: each has a scale of its own.
    for (let row = 0; row < points.size(0); row += 1) {
      expect(step.select(0, row)).toBeAllclose(expected.select(0, row), tolerance);
    }
    const after = points.add(step).toNumbers();
    expect(after.every((pixel) => pixel >= 0 && pixel <= 1 + 1e-7)).toBe(true);
  });
});

test('each norm has its cases', () => {
  expect(cases.map(({ call }) => call)).toEqual(HYPERPLANE_NORMS.map((norm) => `step.${norm}`));
});

test.each(HYPERPLANE_NORMS)('%s: the scale of the equation does not matter, however small', (norm) => {
  tidy(() => {
    const points = tensor([[0.2, 0.7, 1, 0]]);
    const normal = tensor([[0.5, -1, 0.25, 2]]);
    const expected = stepOntoHyperplane(norm, points, normal, tensor([0.6]));
    const scale = 2 ** -110;
    expect(stepOntoHyperplane(norm, points, normal.mul(scale), tensor([0.6 * scale]))).toBeAllclose(expected, 1e-6);
  });
});

test.each(HYPERPLANE_NORMS)('%s: a normal of zeros or NaN gives no step', (norm) => {
  tidy(() => {
    const points = tensor([
      [0.2, 0.7],
      [0.2, 0.7],
    ]);
    const normal = tensor([
      [0, 0],
      [NaN, NaN],
    ]);
    const step = stepOntoHyperplane(norm, points, normal, tensor([-1, -1])).toNumbers();
    expect(step.map(Math.abs)).toEqual([0, 0, 0, 0]);
  });
});

test('another norm is refused', () => {
  tidy(() => {
    const point = tensor([[0.5]]);
    expect(() => stepOntoHyperplane('l0', point, point, tensor([1]))).toThrow(
      'expected norm linf, l2, l1, received l0',
    );
  });
});
