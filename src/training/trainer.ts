/**
 * The loop: batches, steps, metrics, validation on held-out training images, checkpoints.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { allowSignals, holdSignals, SaddlepointError, tuneConvolutions, writeSafetensors } from '../engine/index.js';
import { count, disposeBatch, disposeSplit, slice, type Batch, type Dataset, type Split } from '../data/index.js';
import { createModel } from '../models/index.js';
import {
  describeConfiguration,
  ProjectedTime,
  RunMonitor,
  type Progress,
  type RunFolder,
} from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { createOptimizer } from '../optim/index.js';
import { resumeFrom, saveCheckpoint, type CheckpointPosition } from './checkpoint.js';
import { createStep } from './create-step.js';
import { estimateStatistics } from './estimate-statistics.js';
import type { Recipe } from './recipe.js';
import { generatedImagesOf } from './recipe-data.js';
import { openWatch } from './overfitting/open-watch.js';
import { requireFinite } from './require-finite.js';
import { requireLastBatch } from './last-batch.js';
import { meanMetrics, type StepMetrics } from './step-metrics.js';
import type { StepView } from './step.js';
import { trainingBatches } from './training-batches.js';
import { recordTime, stepsOf, timePlan } from './time-plan.js';
import { plannedBackend } from './acceleration/machine-plan.js';
import { validateWeights, type Validated, type Weights } from './validate-weights.js';
import { watchStep } from './watch-step.js';
import { watchTest } from './watch-test.js';
import { WeightAverage } from './weights/weight-average.js';

/** Records of every this many steps are averaged into one line of metrics. */
const LOG_EVERY = 10;
/**
 * Seconds between checkpoints inside an epoch, where the recipe says nothing; a killed run repeats at most that much.
 */
const SAVE_EVERY = 120;
/** The same, at most, for a training by the clock. */
const SAVE_TIMED_EVERY = 60;
/** Seconds after a checkpoint in which the end of an epoch, where those are short, is no reason for another. */
const SAVED_LATELY = 10;

export interface TrainingRun {
  readonly recipe: Recipe;
  /** A network of a program's own in place of the recipe's, which says how it is called; the caller's to dispose. */
  readonly model?: Module | undefined;
  readonly dataset: Dataset;
  readonly folder: RunFolder;
  readonly progress: Progress;
  /** Says one plain line. */
  readonly say?: ((line: string) => void) | undefined;
  /** Stops after the current step, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  /** Stops after this many steps; the run goes on later. Default: trains to the end. */
  readonly steps?: number | undefined;
}

/**
 * Trains the recipe's network, from its last checkpoint if the folder has one.
 *
 * @returns the path of the checkpoint the recipe selects: the best on held-out training images, or the last
 * @throws SaddlepointError INTERRUPTED after the signal, STOPPED after the run's `steps`; a checkpoint holds what was
 *   done
 * @throws SaddlepointError NUMERIC when the loss is not finite; the batch is saved and the last checkpoint named
 */
export async function trainRecipe(run: TrainingRun): Promise<string> {
  const parts = holdOut(run.dataset.train, run.recipe.dataset.validation);
  const tuned = tuneConvolutions(true);
  using _ = holdSignals(); // but where the loop allows them: weights, momentum and average belong together
  try {
    return await trainOn(parts, run);
  } finally {
    tuneConvolutions(tuned);
    run.progress.stop(); // also after an error: a bar left running hides the cursor and keeps the process alive
    disposeSplit(parts.train);
    disposeSplit(parts.validation);
  }
}

interface Parts {
  readonly train: Split;
  readonly validation: Split;
}

