/**
 * What is to be proven of a network: that it is right on these test images, and on all within a budget in L-infinity.
 *
 * @module
 */
import { count, disposeSplit, type Dataset, type Split } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { selectExamples, type Selection } from '../evaluation/index.js';
import { checkBudget } from './budget-hint.js';
import type { EvaluationSubject } from './evaluate-subject.js';
import { openTestSet, type DataOptions } from './evaluation-data.js';

export interface BoundedImagesOptions extends DataOptions {
  /** In L-infinity. Default: as the recipe's evaluation. */
  readonly epsilon?: number | undefined;
  /** Default: the run's own. */
  readonly dataset?: string | undefined;
  /** The first test images. Default: as the recipe's evaluation, else 1000. */
  readonly examples?: number | undefined;
  /** Seed of a random sample in their place. */
  readonly sample?: number | undefined;
}

export interface BoundedImages {
  readonly dataset: Dataset;
  /** The caller's to dispose of. */
  readonly test: Split;
  readonly selection: Selection;
  readonly epsilon: number;
  /** What is unusual about it. */
  readonly notes: readonly string[];
}

const EXAMPLES = 1000;

/**
 * Opens the test images, and moves the network where they are to be.
 *
 * @throws SaddlepointError ARGUMENT where nothing says a budget or a data set; DATA for one that does not fit the
 *   network
 */
export function openBoundedImages(
  { model, recipe }: EvaluationSubject,
  options: BoundedImagesOptions,
  device: string,
): BoundedImages {
  const { epsilon, notes } = budgetOf(recipe, options.epsilon);
  const name = options.dataset ?? recipe?.dataset.name;
  if (name === undefined)
    throw new SaddlepointError('ARGUMENT', 'expected --dataset for a model that is no run folder, received none');
  const { dataset } = openTestSet({ model, recipe }, name, { ...options, device }, () => undefined);
  const { test } = dataset;
  try {
    const examples = options.examples ?? Math.min(recipe?.evaluation.examples ?? EXAMPLES, count(test));
    return { dataset, test, selection: selectExamples(test, examples, options.sample), epsilon, notes };
  } catch (error) {
    disposeSplit(test);
    throw error;
  }
}

/** As asked for, else as the recipe says of its evaluation. */
function budgetOf(recipe: EvaluationSubject['recipe'], asked: number | undefined) {
  const { norm, epsilon } = recipe?.evaluation.attack ?? {};
  const budget = asked ?? (norm === 'linf' ? epsilon : undefined);
  if (budget === undefined)
    throw new SaddlepointError('ARGUMENT', 'expected --epsilon, the budget in L-infinity to certify, received none');
  const unusual = checkBudget('linf', budget);
  return { epsilon: budget, notes: unusual === undefined ? [] : [unusual] };
}
