/**
 * Untargeted cross-entropy: the loss the network was trained with.
 *
 * @module
 */
import { crossEntropy } from '../../nn/index.js';
import type { Objective } from './objective.js';

export const crossEntropyObjective: Objective = {
  name: 'cross-entropy',
  value: (logits, labels) => crossEntropy(logits, labels, { reduction: 'none' }),
};
