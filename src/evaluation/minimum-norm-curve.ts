/**
 * Robust error against epsilon, at every budget from one run of a minimum-norm attack.
 *
 * @module
 */
import { describeValue, requireNumber, SaddlepointError } from '../engine/index.js';

/** One point of the curve. */
export interface RobustErrorPoint {
  readonly epsilon: number;
  /** How many of the examples are errors at this budget. */
  readonly errors: number;
  readonly examples: number;
}

/**
 * Counts the errors at each budget: an example is one where it is wrong as it is, or its smallest adversarial
 * perturbation is within the budget.
 *
 * @param distances of each example, as `MinimumNormAttack.minimum` gives them; Infinity where nothing was found
 * @param alreadyWrong whether each example is misclassified without any perturbation
 * @param epsilons the budgets, of at least 0, in any order; the curve has theirs
 * @throws SaddlepointError ARGUMENT for lists of different lengths, or a distance or budget that is negative or not a
 *   number
 */
export function robustErrorCurve(
  distances: readonly number[],
  alreadyWrong: readonly boolean[],
  epsilons: readonly number[],
): RobustErrorPoint[] {
  if (distances.length !== alreadyWrong.length) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected as many distances as examples, ${alreadyWrong.length}, received ${distances.length}`,
    );
  }
  const sizes = distances.map((distance, example) => {
    // Written so that a NaN is refused too.
    if (distance >= 0) return alreadyWrong[example] === true ? 0 : distance;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected distances of at least 0, received ${describeValue(distance)} for example ${example}`,
    );
  });
  sizes.sort((a, b) => a - b);
  return epsilons.map((epsilon) => ({
    epsilon: requireNumber('epsilon', epsilon, 0),
    errors: countUpTo(sizes, epsilon),
    examples: sizes.length,
  }));
}

/** How many of the ascending numbers are at most `limit`: a binary search. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
