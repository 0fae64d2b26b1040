/**
 * The part of a batch that is still robust: examples that some iterate has fooled leave it, and their results are
 * written down.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { AttackResult } from '../attack.js';
import type { AttackContext } from '../attack-context.js';
import type { RuleState } from './step-rule.js';
import type { Point, History } from './history.js';

/** One search under way: everything but `context` has the examples as its first dimension. */
export interface Search<P> {
  readonly context: AttackContext;
  /** int64 [M]: where the examples stand in the whole batch. */
  readonly rows: Tensor;
  readonly history: History;
  readonly state: P;
  /** What counts as the result so far. */
  readonly found: AttackResult;
}

/** A batch shrinks when at least one in this many examples is fooled; sooner, the copies cost more than the passes. */
const WORTHWHILE = 8;

/** Whether to look, which waits for the device: after each of the first steps, then every fourth. */
export function isTimeToShrink(step: number): boolean {
  return step <= 4 || step % 4 === 0;
}

/**
 * The search without its fooled examples, or as it is where few are fooled. Leaves intermediate tensors to the scope it
 * is called in.
 *
 * @param results of the whole batch; receives those of every example in the search
 */
export function withoutFooled<P extends RuleState<P>>(search: Search<P>, results: AttackResult): Search<P> {
  const stillRobust = search.found.success.logicalNot().nonzero().squeeze(1);
  const [before, after] = [search.rows.numel(), stillRobust.numel()];
  if (before - after === 0 || (before - after) * WORTHWHILE < before) return search;
  writeDown(search, results);
  const take = (tensor: Tensor) => tensor.indexSelect(0, stillRobust);
  const takePoint = ({ images, gradient, value }: Point): Point => {
    return { images: take(images), gradient: take(gradient), value: take(value) };
  };
  const { history, state, found } = search;
  return {
    context: search.context.subset(stillRobust),
    rows: take(search.rows),
    history: { current: takePoint(history.current), previous: take(history.previous), best: takePoint(history.best) },
    state: Object.fromEntries(Object.entries<Tensor>(state).map(([name, tensor]) => [name, take(tensor)])) as P,
    found: { images: take(found.images), value: take(found.value), success: take(found.success) },
  };
}

/** Writes what the search has found into the results of the whole batch. */
export function writeDown<P>({ rows, found }: Search<P>, results: AttackResult): void {
  tidy(() => {
    results.images.indexCopy_(0, rows, found.images);
    results.value.indexCopy_(0, rows, found.value);
    results.success.indexCopy_(0, rows, found.success);
  });
}

/** Room for the results of a batch. */
export function emptyResults({ images, value, success }: AttackResult): AttackResult {
  return { images: ops.emptyLike(images), value: ops.emptyLike(value), success: ops.emptyLike(success) };
}
