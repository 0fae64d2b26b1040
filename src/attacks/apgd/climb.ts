/**
 * The loop of Auto-PGD (Croce and Hein, ICML 2020, algorithm 1): step, look, remember the best, and at checkpoints
 * adapt.
 *
 * @module
 */
import { advance, ops, tidy, type Tensor } from '../../engine/index.js';
import { better, betterUntilFooled, type AttackResult } from '../attack.js';
import type { AttackContext } from '../attack-context.js';
import { emptyResults, isTimeToShrink, withoutFooled, writeDown, type Search } from './remaining.js';
import type { RuleState, StepRule } from './step-rule.js';
import { extended, pointAt, returnToBest } from './history.js';

export interface ClimbOptions {
  readonly steps: number;
  /** Passes of a randomised network that are averaged for each look. */
  readonly samples: number;
  /** Whether examples that are fooled leave the search; then the first iterate that fooled one is its result. */
  readonly untilFooled: boolean;
}

export interface ClimbResult {
  /** The strongest iterate of each example: misclassified before not, then by objective. */
  readonly found: AttackResult;
  /**
   * The iterate with the largest objective, misclassified or not: [N, C, H, W]. Undefined when examples may have left
   * the search.
   */
  readonly best: Tensor | undefined;
}

/**
 * Climbs from `start`, within budget and box, for `steps` steps: as many backward passes, and one forward pass more.
 *
 * @returns new tensors; nothing else stays alive
 */
export function climb<P extends RuleState<P>>(
  context: AttackContext,
  start: Tensor,
  rule: StepRule<P>,
  { steps, samples, untilFooled }: ClimbOptions,
): ClimbResult {
  return tidy(() => {
    let search = begin(context, start, rule, samples);
    const results = untilFooled ? emptyResults(search.found) : undefined;
    const checkpoints = new Set(rule.checkpoints);
    for (let step = 1; step <= steps; step += 1) {
      if (results !== undefined && isTimeToShrink(step)) {
        search = advance(search, (present) => withoutFooled(present, results));
        if (search.rows.numel() === 0) break;
      }
      search = advance(search, (present) => {
        const which = { first: step === 1, last: step === steps, samples, strongest: results === undefined };
        const next = iterate(present, rule, which);
        return checkpoints.has(step) ? adapted(next, rule, step) : next;
      });
    }
    if (results === undefined) return { found: search.found, best: search.history.best.images };
    writeDown(search, results);
    return { found: results, best: undefined };
  });
}

function begin<P extends RuleState<P>>(
  context: AttackContext,
  start: Tensor,
  rule: StepRule<P>,
  samples: number,
): Search<P> {
  return tidy(() => {
    // A copy, as the loop frees what it leaves behind.
    const images = start.clone();
    const { success, ...seen } = context.queryExpectation(images, samples);
    const point = pointAt(images, seen);
    return {
      context,
      rows: ops.arange(start.size(0), { dtype: 'int64', device: start.device }),
      history: { current: point, previous: images, best: point },
      state: rule.begin(context.images, point),
      found: { images, value: seen.value, success },
    };
  });
}

interface Iteration {
  readonly first: boolean;
  readonly last: boolean;
  readonly samples: number;
  /** Whether what has fooled the network may still be replaced by something stronger. */
  readonly strongest: boolean;
}

/** One step and one look. */
function iterate<P extends RuleState<P>>(
  { context, rows, history, state, found }: Search<P>,
  rule: StepRule<P>,
  { first, last, samples, strongest }: Iteration,
): Search<P> {
  const candidate = rule.step(context.images, history, state, first);
  const { success, ...seen } =
    last && samples === 1
      ? { ...context.query(candidate), gradient: history.current.gradient } // which nobody follows any more
      : context.queryExpectation(candidate, samples);
  const point = pointAt(candidate, seen);
  const result = { images: candidate, value: seen.value, success };
  return {
    context,
    rows,
    history: extended(history, point),
    state: rule.note(state, history.current, point),
    found: strongest ? better(found, result) : betterUntilFooled(found, result),
  };
}

function adapted<P extends RuleState<P>>(search: Search<P>, rule: StepRule<P>, step: number): Search<P> {
  const { state, goBack } = rule.adapt(search.context.images, search.history, search.state, step);
  return { ...search, state, history: returnToBest(search.history, goBack) };
}
