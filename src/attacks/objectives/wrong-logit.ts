/**
 * The largest logit of a wrong class: F7 in the code of "Confidence-Calibrated Adversarial Training" (see
 * `confidence.ts`). Its gradient does not fade where probabilities saturate, but all logits may rise together.
 *
 * @module
 */
import type { Objective } from './objective.js';
import { largestWrong } from './shared.js';

export const wrongLogitObjective: Objective = {
  name: 'wrong-logit',
  value: (logits, labels) => largestWrong(logits, labels),
};
