/**
 * What several objectives share.
 *
 * @module
 */
import { SaddlepointError, type Tensor } from '../../engine/index.js';

/** The logit of each example's class: [N, K] and [N] to [N]. */
export function logitOf(logits: Tensor, classes: Tensor): Tensor {
  return logits.gather(1, classes.unsqueeze(1)).squeeze(1);
}

/** The largest value among the wrong classes: [N, K] and [N] to [N]. */
export function largestWrong(values: Tensor, labels: Tensor): Tensor {
  return values.scatter(1, labels.unsqueeze(1), -Infinity).amax({ dim: 1 });
}

/** @throws SaddlepointError ARGUMENT when the network has fewer classes than an objective needs */
export function requireClasses(objective: string, logits: Tensor, minimum: number, alternative: string): void {
  if (logits.size(1) >= minimum) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected at least ${minimum} classes for the objective ${objective}, received ${logits.size(1)}. Use ` +
      alternative,
  );
}

/**
 * The unperturbed images' logits, for an objective that compares with them. @throws SaddlepointError ARGUMENT when
 * there are none
 */
export function requireClean(objective: string, clean: Tensor | undefined): Tensor {
  if (clean !== undefined) return clean;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected the logits of the unperturbed images for the objective ${objective}, received none`,
  );
}

/** The targets of a targeted objective. @throws SaddlepointError ARGUMENT when there are none */
export function requireTargets(objective: string, targets: Tensor | undefined): Tensor {
  if (targets !== undefined) return targets;
  throw new SaddlepointError('ARGUMENT', `expected target classes for the objective ${objective}, received none`);
}
