/**
 * Training by the clock: how many steps fit into the time a recipe allows, by a measurement at the start. The schedules
 * of learning rate and attack are stretched to them. Kept in the run folder, since a resumed run must go on with the
 * same schedule.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { count, disposeBatch, type Split } from '../data/index.js';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { createModel } from '../models/index.js';
import { duration, type RunFolder } from '../monitoring/index.js';
import { createOptimizer } from '../optim/index.js';
import { createStep } from './create-step.js';
import { estimateStatistics } from './estimate-statistics.js';
import { METHODS } from './methods/index.js';
import { openWatch } from './overfitting/open-watch.js';
import type { Recipe } from './recipe.js';
import { trainingBatches, type BatchSource } from './training-batches.js';
import { plannedBackend } from './acceleration/machine-plan.js';
import { networksLookedAt } from './validate-weights.js';
import { validate } from './validation.js';

/** Share of the time that is left free: for checkpoints, and for steps that are slower than those measured. */
const RESERVE = 0.06;
/** Share of the time that each phase of the training may be measured for, after its warm-up. */
const MEASURED = 0.015;
/** The most of it, in seconds. */
const MEASURED_AT_MOST = 20;
/** Steps before each measurement: allocators, cuDNN's choice of algorithms and the recording of a graph settle. */
const WARM_UP = 2;
const FEWEST = 2;
/** Ours has 1 kB. */
const MAXIMUM_FILE = 64 * 2 ** 10;

const planSchema = z.object({
  /** Seconds the recipe allows. */
  within: z.number().positive(),
  /** What fits. */
  steps: z.int().min(1),
  epochs: z.number().positive(),
  /** Measured: the phases of the attack's schedule with their share of the steps, */
  phases: z.array(z.object({ share: z.number(), secondsPerStep: z.number() })),
  /** and one validation. */
  secondsPerValidation: z.number(),
  /** Of a training that is watched for catastrophic overfitting: one look. */
  secondsPerLook: z.number().optional(),
  /** Seconds the training took, its parts together but for those that were killed: what came of the plan. */
  took: z.number().optional(),
});
/** `time-plan.json` */
export type TimePlan = z.output<typeof planSchema>;

