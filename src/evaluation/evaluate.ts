/**
 * Clean and robust error of a network on the examples of a split.
 *
 * @module
 */
import { ATTACKS, attackOf, withRestarts, type AttackDescription, type Restartable } from '../attacks/index.js';
import { noGrad, RandomStream, SaddlepointError, type Tensor } from '../engine/index.js';
import { count, type Batch, type Split } from '../data/index.js';
import { searchedNetwork, type FrozenBackend } from '../models/attack-network/index.js';
import { misclassified, type Module } from '../nn/index.js';
import { walkBatches } from './batch-walk.js';
import { errorRate, wilsonInterval } from './interval.js';
import { countErrors, outcomesOf } from './paired/outcomes.js';
import { requireLabelled } from './require-labelled.js';
import type { ErrorRate, RobustErrorRate } from './results.js';

export interface EvaluationOptions {
  /** Examples at once; changes speed, not results beyond float rounding. Default 250. */
  readonly batchSize?: number | undefined;
  /** Called after each batch with the examples done so far. */
  readonly onProgress?: ((examples: number) => void) | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

export interface RobustEvaluationOptions extends EvaluationOptions {
  readonly attack: AttackDescription;
  readonly restarts: number;
  readonly seed: number;
  /** How the network that the attack searches computes; the model judges what is found. Default: the model. */
  readonly backend?: FrozenBackend | undefined;
}

interface WithOutcomes {
  readonly outcomes: string;
}

/** The share of misclassified examples. The network is left in the mode it was in. */
export async function cleanError(
  model: Module,
  split: Split,
  options: EvaluationOptions = {},
): Promise<ErrorRate & WithOutcomes> {
  const outcomes = await lookAtEach(model, split, options, ({ images, labels }) =>
    outcomesOf(flags(misclassifies(model, images, labels))),
  );
  return { ...errorRate(countErrors(outcomes), count(split)), outcomes };
}

/**
 * The share of examples that are misclassified as they are or under any restart of the attack: every
 * example counts, those the network gets wrong anyway included.
 */
export async function robustError(
  model: Module,
  split: Split,
  options: RobustEvaluationOptions,
): Promise<RobustErrorRate & WithOutcomes> {
  const { attack: description, restarts, seed, backend } = options;
  const attack = attackOf(description);
  requireLabelled(attack);
  const stream = new RandomStream(seed, 'evaluation', description.name, description.norm, String(description.epsilon));
  const outcomes = await lookAtEach(model, split, options, (batch) => {
    const { images, labels, indices } = batch;
    const wrong = flags(misclassifies(model, images, labels));
    const searched = searchedNetwork(model, backend);
    const randomness = { stream, indices };
    const judged = searched === model ? attack : judgedBy(model, attack);
    const found = withRestarts(judged, restarts, searched, images, labels, randomness, { scaleFree: true });
    return outcomesOf(wrong, flags(found.success));
  });
  const errors = countErrors(outcomes);
  const examples = count(split);
  return {
    attack: description.name,
    label: ATTACKS.get(description.name).label,
    norm: description.norm,
    epsilon: description.epsilon,
    steps: description.steps,
    restarts,
    examples,
    errors,
    robustError: errors / examples,
    interval: wilsonInterval(errors, examples),
    outcomes,
  };
}

/** The attack on another network, whose success is the model's to say: what it does not confirm is attacked again. */
export function judgedBy(model: Module, attack: Restartable): Restartable {
  return {
    run(searched, images, labels, ...rest) {
      const found = attack.run(searched, images, labels, ...rest);
      return { ...found, success: misclassifies(model, found.images, labels) };
    },
  };
}

function misclassifies(model: Module, images: Tensor, labels: Tensor): Tensor {
  return noGrad(() => misclassified(model.forward(images), labels));
}

const flags = (each: Tensor) => each.toNumbers().map(Boolean);

/** What becomes of each example. */
async function lookAtEach(
  model: Module,
  split: Split,
  options: EvaluationOptions,
  outcomesIn: (batch: Batch) => string,
): Promise<string> {
  const { batchSize = 250, onProgress, signal } = options;
  const total = count(split);
  const between = (examples: number) => {
    onProgress?.(examples);
    if (signal?.aborted !== true || examples === total) return;
    throw new SaddlepointError('INTERRUPTED', `the evaluation was stopped after ${examples} of ${total} examples`);
  };
  let outcomes = '';
  await walkBatches({ model, split, batchSize, between }, (batch) => {
    outcomes += outcomesIn(batch);
  });
  return outcomes;
}
