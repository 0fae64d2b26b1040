/**
 * The largest probability of a wrong class: the article's F7P, which finds confident adversarial examples (Stutz, Hein
 * and Schiele, "Confidence-Calibrated Adversarial Training", ICML 2020).
 *
 * @module
 */
import type { Objective } from './objective.js';
import { largestWrong } from './shared.js';

export const confidenceObjective: Objective = {
  name: 'confidence',
  value: (logits, labels) => largestWrong(logits.softmax(1), labels),
};
