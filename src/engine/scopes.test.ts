import { beforeEach, describe, expect, test } from 'vitest';
import { Generator, keep, memory, ops, SaddlepointError, tensor, Tensor, tidy } from './index.js';
import * as engine from './index.js';

let start = 0;
beforeEach(() => {
  start = memory().live;
});
const alive = () => memory().live - start;

describe('tidy', () => {
  test('frees what was made inside, except what it returns', () => {
    using sum = tidy(() =>
      tensor([1, 2])
        .add(tensor([3, 4]))
        .mul(2),
    );
    expect(sum.toNumbers()).toEqual([8, 12]);
    expect(alive()).toBe(1);
  });

  test('keeps tensors returned inside arrays, plain objects, maps and sets, at any depth', () => {
    const made = tidy(() => ({
      list: [tensor([1]), { deep: tensor([2]) }],
      map: new Map([['a', tensor([3])]]),
      set: new Set([tensor([4])]),
      bare: Object.assign(Object.create(null) as { inner?: Tensor }, { inner: tensor([5]) }),
      unrelated: tensor([6]).item(),
    }));
    expect(alive()).toBe(5);
    const [first, second] = made.list as [Tensor, { deep: Tensor }];
    for (const each of [first, second.deep, made.map.get('a')!, ...made.set, made.bare.inner]) each.dispose();
    expect(alive()).toBe(0);
  });

  test('a structure that contains itself is no problem', () => {
    interface Loop {
      self?: Loop;
      value: Tensor;
    }
    const loop = tidy(() => {
      const made: Loop = { value: tensor([1]) };
      made.self = made;
      return made;
    });
    expect(alive()).toBe(1);
    loop.value.dispose();
  });

  test('what an inner scope returns belongs to the outer scope', () => {
    tidy(() => {
      const inner = tidy(() => tensor([1]).add(1));
      expect(inner.disposed).toBe(false);
      expect(alive()).toBe(1);
    });
    expect(alive()).toBe(0);
  });

  test('leaves tensors alone that were made outside, even when it returns them', () => {
    using outside = tensor([1]);
    const returned = tidy(() => outside);
    expect(returned).toBe(outside);
    expect(outside.disposed).toBe(false);
  });

  test('frees everything when the function throws, and passes the error on', () => {
    const failure = new Error('on purpose');
    expect(() =>
      tidy(() => {
        tidy(() => tensor([1]));
        tensor([2]).add(1);
        throw failure;
      }),
    ).toThrow(failure);
    expect(alive()).toBe(0);
    // The scope is gone: what is made now lives on.
    using after = tensor([3]);
    expect(after.disposed).toBe(false);
    expect(alive()).toBe(1);
  });

  test('refuses a function that returns a promise, and frees what it made', () => {
    expect(() => tidy(() => Promise.resolve(tensor([1])))).toThrow(
      expect.objectContaining({ code: 'ARGUMENT', message: expect.stringContaining('synchronous') as string }),
    );
    expect(alive()).toBe(0);
  });

  test('a tensor disposed inside is not disposed twice', () => {
    tidy(() => tensor([1]).dispose());
    expect(alive()).toBe(0);
  });

  test('owns generators too', () => {
    const generator = tidy(() => {
      new Generator(1);
      return new Generator(2);
    });
    using x = ops.zeros([2]);
    expect(x.uniform_({ generator })).toBe(x);
    generator.dispose();
    expect(() => x.uniform_({ generator })).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
  });
});

