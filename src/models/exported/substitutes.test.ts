/**
 * Substitutes compute what LibTorch's operators compute, results and gradients, wherever this LibTorch has them.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import { seeded } from '../../../test/support/random-values.js';
import type { Tensor } from '../../engine/index.js';
import { dynamicOperator, grad, ops, tensor, tidy, type OperatorValue } from '../../engine/index.js';
import type { ProgramNode } from './program.js';
import { isPreferred, substituteFor } from './substitutes.js';

leavesNothingAlive();

const node = (operator: string, overload = '', given: ProgramNode['arguments'] = {}): ProgramNode => ({
  operator,
  overload,
  arguments: given,
  results: ['a'],
});

/** Numbers in [-1, 1] that follow from the seed, with a gradient. */
function between(shape: readonly number[], seed: number): Tensor {
  const random = seeded(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float64Array.from({ length: size }, () => 2 * random() - 1);
  const made = tensor(values, { shape, dtype: 'float32' });
  made.requiresGrad = true;
  return made;
}

interface Case {
  readonly operator: string;
  readonly overload?: string;
  /** In the order of the operator's schema. */
  readonly given: () => Readonly<Record<string, OperatorValue>>;
  /** Its gradients with respect to these, which LibTorch's own has too. */
  readonly differentiable: readonly string[];
}

const mask = () => tensor([1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0], { shape: [3, 4], dtype: 'bool' });
/** A row without anything, and a row with some. */
const nothingLeft = () => tensor([1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0], { shape: [3, 4], dtype: 'bool' });
const attention = () => ({
  query: between([2, 2, 3, 5], 1),
  key: between([2, 2, 4, 5], 2),
  value: between([2, 2, 4, 6], 3),
});
const normalized = () => ({
  input: between([4, 3, 2, 2], 1),
  weight: between([3], 2),
  bias: between([3], 3),
});
const statistics = () => ({
  running_mean: between([3], 4).detach(),
  running_var: ops.full([3], 0.7, { dtype: 'float32' }),
});
const ATTENDED = ['query', 'key', 'value'];
const NORMALIZED = ['input', 'weight', 'bias'];

const CASES: readonly (readonly [string, Case])[] = [
  ['attention', { operator: 'scaled_dot_product_attention', given: attention, differentiable: ATTENDED }],
  [
    'attention to what a mask leaves',
    {
      operator: 'scaled_dot_product_attention',
      given: () => ({ ...attention(), attn_mask: mask() }),
      differentiable: ATTENDED,
    },
  ],
  [
    'attention with something added, and a scale',
    {
      operator: 'scaled_dot_product_attention',
      given: () => ({ ...attention(), attn_mask: between([3, 4], 5).detach(), scale: 0.3 }),
      differentiable: ATTENDED,
    },
  ],
  [
    'attention as PyTorch 2.3 writes it',
    {
      operator: '_scaled_dot_product_flash_attention_for_cpu',
      given: () => {
        const { query, key } = attention();
        return { query, key, value: between([2, 2, 4, 5], 3) };
      },
      differentiable: ATTENDED,
    },
  ],
  [
    'batch norm in evaluation',
    {
      operator: '_native_batch_norm_legit_no_training',
      given: () => ({ ...normalized(), ...statistics(), momentum: 0.1, eps: 1e-5 }),
      differentiable: NORMALIZED,
    },
  ],
  [
    'batch norm without running averages',
    {
      operator: '_native_batch_norm_legit',
      overload: 'no_stats',
      given: () => ({ ...normalized(), training: true, momentum: 0.1, eps: 1e-5 }),
      differentiable: NORMALIZED,
    },
  ],
  [
    'squeeze of several dimensions',
    {
      operator: 'squeeze',
      overload: 'dims',
      given: () => ({ self: between([1, 3, 1, 2, 1], 1), dim: [0, 1, -1] }),
      differentiable: ['self'],
    },
  ],
  [
    'copy', // whose gradient LibTorch has not
    {
      operator: 'copy',
      given: () => ({ self: ops.zeros([2, 3], { dtype: 'float32' }), src: between([3], 1) }),
      differentiable: [],
    },
  ],
  [
    'softmax where nothing is left',
    {
      operator: '_safe_softmax',
      given: () => ({ self: between([3, 4], 1).detach().maskedFill(nothingLeft(), -Infinity), dim: 1 }),
      differentiable: [],
    },
  ],
  [
    'channels that are shuffled',
    {
      operator: 'channel_shuffle',
      given: () => ({ self: between([2, 6, 3, 2], 1), groups: 3 }),
      differentiable: [], // channel_shuffle of LibTorch has no gradient on every version
    },
  ],
  [
    'an index',
    {
      operator: '_unsafe_index',
      overload: 'Tensor',
      given: () => ({ self: between([2, 3, 4], 1), indices: [null, tensor([2, 0], { dtype: 'int64' })] }),
      differentiable: ['self'],
    },
  ],
];

describe.each(CASES)('%s', (_, { operator, overload = '', given, differentiable }) => {
  const own = dynamicOperator(operator, overload);

  test.skipIf(own === undefined)('equals the operator', () => {
    tidy(() => {
      const values = given();
      const wanted = own!.call(own!.parameters.map(({ name }) => values[name]))[0] as Tensor;
      const received = substituteFor(node(operator, overload))!(values)[0] as Tensor;
      expect(received).toBeAllclose(wanted, 1e-5);
      const sources = differentiable.map((name) => values[name] as Tensor);
      if (sources.length === 0) return;
      const cotangent = between(wanted.shape, 9).detach();
      const [theirs, ours] = [wanted, received].map((result) => grad(result.mul(cotangent).sum(), sources));
      sources.forEach((__, i) => expect(ours![i]!).toBeAllclose(theirs![i]!, 1e-5));
    });
  });

  test('computes in any LibTorch', () => {
    tidy(() => {
      const result = substituteFor(node(operator, overload))!(given())[0] as Tensor;
      expect(result.toNumbers().every(Number.isFinite)).toBe(true);
    });
  });
});

test('copy is differentiated, which LibTorch cannot', () => {
  tidy(() => {
    const [self, src] = [ops.zeros([2, 3], { dtype: 'float32' }), between([3], 1)];
    const [copied] = substituteFor(node('copy'))!({ self, src }) as [Tensor];
    const [gradient] = grad(copied.sum(), [src]) as [Tensor];
    expect(gradient).toBeAllclose([2, 2, 2], 0);
  });
});

test('there is none for attention to the past alone, or with fewer keys than queries', () => {
  const operator = 'scaled_dot_product_attention';
  expect(substituteFor(node(operator, '', { is_causal: false }))).toBeDefined();
  expect(substituteFor(node(operator, '', { is_causal: true }))).toBeUndefined();
  expect(substituteFor(node(operator, '', { enable_gqa: true }))).toBeUndefined();
  expect(substituteFor(node('relu'))).toBeUndefined();
});

test('what LibTorch computes well is left to it', () => {
  expect(isPreferred(node('copy'))).toBe(true);
  expect(isPreferred(node('scaled_dot_product_attention'))).toBe(false);
});
