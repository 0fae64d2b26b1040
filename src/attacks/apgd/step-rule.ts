/**
 * What differs between the norms in Auto-PGD: how a step goes, and how its size adapts.
 *
 * @module
 */
import type { Tensor } from '../../engine/index.js';
import type { Point, History } from './history.js';

/** What a rule remembers of each example: an object of tensors whose first dimension is the examples'. */
export type RuleState<P> = { readonly [Name in keyof P]: Tensor };

/**
 * One way to walk. Each function leaves intermediate tensors to the scope it is called in and keeps no state of its
 * own, so that examples can leave the batch between two steps.
 */
export interface StepRule<P extends RuleState<P>> {
  /** The steps, counted from 1, after which {@link adapt} is asked. */
  readonly checkpoints: readonly number[];
  /** How it starts from a point. */
  begin(images: Tensor, start: Point): P;
  /** The next iterate, within budget and box: [N, C, H, W]. */
  step(images: Tensor, history: History, state: P, first: boolean): Tensor;
  /** Notes whether a step was a good one. */
  note(state: P, before: Point, after: Point): P;
  /** At a checkpoint: new step sizes, and which examples go back to their best point (bool [N]). */
  adapt(images: Tensor, history: History, state: P, step: number): { readonly state: P; readonly goBack: Tensor };
}
