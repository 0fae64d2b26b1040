/**
 * A made-up data set that can be learnt, and a recipe for it, for the tests of training.
 *
 * @module
 */
import { join } from 'node:path';
import { temporaryFolder } from '../../test/support/folders.js';
import { disposeSplit, makeSplit, type Dataset } from '../data/index.js';
import { RunFolder } from '../monitoring/index.js';
import { checkRecipe, type Recipe } from './index.js';

const CLASSES = 4;
const SIDE = 8;

/** Images of 8 × 8 of which one quarter, by class, is brighter than the noise around it. */
function quarters(name: string, examples: number) {
  const labels = Uint8Array.from({ length: examples }, (_, i) => (i * 7 + Math.floor(i / 5)) % CLASSES);
  const bytes = Uint8Array.from({ length: examples * SIDE * SIDE }, (_, i) => {
    const [example, row, column] = [Math.floor(i / 64), Math.floor((i % 64) / SIDE), i % SIDE];
    const quarter = 2 * Math.floor(row / 4) + Math.floor(column / 4);
    return ((i * 2654435761) % 97) + (quarter === labels[example] ? 140 : 0);
  });
  return makeSplit(name, bytes, labels, [1, SIDE, SIDE], CLASSES);
}

/** 64 examples to train on, 16 to validate, 16 to test. Its block frees it. */
export function madeUpDataset(): Dataset & Disposable {
  const dataset = {
    name: 'made up',
    classes: ['north-west', 'north-east', 'south-west', 'south-east'],
    train: quarters('train', 80),
    test: quarters('test', 16),
  };
  return {
    ...dataset,
    [Symbol.dispose]: () => {
      disposeSplit(dataset.train);
      disposeSplit(dataset.test);
    },
  };
}

const attack = { epsilon: 0.05, steps: 2 };

/** The content of a recipe in which an epoch is 8 steps. */
export function recipeContent(method: 'standard' | 'adversarial' = 'standard'): Record<string, unknown> {
  return {
    dataset: { name: 'fashion-mnist', validation: 16 },
    model: { architecture: 'small-cnn', options: { resolution: 8, width: 4, hidden: 16, classes: CLASSES } },
    // A fixed plan: a measured one may differ from run to run in the last bits.
    training: {
      method,
      epochs: 3,
      batchSize: 8,
      backend: 'contiguous',
      ...(method === 'adversarial' ? { attack, attackBackend: 'plain' } : {}),
    },
    schedule: { name: 'one-cycle', rate: 0.1 },
    evaluation: { examples: 16, attack },
  };
}

export function madeUpRecipe(
  method: 'standard' | 'adversarial' = 'standard',
  training: object = {},
  whole: object = {},
): Recipe {
  const content = recipeContent(method);
  return checkRecipe({ ...content, ...whole, training: { ...(content.training as object), ...training } });
}

export function temporaryRun(): RunFolder {
  return new RunFolder(join(temporaryFolder(), 'run')).create();
}
