/**
 * A recipe's evaluation of the network as a classifier that may refuse to answer.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Attack, better, mostConfident, type AttackResult, type AttackStage } from '../attacks/index.js';
import { batches, disposeBatch, disposeSplit, slice, type Batch, type Split } from '../data/index.js';
import { ops, RandomStream, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import { confidenceEvaluation, type ConfidenceResult } from '../evaluation/index.js';
import { silent, type Progress } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { confidenceOf, type Recipe } from '../training/index.js';

/** What looks for confident errors: an attack with the evaluation's restarts, or the stages of the maximum-confidence AutoAttack. */
export type Seeking = Attack | readonly AttackStage[];

export interface ConfidenceRun {
  readonly model: Module;
  readonly test: Split;
  readonly recipe: Pick<Recipe, 'evaluation' | 'seed'>;
  readonly seeking: Seeking;
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
  const { model, test, recipe, seeking, signal } = run;
  const { norm, epsilon, name } = recipe.evaluation.attack;
  const attack = `${seeking instanceof Attack ? name : 'autoattack'} for confidence`;
  const attempt = await confidentErrors(run);
  try {
    return await confidenceEvaluation(model, test, [attempt], { attack, norm, epsilon, signal });
  } finally {
    attempt.dispose();
  }
}

/** One search of one batch, between two of which there is time for others. */
type Search = (model: Module, batch: Batch, stream: RandomStream) => AttackResult;

/** The most confident error of any of them counts. */
function searchesOf(seeking: Seeking, restarts: number): Search[] {
  if (seeking instanceof Attack) {
    // Not withRestarts, which leaves what one restart has fooled alone: a later one may find a more confident error.
    return Array.from({ length: restarts }, (_, restart): Search => {
      return (model, { images, labels, indices }, stream) =>
        seeking.run(model, images, labels, { stream: stream.derive('restart', restart), indices });
    });
  }
  return seeking.flatMap((stage) =>
    stage.rounds.map((round): Search => {
      const alone = [{ ...stage, rounds: [round] }];
      return (model, { images, labels, indices }, stream) => mostConfident(alone, model, images, labels, { stream, indices }); // prettier-ignore
    }),
  );
}

/** The attacked images, float32 [M, C, H, W]. */
async function confidentErrors(run: ConfidenceRun): Promise<Tensor> {
  const { model, test, recipe, seeking, progress = silent, signal, batchSize = 250 } = run;
  const { examples = 0 } = confidenceOf(recipe.evaluation) ?? {};
  const searches = searchesOf(seeking, recipe.evaluation.restarts);
  const part = slice(test, 0, examples);
  const stream = new RandomStream(recipe.seed, 'evaluation', 'confidence');
  const found: AttackResult[] = [];
  progress.start('confident errors', examples * searches.length);
  try {
    let done = 0;
    for (const batch of batches(part, { batchSize })) {
      try {
        for (const [number, search] of searches.entries()) {
          if (number === 0) found.push(search(model, batch, stream));
          else replaceLast(found, (best) => better(best, search(model, batch, stream)));
          progress.update(done * searches.length + (number + 1) * batch.labels.size);
          await nextTurn();
          if (signal?.aborted !== true) continue;
          const complete = number + 1 === searches.length ? done + batch.labels.size : done;
          throw new SaddlepointError('INTERRUPTED', `the evaluation was stopped after ${complete} of ${examples} images attacked for confident errors`); // prettier-ignore
        }
        done += batch.labels.size;
      } finally {
        disposeBatch(batch);
      }
    }
    return ops.cat(found.map(({ images }) => images));
  } finally {
    progress.stop();
    found.forEach(disposeResult);
    disposeSplit(part);
  }
}

function replaceLast(results: AttackResult[], next: (last: AttackResult) => AttackResult): void {
  const last = results.at(-1)!;
  results[results.length - 1] = tidy(() => next(last));
  disposeResult(last);
}

function disposeResult({ images, value, fooled }: AttackResult): void {
  for (const tensor of [images, value, fooled]) tensor.dispose();
}
