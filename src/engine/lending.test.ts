/**
 * Lent tensors are the same memory, as long as somebody has them.
 *
 * @module
 */
import { expect, test } from 'vitest';
import {
  borrowLists,
  borrowState,
  keep,
  lendLists,
  lendState,
  memory,
  ops,
  shareMemory,
  takeBack,
  tensor,
  tidy,
} from './index.js';

test('what is borrowed is the same memory, and lives on after the loan', () => {
  tidy(() => {
    const { state, own } = tidy(() => {
      const own = keep(tensor([1, 2, 3]));
      return { own, state: lendState(new Map([['weight', own]])) };
    });
    const borrowed = borrowState(state).get('weight')!;
    own.add_(1);
    expect([...borrowed.toTypedArray()]).toEqual([2, 3, 4]);
    takeBack(state);
    own.dispose();
    expect([...borrowed.toTypedArray()]).toEqual([2, 3, 4]);
    expect(() => borrowState(state)).toThrow('no tensor is lent under the number');
  });
});

test('lists keep their order and their gaps', () => {
  tidy(() => {
    const [one, two] = [tensor([1, 2]), tensor([3])];
    const lent = lendLists([[one, null], [], [null, two, one]]);
    const lists = borrowLists(structuredClone(lent));
    takeBack(lent.state);
    expect(lists.map((list) => list.map((each) => each && [...each.toTypedArray()]))).toEqual([
      [[1, 2], null],
      [],
      [null, [3], [1, 2]],
    ]);
  });
});

test('a tensor that shares memory follows what it shares it with, and no third copy is alive', () => {
  tidy(() => {
    const [own, other] = [ops.zeros([256]), ops.ones([256])];
    const before = memory().bytes;
    shareMemory(own, other);
    expect(memory().bytes).toBe(before - 256 * 4);
    other.mul_(3);
    expect(own.sum().item()).toBe(3 * 256);
  });
});

test.each([
  ['shape', () => ops.zeros([3])],
  ['dtype', () => ops.zeros([2]).to({ dtype: 'float64' })],
])('memory of another %s is refused', (_, other) => {
  tidy(() => {
    const own = ops.zeros([2]);
    expect(() => {
      shareMemory(own, other());
    }).toThrow('expected a tensor of the same shape, dtype and device');
  });
});
