/**
 * What may be computed with a convolution in one pass, and what must not: every program gives the same logits and
 * gradients as computed node by node.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { grad, noGrad, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { buildModel } from '../architectures.js';
import { ExportedProgram } from '../exported/index.js';
import type { Argument, Program, ProgramNode } from '../exported/program.js';
import { slotsOf } from '../exported/slots.js';
import { AttackNetwork, FROZEN_BACKENDS } from './index.js';
import { fuseConvolutions, Uses } from './fused-nodes.js';

leavesNothingAlive();

const CHANNELS = 8;
const value = (name: string): Argument => ({ value: name });
const float = (number: number): Argument => ({ float: number });
const whole = (...numbers: number[]): Argument => numbers.map((int) => ({ int }));

const node = (operator: string, given: Record<string, Argument>, result: string, overload = ''): ProgramNode => ({
  operator,
  overload,
  arguments: given,
  results: [result],
});
const conv = (input: string, result: string, weight = 'w') =>
  node('conv2d', { input: value(input), weight: value(weight), bias: null, padding: whole(1, 1) }, result);
const norm = (input: string, result: string) =>
  node(
    'batch_norm',
    {
      ...{ input: value(input), weight: value('scale'), bias: value('shift') },
      ...{ running_mean: value('mean'), running_var: value('variance'), training: false },
      ...{ momentum: float(0.1), eps: float(0.5), cudnn_enabled: false },
    },
    result,
  );
const relu = (input: string, result: string) => node('relu', { self: value(input) }, result);
const reluInPlace = (input: string, result: string) => node('relu_', { self: value(input) }, result);
const add = (self: string, other: string, result: string) =>
  node('add', { self: value(self), other: value(other) }, result, 'Tensor');
const addInPlace = (self: string, other: string, result: string) =>
  node('add_', { self: value(self), other: value(other) }, result, 'Tensor');
const times = (self: string, factor: number, result: string) =>
  node('mul', { self: value(self), other: float(factor) }, result, 'Tensor');
const timesInPlace = (self: string, factor: number, result: string) =>
  node('mul_', { self: value(self), other: float(factor) }, result, 'Tensor');
/** The first channels, which share memory with all. */
const firstOf = (self: string, result: string) =>
  node('slice', { self: value(self), dim: { int: 1 }, start: { int: 0 }, end: { int: 4 } }, result, 'Tensor');
const pool = (input: string) => node('mean', { self: value(input), dim: whole(2, 3) }, 'logits', 'dim');

const SHAPES: Readonly<Record<string, number[]>> = {
  first: [CHANNELS, 3, 3, 3],
  w: [CHANNELS, CHANNELS, 3, 3],
  scale: [CHANNELS],
  shift: [CHANNELS],
  mean: [CHANNELS],
  variance: [CHANNELS],
  each: [1, CHANNELS, 1, 1],
};

function programOf(nodes: readonly ProgramNode[]): Program {
  const inputs = Object.entries(SHAPES).map(([name, shape]) => {
    const parameter = name !== 'mean' && name !== 'variance';
    return { name, key: name, kind: 'weights', parameter, dtype: 'float32', shape } as const;
  });
  const images = { name: 'x', dtype: 'float32', shape: [null, 3, 6, 6] as (number | null)[] } as const;
  return { inputs: [...inputs], images, nodes: [conv('x', 'a', 'first'), ...nodes], output: 'logits', outputs: 1 };
}

function networkOf(program: Program) {
  const model = buildModel({ architecture: 'exported', options: { program } });
  noGrad(() => {
    for (const [name, tensor] of model.stateDict()) {
      tidy(() => {
        const random = new RandomStream(name).uniformTensor(tensor.shape);
        tensor.copy_(name.endsWith('variance') ? random.add(0.5) : random.sub(0.4));
      });
    }
  });
  return model;
}

/** Convolves what is written over later, which has a gradient nowhere. */
const OVERWRITTEN = 'an input that is written over in between';

/** The logits, and the gradient of their squares' sum where there is one. */
function seen(network: { forward(images: Tensor): Tensor }, what: string): number[] {
  return tidy(() => {
    const images = new RandomStream('images').uniformTensor([3, 3, 6, 6]);
    if (what === OVERWRITTEN) return noGrad(() => network.forward(images).toNumbers());
    images.requiresGrad = true;
    const logits = network.forward(images);
    return [...logits.toNumbers(), ...grad(logits.square().sum(), [images])[0]!.toNumbers()];
  });
}