export interface TimedTraining {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  /** Where its batches come from, generated images included. */
  readonly source: BatchSource;
  readonly validation: Split;
  readonly classes: number;
  /** When the training began, by performance.now(): the measurement counts. */
  readonly began: number;
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * The plan that an earlier part of this run made, or a new one, which is written into the folder. Undefined where the
 * recipe sets no time. The measurement trains a copy of the network; nothing of it stays but the machine's plan.
 *
 * @throws SaddlepointError RECIPE where not even a step fits
 */
export async function timePlan(timed: TimedTraining): Promise<TimePlan | undefined> {
  const { recipe, folder, source, began, say } = timed;
  const { within, batchSize, validateEvery } = recipe.training;
  if (within === undefined) return undefined;
  const saved = readTimePlan(folder);
  if (saved !== undefined) return saved;
  const perEpoch = Math.ceil(count(source.part) / batchSize);
  const measured = await measure(timed, within);
  const { phases, secondsPerValidation, secondsPerLook = 0 } = measured;
  const looks = secondsPerLook / (recipe.training.overfittingWatch?.every ?? 1);
  const secondsPerStep = phases.reduce((sum, { share, secondsPerStep }) => sum + share * secondsPerStep, looks);
  const left = within * (1 - RESERVE) - (performance.now() - began) / 1000 - secondsPerValidation;
  const fitting = Math.floor(left / (secondsPerStep + secondsPerValidation / (perEpoch * validateEvery)));
  if (fitting < 1) {
    const least = (within - left + secondsPerStep) / (1 - RESERVE);
    throw new SaddlepointError(
      'RECIPE',
      `expected training.within of at least ${duration(least)} here, as a step takes ` +
        `${secondsPerStep.toPrecision(2)} s, received ${duration(within)}`,
    );
  }
  const most = recipe.training.epochs === undefined ? Infinity : Math.round(recipe.training.epochs * perEpoch);
  const steps = Math.min(fitting, Math.max(1, most));
  const plan = { within, steps, epochs: Number((steps / perEpoch).toFixed(3)), ...measured };
  write(folder, plan);
  say?.(
    `  time: ${plan.epochs} epochs of ${perEpoch} steps ` +
      `${fitting > steps ? 'are the most that the recipe wants; more would fit' : 'fit'} into ${duration(within)}, ` +
      `at ${secondsPerStep.toPrecision(3)} s a step`,
  );
  return plan;
}

/**
 * Optimizer steps of a whole training on so many images, those set apart not counted; Infinity where the clock decides.
 */
export function stepsOf(
  { training: { batchSize, epochs = Infinity } }: Pick<Recipe, 'training'>,
  examples: number,
): number {
  // A part of an epoch, however small, is a step.
  return Math.max(1, Math.round(Math.ceil(examples / batchSize) * epochs));
}

/**
 * Optimizer steps of a whole training on so many images, or what an earlier part of a run by the clock has measured.
 */
export function plannedSteps(recipe: Recipe, folder: RunFolder, examples: number): number {
  const timed = recipe.training.within === undefined ? undefined : readTimePlan(folder);
  return timed?.steps ?? stepsOf(recipe, examples);
}

/**
 * Writes down how long the training took so far, this part of it included.
 *
 * @param say told one line where this part was the last one
 */
export function recordTime(folder: RunFolder, plan: TimePlan, seconds: number, say?: (line: string) => void): void {
  const took = Number(((plan.took ?? 0) + seconds).toFixed(1));
  write(folder, { ...plan, took });
  say?.(`  time: the training took ${took} s of the ${plan.within} s it was given`);
}

function readTimePlan(folder: RunFolder): TimePlan | undefined {
  if (!existsSync(folder.timePlan)) return undefined;
  try {
    return planSchema.parse(JSON.parse(readWhole(folder.timePlan, MAXIMUM_FILE).toString('utf8')));
  } catch (cause) {
    throw new SaddlepointError(
      'FILE',
      `${folder.timePlan} is not what a training by the clock writes; remove the run folder and train again`,
      { cause },
    );
  }
}

function write(folder: RunFolder, plan: TimePlan): void {
  writeFileAtomically(folder.timePlan, `${JSON.stringify(plan, null, 2)}\n`);
}

async function measure(
  { recipe, folder, source, validation, classes, say }: TimedTraining,
  within: number,
): Promise<Pick<TimePlan, 'phases' | 'secondsPerValidation' | 'secondsPerLook'>> {
  const { part } = source;
  using model = createModel(recipe.model, recipe.seed).to(part.images.device);
  using optimizer = createOptimizer(model.namedParameters(), recipe.optimizer);
  const starts = phaseStarts(recipe);
  // So many steps that each phase has room of its own.
  const steps = 1000;
  // An average of the weights takes as long to ask as the network.
  const average = recipe.training.weightAverage && model;
  const whole = { recipe, folder, part, model, optimizer, average, classes, steps, say };
  using training = createStep(whole);
  const phases: { share: number; secondsPerStep: number }[] = [];
  const { overfittingWatch } = recipe.training;
  // Nobody knows how much of it will be trained with the attack that rescues: there is time for all of it.
  const rescued = overfittingWatch !== undefined;
  for (const [index, start] of starts.entries()) {
    const share = (starts[index + 1] ?? 1) - start;
    phases.push({ share, secondsPerStep: timeSteps(Math.ceil(start * steps), rescued) });
  }
  const { weightAverage } = recipe.training;
  const started = performance.now();
  if (weightAverage !== undefined) estimateStatistics(model, weightAverage, training, trainingBatches(source, 0), 0);
  const validated = performance.now();
  if (count(validation) > 0) await validate(recipe, model, validation, plannedBackend(recipe, folder, part));
  const ended = performance.now();
  const secondsPerValidation = (validated - started + networksLookedAt(recipe) * (ended - validated)) / 1000;
  using watch = openWatch(whole, validation);
  watch?.measure(steps);
  const secondsPerLook = (performance.now() - ended) / 1000;
  return { phases, secondsPerValidation, ...(watch && { secondsPerLook }) };

  /** Seconds a step, batches included, in the phase that this step belongs to. */
  function timeSteps(step: number, rescued: boolean): number {
    const enough = Math.min(MEASURED * within, MEASURED_AT_MOST);
    let [done, began] = [0, performance.now()];
    for (;;) {
      for (const batch of trainingBatches(source, 0)) {
        training.run(batch, { step, epoch: 0, rescued });
        disposeBatch(batch);
        done += 1;
        if (done === WARM_UP) began = performance.now();
        const seconds = (performance.now() - began) / 1000;
        if (done >= WARM_UP + FEWEST && seconds >= enough) return seconds / (done - WARM_UP);
      }
    }
  }
}

/**
 * Where steps begin to take another time, as shares of the training, 0 first: by the attack's schedule, the method, and
 * others.
 */
function phaseStarts({ training }: Recipe): number[] {
  const changes = [training.attackSchedule ?? [], training.weightPerturbation ?? []].flat();
  const own = METHODS.get(training.method).phases?.({ ...training }) ?? [];
  const starts = [0, ...changes.map(({ from }) => from), ...own].filter((start) => start < 1);
  return [...new Set(starts)].sort((a, b) => a - b);
}
