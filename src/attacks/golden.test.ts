/**
 * Norms, projections, objectives and whole trajectories give the numbers of scripts/golden/make_attacks.py, which
 * was written from the papers in PyTorch, in double precision.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { grad, memory, ops, RandomStream, tidy, type Tensor } from '../engine/index.js';
import { Module } from '../nn/index.js';
import { readGolden, unpack } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { l0With, l1With, NORMS, OBJECTIVES, Pgd, type Norm, type NormName, type ObjectiveName } from './index.js';
import type { GradientName, Initialization, MomentumKind } from './index.js';
import { int64, Recorder } from './toy.test-helper.js';

leavesNothingAlive();

interface PathCase {
  readonly call: 'pgd';
  readonly norm: NormName;
  readonly fraction: number | null;
  readonly options: {
    readonly epsilon: number;
    readonly steps: number;
    readonly step_size: number;
    readonly gradient?: GradientName;
    readonly momentum?: number;
    readonly momentum_kind?: MomentumKind;
    readonly backtrack?: boolean;
    readonly step_decay?: number;
    readonly penalty?: number;
    readonly objective_name?: ObjectiveName;
  };
  readonly start: PackedTensor;
  /** Which iterates are in the file. */
  readonly kept: readonly number[];
  readonly iterates: readonly PackedTensor[];
}

interface PartCase {
  readonly call: string;
  readonly inputs: readonly PackedTensor[];
  readonly options: { readonly epsilon?: number; readonly fraction?: number | null };
  readonly outputs: readonly [PackedTensor];
  readonly cotangents?: readonly [PackedTensor];
  readonly gradients?: readonly [PackedTensor];
}

type NetworkCase = Readonly<Record<'kernel' | 'bias' | 'weight' | 'offset' | 'images' | 'labels', PackedTensor>>;

const [network, ...cases] = readGolden<unknown>('attacks').cases as [NetworkCase, ...(PathCase | PartCase)[]];
const isPath = (one: PathCase | PartCase): one is PathCase => one.call === 'pgd';

function normOf(name: NormName, fraction: number | null | undefined): Norm {
  if (typeof fraction !== 'number') return NORMS[name];
  return name === 'l1' ? l1With(fraction) : l0With(fraction);
}

class SmoothNetwork extends Module {
  override forward(input: Tensor): Tensor {
    const hidden = ops.conv2d(input, unpack(network.kernel), { bias: unpack(network.bias) }).tanh();
    return ops.linear(hidden.flatten({ startDim: 1 }), unpack(network.weight), { bias: unpack(network.offset) });
  }
}

describe('ten steps agree with PyTorch to 1e-5', () => {
  const paths = cases.filter(isPath).map((one) => [`${one.norm} ${JSON.stringify(one.options)}`, one] as const);

  test.each(paths)('%s', (_, { norm, fraction, options, start, kept, iterates }) => {
    tidy(() => {
      const fixed: Initialization = { name: 'fixed', random: false, perturbation: () => unpack(start) };
      const attack = new Pgd({
        norm: normOf(norm, fraction),
        initialization: fixed,
        epsilon: options.epsilon,
        steps: options.steps,
        stepSize: options.step_size,
        gradient: options.gradient,
        momentum: options.momentum,
        momentumKind: options.momentum_kind,
        backtrack: options.backtrack,
        stepDecay: options.step_decay,
        penalty: options.penalty,
        objective: options.objective_name && OBJECTIVES[options.objective_name],
      });
      const recorder = new Recorder(new SmoothNetwork());
      const randomness = { stream: new RandomStream('golden'), indices: int64([0, 1, 2]) };
      attack.run(recorder, unpack(network.images), unpack(network.labels), randomness);
      // With backtracking every second pass looks at a candidate.
      const seen = recorder.calls.filter((__, pass) => options.backtrack !== true || pass % 2 === 0);
      expect(seen).toHaveLength(options.steps + 1);
      kept.forEach((step, i) => {
        const expected = unpack(iterates[i]!).toNumbers();
        const distance = Math.max(...seen[step]!.input.map((value, j) => Math.abs(value - expected[j]!)));
        expect(distance, `iterate ${step}`).toBeLessThan(1e-5);
      });
    });
  });
});

describe('the parts agree with PyTorch', () => {
  const parts = cases.filter((one): one is PartCase => !isPath(one));
  const title = ({ call, options }: PartCase) => `${call} ${JSON.stringify(options)}`;

  test.each(parts.map((one) => [title(one), one] as const))('%s', (_, { call, inputs, options, ...expected }) => {
    tidy(() => {
      const [what = '', name = ''] = call.split('.');
      const [input, labels] = inputs.map((each) => unpack(each)) as [Tensor, Tensor];
      if (what === 'objective') {
        const objective = OBJECTIVES[name as ObjectiveName];
        const randomness = { stream: new RandomStream('golden'), indices: int64([0, 1, 2, 3, 4, 5]) };
        input.requiresGrad = true;
        const targets =
          'targets' in objective ? objective.targets?.choose(input.detach(), labels, randomness) : undefined;
        const value = objective.value(input, labels, targets);
        expect(value).toBeAllclose(expected.outputs[0], 1e-5);
        const [gradient] = grad(value.mul(unpack(expected.cotangents![0])).sum(), [input]);
        expect(gradient).toBeAllclose(expected.gradients![0], 1e-5);
        return;
      }
      const norm = normOf(name as NormName, options.fraction);
      const made = memory().live;
      const result =
        what === 'project'
          ? norm.project(input, options.epsilon!)
          : norm[what as 'magnitude' | 'scaled' | 'steepestAscent'](input);
      if (name !== 'linf') expect(memory().live).toBe(made + 1);
      expect(result).toBeAllclose(expected.outputs[0], 2e-6);
    });
  });
});
