import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import '../../test/support/matchers.js';
import { native } from './native.js';
import { ops, tensor, tidy, type DType, type Tensor } from './index.js';

leavesNothingAlive();

const DTYPES: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'bool',
];

describe('tensor', () => {
  test('takes the shape of nested arrays, and float32 for numbers', () => {
    using x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x).toHaveShape([2, 3]);
    expect(x.dtype).toBe('float32');
    expect(x.device).toBe('cpu');
    expect([x.ndim, x.dim(), x.numel(), x.size(-1)]).toEqual([2, 2, 6, 3]);
    expect(String(x)).toBe('Tensor(float32 [2, 3] on cpu)');
  });

  test('a number makes a scalar, booleans make bool, an empty array an empty vector', () => {
    tidy(() => {
      expect(tensor(2.5)).toHaveShape([]);
      expect(tensor(2.5).item()).toBe(2.5);
      expect(tensor([true, false]).dtype).toBe('bool');
      expect(tensor([true, false]).toNumbers()).toEqual([1, 0]);
      expect(tensor([])).toHaveShape([0]);
      expect(tensor([[], []])).toHaveShape([2, 0]);
    });
  });

  test('a typed array keeps its dtype and is copied', () => {
    const data = Int16Array.of(1, -2, 3);
    using x = tensor(data, { shape: [3, 1] });
    data[0] = 99;
    expect(x.dtype).toBe('int16');
    expect(x.toNumbers()).toEqual([1, -2, 3]);
    x.toTypedArray()[1] = 7;
    expect(x.toNumbers()).toEqual([1, -2, 3]);
  });

  test('a part of a larger buffer is read from its own place', () => {
    using x = tensor(Float32Array.of(1, 2, 3, 4).subarray(1, 3));
    expect(x.toNumbers()).toEqual([2, 3]);
  });

  test.each(DTYPES)('%s goes in and comes out', (dtype) => {
    using x = tensor(
      [
        [0, 1],
        [1, 0],
      ],
      { dtype },
    );
    expect(x.dtype).toBe(dtype);
    expect(x.toNumbers()).toEqual([0, 1, 1, 0]);
  });

  test('int64 comes out exactly', () => {
    using x = tensor(BigInt64Array.of(2n ** 62n, -(2n ** 63n)));
    expect([...x.toTypedArray()]).toEqual([2n ** 62n, -(2n ** 63n)]);
  });

  test('bytes other than 0 and 1 count as true', () => {
    using x = tensor(Uint8Array.of(0, 1, 2, 255), { dtype: 'bool' });
    expect(x.toNumbers()).toEqual([0, 1, 1, 1]);
  });
});

/** A shape [length] whose size is asked for `looks` times before the data's bytes are given to somebody else. */
function shapeThatGivesAway(data: Uint8Array<ArrayBuffer>, looks: number): number[] {
  const [length, shape] = [data.length, [0]];
  Object.defineProperty(shape, 0, {
    get: () => {
      looks -= 1;
      if (looks < 0 && data.buffer.byteLength > 0) structuredClone(data.buffer, { transfer: [data.buffer] });
      return length;
    },
  });
  return shape;
}

describe('a shape with a getter that gives the bytes away', () => {
  test.each([0, 1, 2, 3, 4])('at look %i: all the bytes were copied before, or none is', (looks) => {
    const data = new Uint8Array(4096).fill(7);
    const shape = shapeThatGivesAway(data, looks);
    try {
      using x = tensor(data, { shape });
      expect(new Set(x.toNumbers())).toEqual(new Set([7]));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ARGUMENT', message: expect.stringMatching(/received 0$/) as string });
    }
  });

  test('the addon takes the address of the bytes after everything that can run JavaScript', () => {
    const data = new Uint8Array(4096).fill(7);
    const failure = failureOf(() => native.fromBytes(data, shapeThatGivesAway(data, 0), 'uint8'));
    expect(failure.message).toBe('expected 4096 bytes for this shape and dtype, received 0');
  });
});

test('a shape of more sizes than a tensor may have is refused before they are looked at', () => {
  const failure = failureOf(() => tensor([1], { shape: new Array<number>(2 ** 32 - 1) }));
  expect(failure.message).toBe(
    'expected a shape as an array of at most 64 whole numbers of at least 0, received an array of 4294967295',
  );
});