/** How many nodes each fused convolution has, and whether a sum is among them. */
function fusedIn(program: Program): string[] {
  using model = networkOf(program);
  const exported = [...model.modules()].map(([, layer]) => layer).find((layer) => layer instanceof ExportedProgram)!;
  const fused = fuseConvolutions(new Uses(program, slotsOf(program), exported.formsFor(2)));
  return [...fused.values()].map(({ nodes, residual }) => `${nodes.length}${residual === undefined ? '' : '+'}`);
}

const CASES: readonly (readonly [what: string, nodes: readonly ProgramNode[], fused: readonly string[]])[] = [
  ['batch norm and ReLU', [norm('a', 'b'), relu('b', 'c'), pool('c')], ['3']],
  ['a ReLU in place', [norm('a', 'b'), reluInPlace('b', 'c'), pool('c')], ['3']],
  [
    'a block of a ResNet, its sum in place',
    [relu('a', 'b'), conv('b', 'c'), norm('c', 'd'), addInPlace('d', 'b', 'e'), reluInPlace('e', 'f'), pool('f')],
    ['2', '4+'],
  ],
  ['a sum with the shortcut first', [relu('a', 'b'), conv('b', 'c'), add('b', 'c', 'd'), pool('d')], ['2', '2+']],
  [
    'two convolutions that are added: the sum is the first one’s',
    [conv('a', 'b'), conv('a', 'c'), add('b', 'c', 'd'), relu('d', 'e'), pool('e')],
    ['1', '3+', '1'],
  ],
  ['what two nodes read stays as it is', [norm('a', 'b'), relu('b', 'c'), add('b', 'c', 'd'), pool('d')], ['2']],
  ['a term for each channel is no shortcut', [conv('a', 'b'), add('b', 'each', 'c'), pool('c')], ['1', '1']],
  ['a sum with itself', [conv('a', 'b'), add('b', 'b', 'c'), pool('c')], ['1', '1']],
  [OVERWRITTEN, [conv('a', 'b'), reluInPlace('a', 'c'), norm('b', 'd'), add('d', 'c', 'e'), pool('e')], ['1', '1']],
  [
    'a shortcut that is written over after the sum',
    [
      times('a', 2, 's'),
      conv('a', 'b'),
      add('b', 's', 'c'),
      reluInPlace('s', 't'),
      relu('c', 'd'),
      add('d', 't', 'e'),
      pool('e'),
    ],
    ['1', '2+'],
  ],
  [
    'a shortcut that is written over through a view after the sum',
    [
      times('a', 2, 's'),
      conv('a', 'b'),
      add('b', 's', 'c'),
      firstOf('s', 'v'),
      timesInPlace('v', 3, 'v3'),
      relu('c', 'd'),
      add('d', 's', 'e'),
      pool('e'),
    ],
    ['1', '2+'],
  ],
  [
    'maps that are written over through a flat view, which channels last is none',
    [
      conv('a', 'b'),
      node('view', { self: value('b'), size: whole(-1, CHANNELS * 36) }, 'v'),
      timesInPlace('v', 3, 'v3'),
      pool('b'),
    ],
    ['1', '1'],
  ],
  [
    'a shortcut of another type',
    [
      node('to', { self: value('a'), dtype: 'float64' }, 's', 'dtype'),
      conv('a', 'b'),
      add('b', 's', 'c'),
      node('to', { self: value('c'), dtype: 'float32' }, 'd', 'dtype'),
      pool('d'),
    ],
    ['1', '1'],
  ],
  [
    'a sum in place of the shortcut',
    [times('a', 2, 's'), conv('a', 'b'), addInPlace('s', 'b', 'c'), pool('c')],
    ['1', '1'],
  ],
  ['batch norm before the convolution', [norm('a', 'b'), relu('b', 'c'), conv('c', 'd'), pool('d')], ['3', '1']],
  ['batch norm of a sum', [conv('a', 'b'), add('a', 'b', 'c'), norm('c', 'd'), relu('d', 'e'), pool('e')], ['1', '2+']],
];

describe.each(CASES)('%s', (what, nodes, fused) => {
  const program = programOf(nodes);

  test('is fused so far and no further', () => {
    expect(fusedIn(program)).toEqual(fused);
  });

  test.each(['plain', 'channels-last', 'winograd'] as const)('%s: the network’s own logits and gradient', (backend) => {
    using model = networkOf(program);
    const wanted = seen(model, what);
    const largest = Math.max(...wanted.map(Math.abs));
    const found = tidy(() => seen(new AttackNetwork(model, FROZEN_BACKENDS[backend]), what));
    const difference = Math.max(...found.map((one, i) => Math.abs(one - wanted[i]!)));
    expect(difference / largest).toBeLessThan(1e-5);
  });
});
