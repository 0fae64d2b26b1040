/**
 * Watches a run on the test set, as Stutz's article does: for curves to be compared, never to choose by.
 *
 * @module
 */
import { attackOf, type Attack } from '../attacks/index.js';
import type { Batch, Split } from '../data/index.js';
import { noGrad, RandomStream, type Tensor } from '../engine/index.js';
import { walkBatches } from '../evaluation/batch-walk.js';
import { classificationLoss, confidence, misclassified } from '../nn/index.js';
import { attackSchedule } from './attack-schedule.js';
import type { Recipe } from './recipe.js';
import type { StepMetrics } from './step-metrics.js';
import type { WatchedRun } from './watch-step.js';

/** Values of all examples so far, by the tag of their mean. */
type Collected = Map<string, number[]>;

/** What the distribution of a mean's values is called: errors and successes have none to speak of. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  loss: 'losses',
  logit: 'logits',
  confidence: 'confidences',
  adversarial_loss: 'adversarial_losses',
  adversarial_confidence: 'adversarial_confidences',
  adversarial_norm: 'adversarial_norms',
  adversarial_objective: 'adversarial_objectives',
};

/**
 * Clean error of a whole test split and robust error on its first batches, which are of the training's size and
 * attacked as in training (a standard training's by the evaluation's attack), with one start.
 *
 * @param step optimizer steps done, of `total`
 * @returns means over examples: `test/loss`, `error`, `confidence` and `logit` (the largest one);
 *   `test/adversarial_loss`, `error`, `confidence`, `norm`, `objective`, and `success`, the share of the correctly
 *   classified that the attack turned. The distributions go to the monitor.
 */
export async function watchTest(
  { recipe, model, monitor }: WatchedRun,
  test: Split,
  attackedBatches: number,
  step: number,
  total: number,
): Promise<StepMetrics> {
  const { training, seed } = recipe;
  const attack = attackAt(recipe, step, total);
  const stream = new RandomStream(seed, 'test monitoring');
  const collected: Collected = new Map();
  let index = 0;
  await walkBatches({ model, split: test, batchSize: training.batchSize }, (batch) => {
    noGrad(() => {
      const logits = model.forward(batch.images);
      collect(collected, 'test/', clean(logits, batch.labels));
      if (index < attackedBatches)
        collect(collected, 'test/adversarial_', adversarial({ recipe, model, monitor }, attack, batch, stream, logits));
    });
    index += 1;
  });
  for (const [name, plural] of Object.entries(DISTRIBUTIONS)) {
    monitor.histogram(`test/${plural}`, collected.get(`test/${name}`) ?? [], step);
  }
  return Object.fromEntries(
    [...collected].map(([tag, values]) => [
      tag,
      values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
    ]),
  );
}

/**
 * The attack of the training's last step, which its schedule may have changed; a standard training's is the
 * evaluation's.
 */
function attackAt({ training, evaluation }: Recipe, step: number, total: number): Attack {
  if (training.attack === undefined) return attackOf(evaluation.attack);
  return attackSchedule(training.attack, training.attackSchedule ?? [], total)(Math.max(0, step - 1));
}

type Measured = Readonly<Record<string, Tensor>>;

function clean(logits: Tensor, labels: Tensor): Measured {
  return {
    loss: classificationLoss(logits, labels, { reduction: 'none' }),
    error: misclassified(logits, labels),
    logit: logits.amax({ dim: 1 }),
    confidence: confidence(logits),
  };
}

function adversarial(
  { model }: WatchedRun,
  attack: Attack,
  batch: Batch,
  stream: RandomStream,
  before: Tensor,
): Measured {
  const { images, labels, indices } = batch;
  const { images: found, value, success } = attack.run(model, images, labels, { stream, indices });
  const logits = model.forward(found);
  const right = misclassified(before, labels).logicalNot();
  return {
    loss: classificationLoss(logits, labels, { reduction: 'none' }),
    error: misclassified(logits, labels),
    confidence: confidence(logits),
    norm: attack.norm.magnitude(found.sub(images)),
    objective: value,
    success: success.maskedSelect(right),
  };
}

function collect(collected: Collected, prefix: string, measured: Measured): void {
  for (const [name, values] of Object.entries(measured)) {
    const tag = prefix + name;
    let all = collected.get(tag);
    if (all === undefined) collected.set(tag, (all = []));
    for (const value of values.toNumbers()) all.push(value);
  }
}