async function trainOn({ train: part, validation }: Parts, run: TrainingRun): Promise<string> {
  const { recipe, folder, progress, signal } = run;
  const { batchSize, select, monitorTest, weightAverage, validateEvery } = recipe.training;
  const began = performance.now();
  using generated = generatedImagesOf(recipe, run.dataset);
  const extra = generated && { images: generated, share: recipe.dataset.extra!.share };
  const source = { part, batchSize, seed: recipe.seed, extra };
  const { length: classes } = run.dataset.classes;
  const timed = await timePlan({ recipe, folder, source, validation, classes, began, say: run.say });
  const perEpoch = Math.ceil(count(part) / batchSize);
  const total = timed?.steps ?? stepsOf(recipe, count(part));
  const saveEvery = Math.min(
    recipe.training.saveEvery ?? SAVE_EVERY,
    timed === undefined ? Infinity : SAVE_TIMED_EVERY,
  );

  using built = run.model === undefined ? createModel(recipe.model, recipe.seed).to(part.images.device) : undefined;
  const model = run.model ?? built!;
  using optimizer = createOptimizer(model.namedParameters(), recipe.optimizer);
  requireLastBatch(recipe, part, model);
  const another = () => createModel(recipe.model, recipe.seed).to(part.images.device);
  using average =
    weightAverage && new WeightAverage(model, another(), weightAverage, { steps: total, stepsPerEpoch: perEpoch });
  const evaluated = weightAverage?.weights === 'raw' ? model : (average?.model ?? model);
  const whole = {
    recipe,
    folder,
    part,
    model,
    optimizer,
    average: average?.model,
    classes,
    steps: total,
    say: run.say,
  };
  using training = createStep(whole);
  const searched = plannedBackend(recipe, folder, part);
  const [last, best] = [folder.checkpoint('last'), folder.checkpoint('best')];
  using overfitting = openWatch(whole, validation);
  const resumed = resumeFrom(last, model, recipe.model, optimizer, average?.model, overfitting?.good);
  let position: CheckpointPosition = resumed ?? { step: 0 };
  if (resumed?.watch !== undefined) overfitting?.resume(resumed.watch);
  const begunAt = position.step;
  // Of the steps since the last line of the records: a resumed run averages over the same steps.
  const recent: StepMetrics[] = [...(position.recent ?? [])];
  using monitor = new RunMonitor(folder, { stepsPerEpoch: perEpoch });
  monitor.rewind(position.step);
  if (position.step === 0) {
    for (const [tag, text] of Object.entries(describeConfiguration(configurationOf(recipe))))
      monitor.text(tag, text, 0);
  }
  let saved = performance.now();
  const save = (path: string, weights: Weights = { model, average: average?.model }) => {
    requireFinite(model, position.step); // a checkpoint of weights that are none would take the last good one's place
    monitor.flush(); // what a checkpoint promises to have happened must be on disk
    const { step, best: bestSoFar } = position;
    const stands = { step, best: bestSoFar, recent, watch: overfitting?.position };
    const good = path === last ? overfitting?.good : undefined; // nobody goes on from another
    saveCheckpoint(path, model, recipe.model, stands, optimizer, weights.average, good);
    if (path === last) saved = performance.now();
  };

  const stopAt = run.steps === undefined ? Infinity : position.step + run.steps;
  const stopped = () => {
    if (timed !== undefined) recordTime(folder, timed, (performance.now() - began) / 1000);
    return new SaddlepointError(
      position.step >= stopAt && signal?.aborted !== true ? 'STOPPED' : 'INTERRUPTED',
      `stopped after step ${position.step} of ${total}; the same command goes on from ${last}`,
    );
  };

  const batchesOf = (epoch: number, skip = 0) => trainingBatches(source, epoch, skip);
  const stops = () => position.step >= stopAt || signal?.aborted === true;

  progress.start('training', total, position.step);
  const projected = new ProjectedTime(total, position.step);
  while (position.step < total) {
    const epoch = Math.floor(position.step / perEpoch);
    let watched: StepMetrics = {};
    for (const batch of batchesOf(epoch, position.step - epoch * perEpoch)) {
      try {
        const step = position.step + 1;
        const watch = (view: StepView) => {
          watched = watchStep({ recipe, model, monitor }, view, step, epoch);
        };
        const closely = step === total || step % (perEpoch * validateEvery) === 0;
        recent.push(
          guarded(batch, folder, () =>
            training.run(
              batch,
              { step: position.step, epoch, rescued: overfitting?.rescues(position.step) },
              closely ? watch : undefined,
            ),
          ),
        );
      } catch (error) {
        if (!isInterruption(error)) throw error;
        save(last); // as it was before the step
        throw stopped();
      } finally {
        disposeBatch(batch);
      }
      average?.update(position.step);
      position = { ...position, step: position.step + 1 };
      const looked = overfitting?.after(position.step);
      if (position.step % LOG_EVERY === 0 || position.step === total) {
        const mean = meanMetrics(recent.splice(0));
        monitor.scalars(mean, position.step);
        progress.update(position.step, mean);
      }
      if (looked !== undefined) monitor.scalars(looked.metrics, position.step);
      if (looked?.line !== undefined) progress.say(looked.line);
      await nextTurn(); // lets signals and timers in
      const projection = projected.after(position.step, position.step >= stopAt);
      if (projection !== undefined) progress.say(projection);
      // At the end of an epoch it stops below: no epoch goes without its validation.
      const ended = position.step % perEpoch === 0 || position.step === total;
      if (!ended && stops()) {
        save(last);
        progress.update(position.step);
        throw stopped();
      }
      if (!ended && performance.now() - saved >= 1000 * saveEvery) save(last);
      if (position.step === total) break;
    }
    const due = position.step === total || position.step % (perEpoch * validateEvery) === 0;
    const look = async (): Promise<[Validated | undefined, StepMetrics | undefined]> => {
      if (average !== undefined) estimateStatistics(average.model, weightAverage!, training, batchesOf(epoch), epoch);
      return [
        count(validation) > 0
          ? await validateWeights(recipe, { model, average: average?.model }, validation, searched)
          : undefined,
        monitorTest &&
          (await watchTest(
            { recipe, model: evaluated, monitor },
            run.dataset.test,
            monitorTest.batches,
            position.step,
            total,
          )),
      ];
    };
    const [validated, tested] = due ? await interruptibly(look, stopped) : [];
    if (due) monitor.scalars({ ...watched, ...validated?.metrics, ...tested }, position.step);
    if (validated !== undefined) {
      const { error, weights } = validated;
      if (position.best === undefined || error < position.best.error) {
        position = { ...position, best: { step: position.step, error } };
        save(best, weights);
      }
    }
    const savedLately = performance.now() - saved < 1000 * Math.min(saveEvery, SAVED_LATELY);
    const stopping = position.step < total && stops();
    if (position.step === total || stopping || !savedLately) save(last);
    if (stopping) throw stopped();
  }
  // One that was complete already took no time: it goes on with its evaluation.
  if (timed !== undefined && position.step > begunAt)
    recordTime(folder, timed, (performance.now() - began) / 1000, run.say);
  return select === 'best' ? best : last;
}

