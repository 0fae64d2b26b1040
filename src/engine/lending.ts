/**
 * Tensors that another thread of this process computes with: the same memory, no copy.
 *
 * @module
 */
import { native } from './native.js';
import { Tensor } from './tensor.js';

/** A state dict as the numbers under which its tensors are lent: plain data, for a message. */
export type LentState = ReadonlyMap<string, number>;

/**
 * Lends tensors, which stay alive until {@link takeBack}. Whoever lends must not write to them while others compute
 * with them.
 *
 * @throws SaddlepointError for a tensor that is gone; nothing is lent then
 */
export function lendState(state: ReadonlyMap<string, Tensor>): LentState {
  const lent = new Map<string, number>();
  try {
    for (const [name, tensor] of state) lent.set(name, native.lend(tensor.handle));
  } catch (error) {
    takeBack(lent);
    throw error;
  }
  return lent;
}

/**
 * Tensors of this thread with the memory of those that another lends. They belong to the caller's scope.
 *
 * @throws SaddlepointError ARGUMENT for what is not lent any more
 */
export function borrowState(state: LentState): Map<string, Tensor> {
  return new Map(Array.from(state, ([name, number]) => [name, new Tensor(native.borrow(number))]));
}

/** Lists of tensors, or of nothing, as {@link LentState}: what is lent, and by the lists the names of it. */
export interface LentLists {
  readonly state: LentState;
  readonly names: readonly (readonly (string | null)[])[];
}

/** As {@link lendState}. */
export function lendLists(lists: readonly (readonly (Tensor | null)[])[]): LentLists {
  const state = new Map<string, Tensor>();
  const names = lists.map((list, i) =>
    list.map((tensor, j) => {
      const name = tensor === null ? null : `${i}.${j}`;
      if (tensor !== null) state.set(name!, tensor);
      return name;
    }),
  );
  return { state: lendState(state), names };
}

/** As {@link borrowState}. */
export function borrowLists({ state, names }: LentLists): (Tensor | null)[][] {
  const tensors = borrowState(state);
  return names.map((list) => list.map((name) => (name === null ? null : tensors.get(name)!)));
}

/** Ends a loan. Memory that somebody still computes with lives on. */
export function takeBack(state: LentState): void {
  for (const number of state.values()) native.takeBack(number);
}

/**
 * Makes the elements of one tensor those of another, of the same shape, dtype and device, from now on: what is written
 * to one is in the other.
 *
 * @throws SaddlepointError ARGUMENT for another shape, dtype or device
 */
export function shareMemory(tensor: Tensor, other: Tensor): void {
  native.shareMemory(tensor.handle, other.handle);
}
