/**
 * Where a search stands: what Auto-PGD remembers of its way, one row an example.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import { perExample } from '../norms/shared.js';
import type { Observation } from '../attack-context.js';

/** A point of the search and what the network said of it. */
export interface Point {
  /** float32 [N, C, H, W] */
  readonly images: Tensor;
  /** The objective's gradient there, as `images`. */
  readonly gradient: Tensor;
  /** The objective there, float [N]. */
  readonly value: Tensor;
}

export interface History {
  readonly current: Point;
  /** The iterate before, [N, C, H, W]: what momentum leads away from. */
  readonly previous: Tensor;
  /** The point with the largest objective so far: the paper's x_max. */
  readonly best: Point;
}

/** The point where `choice`, bool [N], is true, and the other elsewhere. */
export function choosePoint(choice: Tensor, point: Point, other: Point): Point {
  return tidy(() => {
    const each = perExample(choice, point.images);
    return {
      images: ops.where(each, point.images, other.images),
      gradient: ops.where(each, point.gradient, other.gradient),
      value: ops.where(choice, point.value, other.value),
    };
  });
}

/** The history one point further. */
export function extended(history: History, point: Point): History {
  return {
    current: point,
    previous: history.current.images,
    best: choosePoint(point.value.gt(history.best.value), point, history.best),
  };
}

/**
 * The history taken back to its best point where `choice`, bool [N], is true; momentum still knows the iterate before.
 */
export function returnToBest(history: History, choice: Tensor): History {
  return { ...history, current: choosePoint(choice, history.best, history.current) };
}

/** A point as the context saw it; a gradient that is not a number leads nowhere. */
export function pointAt(
  images: Tensor,
  { gradient, value }: Omit<Observation, 'success'> & { gradient: Tensor },
): Point {
  return { images, value, gradient: gradient.nanToNum({ nan: 0 }) };
}
