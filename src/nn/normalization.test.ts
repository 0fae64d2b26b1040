import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { memory, ops, RandomStream, tensor, tidy } from '../engine/index.js';
import {
  chain,
  createNormalization,
  Dropout,
  Dropout2d,
  Flatten,
  groupCount,
  GroupNorm,
  Identity,
  Normalize,
  NORMALIZATIONS,
  ReLU,
  seedDropout,
  Sequential,
  zeros,
} from './index.js';

describe('normalisation by name', () => {
  test.each([
    [2, 1],
    [12, 6],
    [16, 8],
    [48, 24],
    [64, 32],
    [80, 16],
    [120, 24],
    [160, 32],
    [240, 24],
    [320, 32],
    [480, 32],
  ])('%i channels make %i groups', (channels, groups) => {
    expect(groupCount(channels)).toBe(groups);
  });

  test.each([1, 25, 100])('%i channels are refused', (channels) => {
    expect(() => groupCount(channels)).toThrow(/multiple of 16/);
  });

  test('each kind: what it keeps', () => {
    const names = NORMALIZATIONS.map((kind) => {
      using layer = createNormalization(kind, 16, zeros);
      return [kind, [...layer.stateDict().keys()].join(' ')];
    });
    const statistics = 'running_mean running_var num_batches_tracked';
    expect(names).toEqual([
      ['bn', `weight bias ${statistics}`],
      ['gn', 'weight bias'],
      ['fixedbn', statistics],
      ['fixedgn', ''],
      ['none', ''],
    ]);
  });

  test('GroupNorm normalises each example by itself, the same in both modes', () => {
    tidy(() => {
      const layer = new GroupNorm(2, 4, { affine: false });
      const input = ops.arange(2 * 4 * 4, { dtype: 'float32' }).reshape([2, 4, 2, 2]);
      const output = layer.forward(input);
      expect(output.reshape([4, 8]).mean([1]).add(1)).toBeAllclose([1, 1, 1, 1]);
      expect(layer.eval().forward(input).equal(output)).toBe(true);
    });
  });

  test('Normalize keeps its numbers on the device, outside of the state dict', () => {
    const before = memory().live;
    const layer = new Normalize([0.5], [2]);
    expect(memory().live).toBe(before + 2);
    expect(layer.stateDict().size).toBe(0);
    tidy(() => expect(layer.forward(tensor([[[[2.5]]]], { dtype: 'float64' })).dtype).toBe('float64'));
    layer.dispose();
    expect(memory().live).toBe(before);
  });
});

describe('chain', () => {
  test('leaves alive its result alone, and its input', () => {
    const input = ops.ones([2, 3]);
    const before = memory().live;
    const output = chain(input, new ReLU(), new Identity(), new Flatten(), new ReLU());
    expect(memory().live).toBe(before + 1);
    expect(output.toNumbers()).toEqual(input.toNumbers());
    output.dispose();
    expect(chain(input, new Identity(), new Sequential())).toBe(input);
    expect(input.disposed).toBe(false);
    input.dispose();
  });
});

describe('dropout', () => {
  const indices = (...values: number[]) => tensor(values, { dtype: 'int64' });
  const seeded = (layer: Dropout | Dropout2d, ...values: number[]) => {
    seedDropout(layer, new RandomStream('dropout'), indices(...values));
    return layer.forward(ops.ones([values.length, 400, 2, 2]));
  };

  test('drops its share and scales the rest', () => {
    tidy(() => {
      const values = seeded(new Dropout(0.2), 0, 1).toNumbers();
      expect([...new Set(values)].sort()).toEqual([0, 1.25]);
      const share = values.filter((value) => value === 0).length / values.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / values.length));
    });
  });

  test('Dropout2d drops whole channels', () => {
    tidy(() => {
      const sums = seeded(new Dropout2d(0.5), 0).sum([2, 3]).toNumbers();
      expect([...new Set(sums)].sort()).toEqual([0, 8]);
    });
  });

  test("a mask belongs to its example's index: batch and order do not matter", () => {
    tidy(() => {
      const layer = new Dropout(0.5);
      const [both, swapped, alone] = [seeded(layer, 3, 8), seeded(layer, 8, 3), seeded(layer, 8)];
      expect(both.select(0, 1).equal(swapped.select(0, 0))).toBe(true);
      expect(both.select(0, 1).equal(alone.select(0, 0))).toBe(true);
      expect(both.select(0, 0).equal(both.select(0, 1))).toBe(false);
    });
  });

  test('layers of one model have masks of their own', () => {
    tidy(() => {
      const model = new Sequential(new Dropout(0.5), new Dropout(0.5));
      seedDropout(model, new RandomStream('dropout'), indices(0));
      expect(
        model
          .forward(ops.ones([1, 1000]))
          .ne(0)
          .to({ dtype: 'float32' })
          .mean()
          .item(),
      ).toBeCloseTo(0.25, 1);
    });
  });

  test('a stream serves one pass; none, a used one and indices of another batch are refused', () => {
    tidy(() => {
      const layer = new Dropout(0.5);
      const refused: unknown = expect.objectContaining({ code: 'ARGUMENT' });
      expect(() => layer.forward(ops.ones([1, 2]))).toThrow(refused);
      seeded(layer, 0);
      expect(() => layer.forward(ops.ones([1, 2]))).toThrow(/received none; call seedDropout/);
      seedDropout(layer, new RandomStream('dropout'), indices(1, 2));
      expect(() => layer.forward(ops.ones([1, 2]))).toThrow(/batch of 1, received indices of 2 examples/);
    });
  });

  test('does nothing in evaluation mode or at rate 0', () => {
    tidy(() => {
      const input = ops.ones([1, 2]);
      expect(new Dropout(0.5).eval().forward(input)).toBe(input);
      expect(new Dropout(0).forward(input)).toBe(input);
    });
  });
});