describe('keep', () => {
  test('takes a tensor out of all scopes', () => {
    const kept = tidy(() => {
      const inner = tidy(() => {
        keep(tensor([1]));
        return keep(tensor([2]));
      });
      return { inner };
    });
    expect(alive()).toBe(2);
    kept.inner.dispose();
    expect(alive()).toBe(1);
    start += 1; // the first one is out of reach for good
  });

  test('holds when a tensor of an outer scope is kept in an inner one', () => {
    let kept: Tensor | undefined;
    tidy(() => {
      const made = tensor([1]);
      tidy(() => {
        kept = keep(made);
      });
    });
    expect(kept?.disposed).toBe(false);
    kept?.dispose();
    expect(alive()).toBe(0);
  });

  test('survives an exception', () => {
    let kept: Tensor | undefined;
    expect(() =>
      tidy(() => {
        kept = keep(tensor([1]));
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(kept?.disposed).toBe(false);
    kept?.dispose();
  });
});

describe('using and dispose', () => {
  test('`using` frees at the end of the block, also after an exception', () => {
    expect(() => {
      using made = tensor([1]);
      expect(made.disposed).toBe(false);
      throw new Error('on purpose');
    }).toThrow('on purpose');
    expect(alive()).toBe(0);
  });

  test('disposing twice is harmless, and a stale object never reaches the tensor that took its place', () => {
    const first = tensor([1]);
    first.dispose();
    using second = tensor([2]);
    first.dispose();
    expect(() => first.item()).toThrow(SaddlepointError);
    expect(second.item()).toBe(2);
  });

  test('counters: live, created and bytes; views share their storage', () => {
    const before = memory();
    using base = ops.zeros([4, 256]);
    using view = base.select(0, 1);
    const now = memory();
    expect(view.numel()).toBe(256);
    expect(now.live - before.live).toBe(2);
    expect(now.created - before.created).toBe(2);
    expect(now.bytes - before.bytes).toBe(4 * 256 * 4);
    expect(now.peak).toBeGreaterThanOrEqual(now.live);
  });
});

describe('every public function leaves alive exactly what it returns', () => {
  const stream = new engine.RandomStream('ownership');
  const functions: Record<string, [returned: number, call: (x: Tensor, indices: Tensor) => unknown]> = {
    'tensor of float32': [1, () => tensor([1, 2])],
    'tensor of another dtype': [1, () => tensor([1, 2], { dtype: 'int64' })],
    'tensor of a typed array': [1, () => tensor(new Uint8Array(3))],
    'an operator with two results': [2, (x) => x.sort({ stable: true })],
    'an operator with a list of results': [3, (x) => x.split(1)],
    'an operator in place': [0, (x) => engine.noGrad(() => x.add_(1))],
    'an operator that returns a boolean': [0, (x) => x.equal(x)],
    item: [0, (x) => x.select(0, 0).item()],
    grad: [1, (x) => tidy(() => engine.grad(x.square().sum(), [x]))],
    backward: [0, (x) => tidy(() => engine.backward(x.square().sum()))],
    'half precision to numbers': [0, (x) => tidy(() => x.to({ dtype: 'bfloat16' }).toNumbers())],
    'stream.uniform': [1, (_, indices) => stream.uniform(indices, [2])],
    'stream.normal': [1, (_, indices) => stream.normal(indices, [2])],
    'stream.integers': [1, (_, indices) => stream.integers(indices, [2], 5)],
    'stream.permutation': [1, () => stream.permutation(4)],
    'stream.uniformTensor': [1, () => stream.uniformTensor([2])],
    'stream.normalTensor': [1, () => stream.normalTensor([2])],
    autocast: [1, (x) => engine.autocast('bfloat16', () => x.mul(2))],
  };
  // `item` leaves the selected element: one is made by the test itself.
  const made: Record<string, number> = { item: 1 };
  test.each(Object.entries(functions))('%s', (name, [returned, call]) => {
    using x = tensor([1, 2, 3]);
    x.requiresGrad = true;
    using indices = ops.arange(3, { dtype: 'int64' });
    const before = memory().live;
    const results = [call(x, indices)].flat();
    expect(memory().live - before).toBe(returned + (made[name] ?? 0));
    for (const result of results) if (result instanceof Tensor && result !== x) result.dispose();
  });
});
