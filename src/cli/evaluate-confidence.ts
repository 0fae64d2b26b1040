/**
 * A recipe's evaluation of the network as a classifier that may refuse to answer.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withRestarts, type Attack } from '../attacks/index.js';
import { batches, disposeBatch, disposeSplit, slice, type Split } from '../data/index.js';
import { ops, RandomStream, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import { confidenceEvaluation, type ConfidenceResult } from '../evaluation/index.js';
import { silent, type Progress } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import type { Recipe } from '../training/index.js';

export interface ConfidenceRun {
  readonly model: Module;
  readonly test: Split;
  readonly recipe: Pick<Recipe, 'evaluation' | 'seed'>;
  /** Looks for confident errors. */
  readonly seeking: Attack;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Images at once; changes speed, not results. Default 250. */
  readonly batchSize?: number | undefined;
}

/**
 * Thresholds from the last tenth of the test images, confident errors sought on the first ones.
 *
 * @throws SaddlepointError as {@link confidenceEvaluation} does; INTERRUPTED after the signal
 */
export async function evaluateConfidence(run: ConfidenceRun): Promise<ConfidenceResult> {
  const { model, test, recipe, signal } = run;
  const { attack, norm, epsilon } = { ...recipe.evaluation.attack, attack: recipe.evaluation.attack.name };
  const attempt = await confidentErrors(run);
  try {
    return await confidenceEvaluation(model, test, [attempt], { attack: `${attack} for confidence`, norm, epsilon, signal }); // prettier-ignore
  } finally {
    attempt.dispose();
  }
}

/** The attacked images, float32 [M, C, H, W]. */
async function confidentErrors({
  model,
  test,
  recipe,
  seeking,
  progress = silent,
  signal,
  batchSize = 250,
}: ConfidenceRun): Promise<Tensor> {
  const { confidence: examples, restarts } = recipe.evaluation;
  const part = slice(test, 0, examples);
  const stream = new RandomStream(recipe.seed, 'evaluation', 'confidence');
  const parts: Tensor[] = [];
  progress.start('confident errors', examples);
  try {
    let done = 0;
    for (const batch of batches(part, { batchSize })) {
      try {
        const { images, labels, indices } = batch;
        parts.push(tidy(() => withRestarts(seeking, restarts, model, images, labels, { stream, indices }).images));
      } finally {
        disposeBatch(batch);
      }
      done += parts.at(-1)!.dimension(0);
      progress.update(done);
      await nextTurn();
      if (signal?.aborted === true) {
        throw new SaddlepointError('INTERRUPTED', `the evaluation was stopped after ${done} of ${examples} images attacked for confident errors`); // prettier-ignore
      }
    }
    return ops.cat(parts);
  } finally {
    progress.stop();
    for (const tensor of [...parts]) tensor.dispose();
    disposeSplit(part);
  }
}
