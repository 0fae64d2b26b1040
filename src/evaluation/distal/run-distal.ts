/**
 * Distal adversarial examples as a job: noise, attacked until the network is sure of it, saved after every chunk like
 * other searches; then the detection error.
 *
 * @module
 */
import type { AttackDescription } from '../../attacks/index.js';
import { disposeSplit, splitTo, type Split } from '../../data/index.js';
import { SaddlepointError, type Tensor } from '../../engine/index.js';
import { walkBatches } from '../batch-walk.js';
import { CleanEvaluation, probabilitiesOf } from '../confidence/index.js';
import { findConfidentErrors, selectExamples, attackPlan, type JobEnd, type JobOptions } from '../job/index.js';
import { budgetCheck } from '../verifier/budget-check.js';
import { distalFigures } from './distal-evaluation.js';
import type { DistalResult } from './distal-result.js';
import { noiseImages, type Noise } from './noise.js';

/** As of every job; its split are the clean images. */
export interface DistalOptions extends Omit<JobOptions, 'selection'> {
  readonly noise: Noise;
  /** Noise images. */
  readonly examples: number;
  /** How far PGD may lead away from the noise, and in how many steps. */
  readonly attack: Pick<AttackDescription, 'norm' | 'epsilon' | 'steps'>;
  readonly restarts: number;
}

export interface FinishedDistal extends JobEnd {
  readonly result: DistalResult;
  /** Of the attacks, also those of processes before. */
  readonly seconds: number;
}

/** What the noise is attacked with. @throws SaddlepointError ARGUMENT for values that PGD refuses */
export function distalPlan({ norm, epsilon, steps }: DistalOptions['attack'], restarts: number, classes: number) {
  return attackPlan({ name: 'pgd', norm, epsilon, steps, objective: 'any-confidence' }, restarts, classes);
}

/**
 * Attacks the noise, or does the rest of it, and measures. The network is left in the mode it was in; no tensor stays
 * alive.
 *
 * @throws SaddlepointError EVALUATION for logits that are no numbers, attacked noise beyond its budget, or no correct
 *   held-out image; CHECKPOINT, FILE and INTERRUPTED as {@link findConfidentErrors}
 */
export async function runDistal(options: DistalOptions): Promise<FinishedDistal> {
  const { model, split, dataset, noise, examples, attack, restarts, seed, batchSize = 100, signal } = options;
  const { classes } = dataset;
  const between = () => {
    if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the count of distal examples was stopped');
  };
  const answersTo = async (of: Split) => {
    const rows: Float64Array[] = [];
    await walkBatches({ model, split: of, batchSize, between }, (batch) => {
      rows.push(...probabilitiesOf(model, batch.images));
    });
    return rows;
  };
  // First, as without thresholds nothing needs to be attacked.
  const clean = new CleanEvaluation(await answersTo(split), split.labels.toNumbers());
  clean.confidenceAtTpr(1);
  const onCpu = noiseImages(noise, examples, split.images.shape.slice(1), classes.length, seed);
  const start = splitTo(onCpu, split.images.device);
  try {
    const plan = distalPlan(attack, restarts, classes.length);
    const selection = selectExamples(start, examples);
    const job = { ...options, split: start, dataset: { name: start.name, classes }, selection, plan, anyClass: true };
    const { images, seconds, ...end } = await findConfidentErrors(job);
    try {
      requireWithin(start, images, attack);
      const before = await answersTo(start);
      const after: Float64Array[] = [];
      await walkBatches({ model, split: start, batchSize, between }, ({ indices }) => {
        after.push(...probabilitiesOf(model, images.indexSelect(0, indices.to({ device: images.device }))));
      });
      return { result: { noise, ...attack, restarts, ...distalFigures(clean, before, after) }, seconds, ...end };
    } catch (error) {
      end.close();
      throw error;
    } finally {
      images.dispose();
    }
  } finally {
    for (const each of new Set([onCpu, start])) disposeSplit(each);
  }
}

/** Measured again, as the verifier measures. @throws SaddlepointError EVALUATION for an image beyond its budget */
function requireWithin(start: Split, images: Tensor, { norm, epsilon }: DistalOptions['attack']): void {
  const shape = start.images.shape.slice(1);
  const size = shape.reduce((product, length) => product * length, 1);
  const { check } = budgetCheck(norm, epsilon, shape, 0);
  const bytes = start.images.toTypedArray() as Uint8Array;
  const pixels = images.toTypedArray() as Float32Array;
  for (let row = 0; row < bytes.length / size; row += 1) {
    const part = [row * size, (row + 1) * size] as const;
    const { problem } = check({ bytes: bytes.subarray(...part), image: pixels.subarray(...part) });
    if (problem !== undefined)
      throw new SaddlepointError('EVALUATION', `no detection error is issued: attacked noise ${row} ${problem}`);
  }
}
