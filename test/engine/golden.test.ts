/**
 * Operators and losses give PyTorch's numbers, forward and backward. The cases are in test/golden, their scripts in
 * scripts/golden.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../support/live-tensors.js';
import { grad, ops, Tensor, tidy } from '../../src/engine/index.js';
import { binaryCrossEntropy, crossEntropy } from '../../src/nn/index.js';
import { isPacked, readGolden, unpack } from '../support/golden.js';
import '../support/matchers.js';
import type { PackedTensor } from '../support/matchers.js';

leavesNothingAlive();

type Input = PackedTensor | number | boolean | null | readonly Input[];

interface OperatorCase {
  /** `add` is a method of Tensor, `ops.conv2d` a free function, `nn.crossEntropy` a loss. */
  readonly call: string;
  readonly inputs: readonly Input[];
  /** Options by name; `{ input: 2 }` stands for the third input. */
  readonly options: Readonly<Record<string, unknown>> | string;
  readonly tolerance: number;
  readonly outputs: readonly PackedTensor[];
  readonly cotangents?: readonly (PackedTensor | null)[];
  readonly gradients?: readonly (PackedTensor | null)[];
}

type Callable = (...values: unknown[]) => unknown;

const losses: Readonly<Record<string, Callable>> = {
  crossEntropy: crossEntropy as Callable,
  binaryCrossEntropy: binaryCrossEntropy as Callable,
};

function functionOf(call: string): Callable {
  const [first = '', second] = call.split('.');
  if (first === 'ops') return ops[second as keyof typeof ops] as Callable;
  if (first === 'nn') return losses[second!]!;
  return (self, ...rest) => ((self as Tensor)[first as keyof Tensor] as Callable).apply(self, rest);
}

function unpackInput(input: Input): unknown {
  if (isPacked(input)) return unpack(input);
  return Array.isArray(input) ? input.map((element: Input) => unpackInput(element)) : input;
}

/** The call's arguments: inputs by position, less those that are options, then the options. */
function argumentsOf({ options }: OperatorCase, inputs: readonly unknown[]): unknown[] {
  if (typeof options === 'string') return [...inputs, options];
  const inOptions = new Set<unknown>();
  const entries = Object.entries(options).map(([name, value]) => {
    if (typeof value !== 'object' || value === null || !('input' in value))
      return [name, value === 'inf' ? Infinity : value];
    const input = inputs[value.input as number];
    inOptions.add(input);
    return [name, input];
  });
  const positional = inputs.filter((input) => !inOptions.has(input));
  return entries.length === 0 ? positional : [...positional, Object.fromEntries(entries)];
}

function check(golden: OperatorCase): void {
  const inputs = golden.inputs.map(unpackInput);
  const flat = inputs.flat();
  const { gradients = [], cotangents = [] } = golden;
  const wanted = flat.filter((input, index): input is Tensor => input instanceof Tensor && isPacked(gradients[index]));
  for (const input of wanted) input.requiresGrad = true;

  const outputs = [functionOf(golden.call)(...argumentsOf(golden, inputs))].flat() as Tensor[];
  expect(outputs.length).toBe(golden.outputs.length);
  for (const [index, output] of outputs.entries())
    expect(output).toBeAllclose(golden.outputs[index]!, golden.tolerance);
  if (wanted.length === 0) return;

  const differentiable = outputs.filter((_, index) => isPacked(cotangents[index]));
  const terms = differentiable.map((output, index) =>
    output.mul(unpack(cotangents.filter((each) => each !== null)[index]!)).sum(),
  );
  const received = grad(
    terms.reduce((sum, term) => sum.add(term)),
    wanted,
  );
  const expected = gradients.filter((gradient) => gradient !== null);
  for (const [index, gradient] of received.entries()) expect(gradient).toBeAllclose(expected[index]!, golden.tolerance);
}

for (const name of ['arithmetic', 'reductions', 'shapes', 'layers', 'losses']) {
  const { cases, about, torch } = readGolden<OperatorCase>(name);
  describe(`${about} As PyTorch ${torch}:`, () => {
    test.each(cases.map((golden, index) => [index, golden.call, golden] as const))('%i %s', (_, __, golden) => {
      tidy(() => check(golden));
    });
  });
}

test('the golden files cover every operator that is declared, but for those that draw or only allocate', async () => {
  const { methodDeclarations } = await import('../../src/engine/ops/methods.js');
  const { functionDeclarations } = await import('../../src/engine/ops/functions.js');
  const called = new Set(
    ['arithmetic', 'reductions', 'shapes', 'layers', 'losses'].flatMap((name) =>
      readGolden<OperatorCase>(name).cases.map(({ call }) => call),
    ),
  );
  const missing = [
    ...Object.keys(methodDeclarations).filter((name) => !called.has(name)),
    ...Object.keys(functionDeclarations).filter((name) => !called.has(`ops.${name}`)),
  ];
  // Tested elsewhere: batchNorm in parity.test.ts, the losses through src/nn, our own convolutions beside conv2d in
  // src/engine/*-convolution.test.ts and beside float64 in *-kernels.test.ts, the rest in operators.test.ts.
  expect(missing.sort()).toEqual([
    'batchNorm',
    'bfloat16Filters',
    'binaryCrossEntropyWithLogits',
    'clamp_',
    'clone',
    'contiguous',
    'crossEntropyLoss',
    'detach',
    'directFilter',
    'empty',
    'emptyLike',
    'equal',
    'expandAs',
    'frozenBfloat16AffineRelu',
    'frozenBfloat16Block',
    'frozenBfloat16Convolution',
    'frozenConvolution',
    'frozenDirectConvolution',
    'full',
    'fusedConvolution',
    'normal_',
    'ones',
    'to',
    'trainedBfloat16Convolution',
    'trainedBfloat16Norm',
    'trainedConvolution',
    'uniform_',
    'view',
    'winogradFilter',
    'zeros',
    'zerosLike',
  ]);
});