/**
 * Looks at the network, which a signal may end: the epoch then has no validation yet, and its checkpoint is an earlier
 * one.
 */
async function interruptibly<Result>(look: () => Promise<Result>, stopped: () => Error): Promise<Result> {
  using _ = allowSignals();
  try {
    return await look();
  } catch (error) {
    throw isInterruption(error) ? stopped() : error;
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof SaddlepointError && error.code === 'INTERRUPTED';
}

/** What decides the run, in the parts that people look for. */
function configurationOf({
  dataset,
  augmentation,
  model,
  training,
  optimizer,
  schedule,
  seed,
}: Recipe): Record<string, unknown> {
  const { attack } = training;
  return { dataset, augmentation, model, training, attack, objective: attack?.objective, optimizer, schedule, seed };
}

/** Sets the last training images apart; the test set is never looked at during training. */
function holdOut(split: Split, validation: number): Parts {
  const size = count(split);
  if (validation >= size) {
    throw new SaddlepointError(
      'RECIPE',
      `expected dataset.validation below the ${size} training images, received ${validation}`,
    );
  }
  return { train: slice(split, 0, size - validation), validation: slice(split, size - validation, size) };
}

/** Saves the batch that broke the training, and says where the last good weights are. */
function guarded(batch: Batch, folder: RunFolder, step: () => StepMetrics): StepMetrics {
  try {
    return step();
  } catch (cause) {
    if (!(cause instanceof SaddlepointError) || cause.code !== 'NUMERIC') throw cause;
    const failed = folder.checkpoint('failed-batch');
    writeSafetensors(failed, new Map(Object.entries(batch)));
    const last = folder.checkpoint('last');
    const good = existsSync(last) ? `the last good checkpoint is ${last}` : 'there is no checkpoint yet';
    throw new SaddlepointError('NUMERIC', `${cause.message}. The batch is in ${failed}; ${good}`, { cause });
  }
}
