/**
 * A budget that belongs to another norm or scale: 8 for 8/255, or 8/255 in L2. Told by the numbers alone, before
 * anything is loaded; what the images tell, the checks before an evaluation say.
 *
 * @module
 */
import { formatBudget } from '../attacks/budget.js';
import { SaddlepointError, type ErrorCode } from '../engine/errors.js';

export interface BudgetHint {
  /** Whether such a budget makes no sense, or is only unusual. */
  readonly severity: 'error' | 'warning';
  readonly sentence: string;
}

const USUAL_LINF = 'usual are 8/255 for colour images, 0.1 for Fashion-MNIST and 0.3 for MNIST';
const USUAL_L2 = 'usual are 0.5 and 128/255 for CIFAR-10, 2 for MNIST and 3 for ImageNet';

/** undefined for a budget as it is usual in its norm, and for a norm that is not known. */
export function budgetHint(norm: string, epsilon: number): BudgetHint | undefined {
  const written = formatBudget(epsilon);
  const error = (sentence: string): BudgetHint => ({ severity: 'error', sentence });
  const warning = (sentence: string): BudgetHint => ({ severity: 'warning', sentence });
  const below = `expected an epsilon below 0.5 in linf, as images are in [0, 1], received ${written}`;
  switch (norm) {
    case 'linf':
      if (epsilon >= 1) return error(`${below}; did you mean ${written}/255?`);
      if (epsilon >= 0.5) return error(`${below}; did you mean --norm l2?`);
      return epsilon > 0.3 ? warning(`an epsilon of ${written} in linf is large: ${USUAL_LINF}`) : undefined;
    case 'l2':
      if (epsilon < 0.1)
        return warning(
          `an epsilon of ${written} in l2 is next to nothing, as it bounds the change of the whole image: ${USUAL_L2}. Did you mean --norm linf?`,
        );
      if (epsilon > 5)
        return warning(`an epsilon of ${written} in l2 is large: ${USUAL_L2}. Did you mean ${written}/255?`);
      return undefined;
    case 'l1':
      if (epsilon >= 1) return undefined;
      return warning(
        `an epsilon of ${written} in l1 is next to nothing, as it bounds the sum of all changes: usual is 12 for CIFAR-10. Did you mean --norm linf?`,
      );
    case 'l0':
      if (epsilon >= 1) return undefined;
      return error(
        `expected an epsilon of at least 1 in l0, the number of values that may change, received ${written}`,
      );
    default:
      return undefined;
  }
}

/**
 * Refuses a budget that makes no sense.
 *
 * @param where the key of a recipe, for the message
 * @returns what to say of one that is unusual
 * @throws SaddlepointError for one that makes no sense: ARGUMENT, of a recipe RECIPE
 */
export function checkBudget(norm: string, epsilon: number, where?: string): string | undefined {
  const hint = budgetHint(norm, epsilon);
  if (hint === undefined) return undefined;
  const code: ErrorCode = where === undefined ? 'ARGUMENT' : 'RECIPE';
  const sentence = where === undefined ? hint.sentence : `${where}: ${hint.sentence.replace('--norm ', 'norm: ')}`;
  if (hint.severity === 'error') throw new SaddlepointError(code, sentence);
  return sentence;
}
