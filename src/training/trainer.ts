/**
 * The loop: batches, steps, metrics, validation on held-out training images, checkpoints.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAttack } from '../attacks/index.js';
import { RandomStream, SaddlepointError } from '../engine/index.js';
import { batches, count, disposeBatch, disposeSplit, slice, type Dataset, type Split } from '../data/index.js';
import { cleanError, robustError } from '../evaluation/index.js';
import { createModel } from '../models/index.js';
import { MetricsFile, type Progress as ProgressBar, type RunFolder } from '../monitoring/index.js';
import { createSchedule, Sgd } from '../optim/index.js';
import { resumeFrom, saveCheckpoint } from './checkpoint.js';
import type { Recipe } from './recipe.js';
import { AdversarialTraining, NormalTraining, type StepMetrics } from './training.js';

/** Records of every this many steps are averaged into one line of metrics. */
const LOG_EVERY = 10;
/** The validation attack is a short one: it watches the run, it is no result. */
const VALIDATION_STEPS = 10;
const VALIDATION_EXAMPLES = 500;

export interface TrainingRun {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly folder: RunFolder;
  readonly progress: ProgressBar;
  /** Stops after the current step, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains the recipe's network, from its last checkpoint if the folder has one, and saves it as `last`.
 *
 * @returns the path of the final checkpoint
 * @throws SaddlepointError INTERRUPTED after the signal; a checkpoint holds what was done
 */
export async function train(run: TrainingRun): Promise<string> {
  const { recipe, dataset, progress } = run;
  const parts = holdOut(dataset.train, recipe.dataset.validation);
  try {
    return await trainOn(parts, run);
  } finally {
    progress.stop(); // also after an error: a bar left running would hide the cursor and keep the process alive
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
  const { batchSize } = recipe.training;
  const perEpoch = Math.ceil(count(part) / batchSize);
  const total = Math.round(perEpoch * recipe.training.epochs);

  const device = part.images.device;
  using model = createModel(recipe.model, recipe.seed).to(device);
  using optimizer = new Sgd(model.namedParameters(), recipe.optimizer);
  const method = createMethod(recipe, model, optimizer, total);
  const checkpoint = folder.checkpoint('last');
  let step = resumeFrom(checkpoint, model, recipe.model, optimizer)?.step ?? 0;

  const save = () => {
    saveCheckpoint(checkpoint, model, recipe.model, { step }, optimizer);
  };
  const file = new MetricsFile(folder.metrics);
  file.rewind(step);
  const earlier = file.read().at(-1)?.seconds ?? 0;
  const started = performance.now();
  const record = (metrics: StepMetrics) => {
    file.append({ step, epoch: step / perEpoch, seconds: earlier + (performance.now() - started) / 1000, ...metrics });
  };

  // Stopped between the last step of an epoch and its validation.
  const validated = file.read().some((metrics) => metrics.step === step && 'validation/error' in metrics);
  if (step > 0 && (step % perEpoch === 0 || step === total) && !validated) {
    record(await validate(recipe, model, validation));
  }
  progress.start('training', total, step);
  const recent: StepMetrics[] = [];
  for (let epoch = Math.floor(step / perEpoch); step < total; epoch += 1) {
    const shuffle = new RandomStream(recipe.seed, 'shuffle', epoch);
    for (const batch of batches(part, { batchSize, shuffle, skip: step - epoch * perEpoch })) {
      try {
        recent.push(method.step(batch, { step, epoch }));
      } finally {
        disposeBatch(batch);
      }
      step += 1;
      if (step % LOG_EVERY === 0 || step === total) {
        const metrics = mean(recent.splice(0));
        record(metrics);
        progress.update(step, metrics);
      }
      await nextTurn(); // lets signals and timers in
      if (signal?.aborted === true) {
        save();
        throw new SaddlepointError(
          'INTERRUPTED',
          `stopped after step ${step} of ${total}; the same command goes on from ${checkpoint}`,
        );
      }
      if (step === total) break;
    }
    save();
    record(await validate(recipe, model, validation));
  }
  return checkpoint;
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

function createMethod(
  recipe: Recipe,
  model: ReturnType<typeof createModel>,
  optimizer: Sgd,
  steps: number,
): NormalTraining {
  const { training, seed } = recipe;
  const options = {
    model,
    optimizer,
    schedule: createSchedule(recipe.schedule, steps),
    labelSmoothing: training.labelSmoothing,
  };
  if (training.method === 'normal') return new NormalTraining(options);
  return new AdversarialTraining({ ...options, attack: createAttack(training.attack), seed });
}

async function validate(
  recipe: Recipe,
  model: ReturnType<typeof createModel>,
  validation: Split,
): Promise<StepMetrics> {
  const clean = await cleanError(model, validation);
  const { attack } = recipe.evaluation;
  const robust = await robustError(model, slice(validation, 0, Math.min(VALIDATION_EXAMPLES, count(validation))), {
    attack: { ...attack, steps: VALIDATION_STEPS, stepSize: attack.epsilon / 4 },
    restarts: 1,
    seed: recipe.seed,
  });
  return { 'validation/error': clean.error, 'validation/adversarial_error': robust.robustError };
}

function mean(metrics: readonly StepMetrics[]): StepMetrics {
  const sums: Record<string, number> = {};
  for (const one of metrics) for (const [tag, value] of Object.entries(one)) sums[tag] = (sums[tag] ?? 0) + value;
  return Object.fromEntries(Object.entries(sums).map(([tag, sum]) => [tag, sum / metrics.length]));
}
