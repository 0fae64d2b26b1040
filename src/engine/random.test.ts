import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { native } from './native.js';
import { ops, RandomStream, SaddlepointError, tensor, tidy } from './index.js';

const indicesOf = (...indices: (number | bigint)[]) => tensor(BigInt64Array.from(indices, BigInt));

describe('the generator is Philox-4x32-10', () => {
  // The Random123 distribution's known answers (kat_vectors); a uniform number shows the upper 24 bits of each word.
  test('counter 0, key 0', () => {
    tidy(() => {
      const row = ops.zeros([1, 4]);
      native.fillUniform(row.handle, 0, 0, indicesOf(0).handle);
      const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
      expect(row.toNumbers()).toEqual(words.map((word) => (word >>> 8) * 2 ** -24));
    });
  });

  test('an example index fills the upper half of the counter, the position the lower half', () => {
    // All bits of the index set; the position counts blocks of four from 0, so only index and key are all ones here.
    // Reference: Salmon et al., section 3.3, written out below in its plainest form.
    tidy(() => {
      const row = ops.zeros([1, 10]);
      const [keyLow, keyHigh] = [0xffffffff, 0xffffffff];
      native.fillUniform(row.handle, keyLow, keyHigh, indicesOf(-1).handle);
      const words = [0, 1, 2].flatMap((block) => philox([block, 0, 0xffffffff, 0xffffffff], keyLow, keyHigh));
      expect(row.toNumbers()).toEqual(words.slice(0, 10).map((word) => (word >>> 8) * 2 ** -24));
    });
  });

  test('that plain form gives the published answers', () => {
    const ones = 0xffffffff;
    expect(philox([0, 0, 0, 0], 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([ones, ones, ones, ones], ones, ones)).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], 0xa4093822, 0x299f31d0)).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });
});

function philox(counter: readonly number[], key0: number, key1: number): number[] {
  let [c0, c1, c2, c3] = counter.map((word) => BigInt(word)) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = [BigInt(key0), BigInt(key1)];
  const low = 0xffffffffn;
  for (let round = 0; round < 10; round += 1) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & low, (p0 >> 32n) ^ c3 ^ k1, p0 & low];
    [k0, k1] = [(k0 + 0x9e3779b9n) & low, (k1 + 0xbb67ae85n) & low];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('an example owns its numbers', () => {
  const stream = new RandomStream(7, 'test');
  const draws = { uniform: stream.uniform.bind(stream), normal: stream.normal.bind(stream) };
  test.each(Object.entries(draws))('%s: whatever the batch, its order or its size', (_, draw) => {
    tidy(() => {
      const whole = draw(indicesOf(0, 1, 2, 3, 4), [3, 5]);
      const shuffled = draw(indicesOf(4, 0, 2), [3, 5]);
      expect(shuffled.equal(whole.indexSelect(0, indicesOf(4, 0, 2)))).toBe(true);
      expect(draw(indicesOf(3), [3, 5]).equal(whole.narrow(0, 3, 1))).toBe(true);
    });
  });

  test('a stream can be asked again; other names and other examples give other numbers', () => {
    tidy(() => {
      const indices = indicesOf(0, 1);
      const [first, again] = [stream.uniform(indices, [50]), new RandomStream(7, 'test').uniform(indices, [50])];
      expect(first.equal(again)).toBe(true);
      expect(first.select(0, 0).equal(first.select(0, 1))).toBe(false);
      const others = [
        stream.derive('restart', 0),
        stream.derive('restart', 1),
        new RandomStream(8, 'test'),
        new RandomStream(7, 'test', 'x'),
        new RandomStream('7', 'test'),
      ];
      for (const other of others) expect(other.uniform(indices, [50]).equal(first)).toBe(false);
    });
  });

  test('LibTorch draws from generators alone do not change it', () => {
    tidy(() => {
      const before = stream.normalTensor([4]);
      ops.zeros([10]).uniform_().normal_();
      expect(stream.normalTensor([4]).equal(before)).toBe(true);
    });
  });
});

describe('the distributions', () => {
  const stream = new RandomStream('distributions');
  const count = 40_000;
  const indices = () => ops.arange(200, { dtype: 'int64' });

  test('uniform: in [0, 1), mean 1/2, variance 1/12, in steps of 2^-24', () => {
    tidy(() => {
      const draws = stream.uniform(indices(), [count / 200]).to({ dtype: 'float64' });
      expect(draws.amin().item()).toBeGreaterThanOrEqual(0);
      expect(draws.amax().item()).toBeLessThan(1);
      // Five standard errors.
      expect(Math.abs(draws.mean().item() - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
      expect(Math.abs(draws.var().item() - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
      expect(
        draws
          .mul(2 ** 24)
          .remainder(1)
          .amax()
          .item(),
      ).toBe(0);
    });
  });

  test('normal: mean 0, variance 1, no skew, kurtosis 3, all finite', () => {
    tidy(() => {
      const draws = stream.normal(indices(), [count / 200]).to({ dtype: 'float64' });
      expect(draws.isfinite().all().item()).toBe(1);
      expect(Math.abs(draws.mean().item())).toBeLessThan(5 / Math.sqrt(count));
      expect(Math.abs(draws.var().item() - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
      expect(Math.abs(draws.pow(3).mean().item())).toBeLessThan(5 * Math.sqrt(15 / count));
      expect(Math.abs(draws.pow(4).mean().item() - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
    });
  });

  test('integers: every value below the bound, about equally often', () => {
    tidy(() => {
      const counts = stream
        .integers(indices(), [count / 200], 8)
        .reshape([-1])
        .bincount()
        .toNumbers();
      expect(counts).toHaveLength(8);
      for (const each of counts) expect(Math.abs(each - count / 8)).toBeLessThan(5 * Math.sqrt(count / 8));
    });
  });

  test.each([0, 1, 2, 1000])('permutation(%i) holds every number once', (size) => {
    tidy(() => {
      const order = stream.permutation(size);
      expect(order.dtype).toBe('int64');
      expect(order.toNumbers().sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
    });
  });

  test('a permutation depends on its stream', () => {
    tidy(() => {
      expect(stream.permutation(100).equal(new RandomStream('other').permutation(100))).toBe(false);
      expect(stream.permutation(100).equal(stream.permutation(100))).toBe(true);
    });
  });
});

test.each([
  ['indices of another dtype', (stream: RandomStream) => stream.uniform(tensor([1, 2]), [2])],
  ['indices of another shape', (stream: RandomStream) => stream.uniform(ops.zeros([2, 2], { dtype: 'int64' }), [2])],
  ['indices that are no tensor', (stream: RandomStream) => stream.uniform([1, 2] as never, [2])],
  ['a negative size', (stream: RandomStream) => stream.normal(ops.zeros([2], { dtype: 'int64' }), [-2])],
  ['a bound of 0', (stream: RandomStream) => stream.integers(ops.zeros([2], { dtype: 'int64' }), [2], 0)],
  [
    'a bound that is no number',
    (stream: RandomStream) => stream.integers(ops.zeros([2], { dtype: 'int64' }), [2], NaN),
  ],
  ['a negative count', (stream: RandomStream) => stream.permutation(-1)],
])('refuses %s', (_, draw) => {
  expect(() => tidy(() => draw(new RandomStream('x')))).toThrow(SaddlepointError);
  expect(() => tidy(() => draw(new RandomStream('x')))).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
});