describe('what operators take', () => {
  test('overloads are told apart by their values', () => {
    tidy(() => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      expect(x.add(1)).toBeAllclose([2, 3, 4, 5]);
      expect(x.add(x)).toBeAllclose([2, 4, 6, 8]);
      expect(x.sum()).toHaveShape([]);
      expect(x.sum([0])).toHaveShape([2]);
      expect(x.sum(0, { keepdim: true })).toHaveShape([1, 2]);
      expect(x.clamp({ min: 2 })).toBeAllclose([2, 2, 3, 4]);
      expect(x.clamp({ min: tensor([2, 3]) })).toBeAllclose([2, 3, 3, 4]);
      expect(x.pow(tensor([1, 2]))).toBeAllclose([1, 4, 3, 16]);
    });
  });

  test('null and undefined stand for an absent optional argument', () => {
    tidy(() => {
      const [x, weight] = [ops.ones([1, 2]), ops.ones([3, 2])];
      expect(ops.linear(x, weight, { bias: null })).toBeAllclose([2, 2, 2]);
      expect(ops.linear(x, weight, { bias: undefined })).toBeAllclose([2, 2, 2]);
      expect(x.index([null, tensor([1], { dtype: 'int64' })])).toHaveShape([1, 1]);
    });
  });

  test('in-place operators return the tensor itself', () => {
    using x = tensor([1, -1]);
    expect(x.relu_()).toBe(x);
    expect(x.clamp_({ min: 0.5 })).toBe(x);
    expect(x.toNumbers()).toEqual([1, 0.5]);
  });

  test('views share memory, clones do not', () => {
    tidy(() => {
      const x = ops.zeros([2, 2]);
      const [view, copy] = [x.view([4]), x.clone()];
      x.fill_(3);
      expect(view).toBeAllclose([3, 3, 3, 3]);
      expect(copy).toBeAllclose([0, 0, 0, 0]);
      expect(x.detach().requiresGrad).toBe(false);
      expect(x.expandAs(ops.zeros([5, 2, 2]))).toHaveShape([5, 2, 2]);
      expect(x.equal(copy)).toBe(false);
    });
  });

  test('factories make what they say', () => {
    tidy(() => {
      expect(ops.ones([2], { dtype: 'uint8' }).dtype).toBe('uint8');
      expect(ops.full([2], 0.5)).toBeAllclose([0.5, 0.5]);
      expect(ops.empty([3, 0])).toHaveShape([3, 0]);
      const x = ops.ones([2, 2], { dtype: 'float64' });
      expect([ops.zerosLike(x).dtype, ops.emptyLike(x).dtype]).toEqual(['float64', 'float64']);
    });
  });

  test('memory format changes the layout and not the values', () => {
    tidy(() => {
      const x = ops.arange(24, { dtype: 'float32' }).reshape([1, 2, 3, 4]);
      const last = x.contiguous({ memoryFormat: 'channels-last' });
      expect([x.isContiguous(), x.isContiguous('channels-last')]).toEqual([true, false]);
      expect([last.isContiguous(), last.isContiguous('channels-last')]).toEqual([false, true]);
      expect(last.toNumbers()).toEqual(x.toNumbers());
      expect(x.select(0, 0).isContiguous('channels-last')).toBe(false);
    });
  });

  test('tensors that are not contiguous are read in row-major order', () => {
    tidy(() =>
      expect(
        tensor([
          [1, 2],
          [3, 4],
        ])
          .transpose(0, 1)
          .toNumbers(),
      ).toEqual([1, 3, 2, 4]),
    );
  });
});

describe('what console.log prints', () => {
  const shown = (made: Tensor) => {
    const text = inspect(made);
    made.dispose();
    return text;
  };

  test('small tensors whole, with their kind', () => {
    expect(
      shown(
        tensor([
          [1, 2.5],
          [3, -0.123456],
        ]),
      ),
    ).toBe('tensor([[1, 2.5], [3, -0.1235]], float32 [2, 2])');
    expect(shown(tensor(7))).toBe('tensor(7, float32 [])');
    expect(shown(tensor(BigInt64Array.of(1n, 2n)))).toBe('tensor([1, 2], int64 [2])');
    expect(shown(tensor(new Float32Array(0)))).toBe('tensor([], float32 [0])');
    const gone = tensor([1]);
    gone.dispose();
    expect(inspect(gone)).toBe('Tensor(disposed)');
  });

  test('of long dimensions the first and the last three, and nothing stays alive', () => {
    const numbers = Float32Array.from({ length: 80 }, (_, i) => i);
    expect(shown(tensor(numbers))).toBe('tensor([0, 1, 2, …, 77, 78, 79], float32 [80])');
    expect(shown(tensor(numbers, { shape: [2, 40] }))).toBe(
      'tensor([[0, 1, 2, …, 37, 38, 39], [40, 41, 42, …, 77, 78, 79]], float32 [2, 40])',
    );
    expect(shown(tensor(numbers, { shape: [8, 10] }))).toContain('[20, 21, 22, …, 27, 28, 29], …, [50, 51, 52,');
  });
});

test('options may be given by position, as in PyTorch', () => {
  tidy(() => {
    const values = tensor([
      [3, 1],
      [2, 4],
    ]);
    expect(values.argmax(1).toNumbers()).toEqual([0, 1]);
    expect(values.argmax({ dim: 1 }).toNumbers()).toEqual([0, 1]);
    expect(values.max().item()).toBe(4);
    expect(values.min().item()).toBe(1);
    expect(values.max(1)[0].toNumbers()).toEqual([3, 4]);
    expect(values.flatten(0).shape).toEqual([4]);
    expect(values.flatten(0, 1).shape).toEqual([4]);
    expect(values.argmax(1, true).shape).toEqual([2, 1]);
    expect(values.argmax(1, { keepdim: true }).shape).toEqual([2, 1]);
    // @ts-expect-error one too many
    expect(() => values.flatten(0, 1, 2)).toThrow(/flatten/);
  });
});
