/**
 * A recipe in which everything takes part that a resumed run could get wrong.
 *
 * @module
 */
import { checkRecipe, type Recipe } from '../../src/training/index.js';

/** How the machine computes, which decides the last bits. */
export interface Computes {
  readonly attackBackend: 'auto' | 'plain' | 'winograd';
  readonly attackSplit: 'auto' | number;
  readonly backend: 'auto' | 'contiguous' | 'winograd';
}

export const FIXED: Computes = { attackBackend: 'plain', attackSplit: 1, backend: 'contiguous' };

const attack = { name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 2 };

/** Adversarial and clean images, augmentation, dropout, momentum, batch norm, a schedule; 8 epochs of 8 steps. */
export function killableRecipe(computes: Computes = FIXED): Recipe {
  return checkRecipe({
    seed: 7,
    dataset: { name: 'fashion-mnist', validation: 16 },
    augmentation: [{ name: 'random-crop', padding: 1, fill: [0] }, 'flip', { name: 'cutout', length: 3, fill: [0] }],
    model: {
      architecture: 'wide-resnet',
      options: { depth: 10, widenFactor: 1, width: 4, dropout: 0.3, channels: 1, classes: 4 },
    },
    training: {
      method: 'adversarial',
      epochs: 8,
      batchSize: 8,
      adversarialRatio: 0.5,
      labelSmoothing: 0.1,
      attack,
      ...computes,
      monitorTest: { batches: 1 },
      weightAverage: { decay: 0.9 },
      saveEvery: 0.03, // some steps: a kill falls before, in and after the writing of a checkpoint
    },
    optimizer: { momentum: 0.9, nesterov: true, weightDecay: 0.0005 },
    schedule: { name: 'one-cycle', rate: 0.1 },
    evaluation: { examples: 16, attack },
  });
}
