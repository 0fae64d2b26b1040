import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';

leavesNothingAlive();
import {
  backward,
  describeValue,
  Generator,
  grad,
  ops,
  requireInteger,
  requireNumber,
  setThreads,
  tensor,
  Tensor,
  tidy,
} from './index.js';

const wrong = (value: unknown) => value as never;
const disposed = tensor([1]);
disposed.dispose();

const refused: Record<string, [code: string, message: RegExp, call: () => unknown]> = {
  'shapes that do not broadcast': [
    'TORCH',
    /size of tensor a \(2\).*tensor b \(3\)/,
    () => ops.zeros([2]).add(ops.zeros([3])),
  ],
  'a matrix product of shapes that do not fit': [
    'TORCH',
    /2x3 and 2x3/,
    () => ops.zeros([2, 3]).matmul(ops.zeros([2, 3])),
  ],
  'a convolution with other channels': [
    'TORCH',
    /3 channels/,
    () => ops.conv2d(ops.zeros([1, 3, 4, 4]), ops.zeros([1, 2, 3, 3])),
  ],
  'dtypes that do not fit': [
    'TORCH',
    /dtype|scalar type/i,
    () => ops.zeros([2, 2]).matmul(ops.zeros([2, 2], { dtype: 'float64' })),
  ],
  'an unknown dtype': ['ARGUMENT', /"float99"/, () => ops.zeros([1], { dtype: wrong('float99') })],
  'a dtype by number': [
    'ARGUMENT',
    /expected a string for `dtype`, received a number/,
    () => ops.zeros([1], { dtype: wrong(999) }),
  ],
  'a dtype where a dimension is expected': [
    'ARGUMENT',
    /whole number for `dim`, received a string/,
    () => ops.zeros([2]).argmax({ dim: wrong('int8') }),
  ],
  'an unknown memory format': [
    'ARGUMENT',
    /channels-last.*"float32"/,
    () => ops.zeros([1]).contiguous({ memoryFormat: wrong('float32') }),
  ],
  'an unknown device': ['ARGUMENT', /expected a device such as "cpu".*"tpu"/, () => ops.zeros([1], { device: 'tpu' })],
  'a device that is not there': ['TORCH', /./, () => ops.zeros([1], { device: 'cuda:17' })],
  'a disposed tensor as receiver': ['DISPOSED', /disposed; keep\(\) it/, () => disposed.add(1)],
  'a disposed tensor as argument': ['DISPOSED', /disposed/, () => ops.zeros([1]).add(disposed)],
  'a disposed tensor in a list': ['DISPOSED', /disposed/, () => ops.cat([ops.zeros([1]), disposed])],
  'the shape of a disposed tensor': ['DISPOSED', /disposed/, () => disposed.shape],
  'a foreign object for a tensor': [
    'ARGUMENT',
    /expected a tensor for `other`, received an object/,
    () => ops.zeros([1]).maximum(wrong({ handle: 5 })),
  ],
  'a number for a tensor': [
    'ARGUMENT',
    /expected a tensor for `weight`, received 3/,
    () => ops.linear(ops.zeros([1, 1]), wrong(3)),
  ],
  'a tensor for a number': [
    'ARGUMENT',
    /expected int for `dim`, received a tensor/,
    () => ops.zeros([1]).squeeze(wrong(ops.zeros([]))),
  ],
  'a fraction for a whole number': [
    'ARGUMENT',
    /whole number for `dim`, received 0\.5/,
    () => ops.zeros([1]).squeeze(0.5),
  ],
  'an unknown option': [
    'ARGUMENT',
    /unknown option `strid`; the options are .*stride/,
    () => ops.maxPool2d(ops.zeros([1, 1, 2, 2]), 2, wrong({ strid: 1 })),
  ],
  'too few values': [
    'ARGUMENT',
    /expected 2 values before the options, received 1/,
    () => (ops.linear as (...values: unknown[]) => unknown)(ops.zeros([1])),
  ],
  'too many values': [
    'ARGUMENT',
    /received 4 values, expected at most 3/,
    () => (ops.linear as (...values: unknown[]) => unknown)(ops.zeros([1, 1]), ops.zeros([1, 1]), {}, 2),
  ],
  'no groups': [
    'ARGUMENT',
    /`groups` from 1 .* received 0/,
    () => ops.conv2d(ops.zeros([1, 1, 2, 2]), ops.zeros([1, 1, 1, 1]), { groups: 0 }),
  ],
  'no group to normalise': ['ARGUMENT', /`num_groups` from 1/, () => ops.groupNorm(ops.zeros([1, 2, 2, 2]), 0)],
  'a stride of zero': ['ARGUMENT', /`stride` from 1/, () => ops.maxPool2d(ops.zeros([1, 1, 2, 2]), 2, { stride: 0 })],
  'a whole-number remainder by -1': [
    'ARGUMENT',
    /at least 0/,
    () => tensor([-(2 ** 31)], { dtype: 'int32' }).remainder(-1),
  ],
  'a whole-number remainder by what is -1 in 32 bits': [
    'ARGUMENT',
    /at least 0/,
    () => tensor([-(2 ** 31)], { dtype: 'int32' }).remainder(2n ** 63n - 1n),
  ],
  'several indices into a tensor without dimensions': [
    'ARGUMENT',
    /expected one index into a tensor without dimensions, received 5/,
    () => tensor(7).indexSelect(-1, tensor([0, 0, 0, 0, 0], { dtype: 'int64' })),
  ],
  'an element out of range': [
    'TORCH',
    /out of (range|bounds)/,
    () => ops.zeros([2]).gather(0, tensor([5], { dtype: 'int64' })),
  ],
  'a label beyond the classes': [
    'TORCH',
    /Target 7 is out of bounds/,
    () => ops.crossEntropyLoss(ops.zeros([1, 3]), tensor([7], { dtype: 'int64' })),
  ],
  'more memory than there is': ['MEMORY', /memory/, () => ops.empty([2 ** 45])],
  'ragged numbers': ['ARGUMENT', /rectangular arrays of shape \[2, 2\]/, () => tensor([[1, 2], [3]])],
  'text for numbers': ['ARGUMENT', /received "x" at depth 1/, () => tensor(wrong(['x']))],
  'an array that contains itself': [
    'ARGUMENT',
    /64/,
    () => {
      const loop: unknown[] = [];
      loop.push(loop);
      return tensor(wrong(loop));
    },
  ],
  'a shape that does not hold the data': [
    'ARGUMENT',
    /expected 6 elements for the shape \[2, 3\], received 4/,
    () => tensor([1, 2, 3, 4], { shape: [2, 3] }),
  ],
  'a shape that is none': ['ARGUMENT', /expected a shape .* received "2"/, () => tensor([1, 2], { shape: wrong('2') })],
  'a negative size': ['ARGUMENT', /at least 0, received \[-1, -2\]/, () => tensor([1, 2], { shape: [-1, -2] })],
  'item of several elements': ['ARGUMENT', /one element, received 2/, () => tensor([1, 2]).item()],
  'a whole number that does not fit': [
    'ARGUMENT',
    /does not fit a number exactly/,
    () =>
      tensor(BigInt64Array.of(2n ** 60n))
        .select(0, 0)
        .item(),
  ],
  'a dimension that is not there': ['ARGUMENT', /shape \[2, 3\], received 2/, () => ops.zeros([2, 3]).size(2)],
  'backward of nothing': ['ARGUMENT', /expected a tensor, received undefined/, () => backward(wrong(undefined))],
  'backward without a graph': ['TORCH', /does not require grad/, () => backward(ops.zeros([]))],
  'backward of a tensor that is no scalar': [
    'TORCH',
    /scalar/,
    () => {
      const x = ops.zeros([2]);
      x.requiresGrad = true;
      backward(x.mul(2));
    },
  ],
  'gradients of no list': [
    'ARGUMENT',
    /expected an array of tensors, received Tensor\(float32/,
    () => grad(ops.zeros([]), wrong(ops.zeros([]))),
  ],
  'whole numbers that want a gradient': [
    'TORCH',
    /floating point/,
    () => {
      ops.zeros([1], { dtype: 'int64' }).requiresGrad = true;
    },
  ],
  'a weight changed in place while recorded': [
    'TORCH',
    /leaf/,
    () => {
      const x = ops.zeros([1]);
      x.requiresGrad = true;
      x.add_(1);
    },
  ],
  'a seed that is no whole number': ['ARGUMENT', /whole number for `seed`/, () => new Generator(0.5)],
  'no threads': ['ARGUMENT', /received 0/, () => setThreads(0)],
};

describe('refused with a code and a message that says what was expected and received', () => {
  test.each(Object.entries(refused))('%s', (_, [code, message, call]) => {
    const failure = failureOf(() => tidy(call));
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
    expect(failure).toBeInstanceOf(Error);
  });
});

test('a tensor of another kind of object is not mistaken for one of ours', () => {
  const foreign = Object.create(Tensor.prototype) as Tensor;
  expect(() => foreign.add(1)).toThrow();
});

describe('checks of plain values', () => {
  test.each([NaN, Infinity, '1', null, undefined, 2, -1])('requireNumber refuses %s between 0 and 1', (value) => {
    expect(() => requireNumber('epsilon', value, 0, 1)).toThrow(
      /expected epsilon to be a number from 0 to 1, received /,
    );
  });

  test.each([0.5, NaN, 2 ** 53, '3', 0])('requireInteger refuses %s of at least 1', (value) => {
    expect(() => requireInteger('steps', value, 1)).toThrow(
      /expected steps to be a whole number of at least 1, received /,
    );
  });

  test('both return what they accept', () => {
    expect(requireNumber('epsilon', 0.5, 0, 1)).toBe(0.5);
    expect(requireInteger('steps', 3, 1)).toBe(3);
  });

  test('describeValue names any value shortly', () => {
    const values = [
      1,
      'x',
      null,
      undefined,
      [1, 2],
      {},
      new Map(),
      () => 1,
      Symbol('s'),
      3n,
      Object.create(null),
      'y'.repeat(99),
    ];
    expect(values.map(describeValue)).toEqual([
      '1',
      '"x"',
      'null',
      'undefined',
      'an array of 2',
      'an object',
      'a Map',
      'a function',
      'a symbol',
      '3',
      'an object',
      JSON.stringify(`${'y'.repeat(60)}…`),
    ]);
  });
});
