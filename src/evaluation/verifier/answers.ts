/**
 * What a network says of images: right or wrong, and by how much.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noGrad, SaddlepointError, tensor, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';

/** An entry each for every image. */
export interface Answers {
  /**
   * Whether it is misclassified, of a randomised network in the majority of the draws; no numbers are no right answer.
   */
  readonly wrong: readonly boolean[];
  /** In how many draws it is. */
  readonly wrongDraws: readonly number[];
  /** Whether the network gives NaN in any draw. */
  readonly unanswered: readonly boolean[];
  /**
   * How far the largest logit is ahead of the next one, as a share of the logits' size: the least of all draws. 0 where
   * the draws do not agree on right or wrong, and where the network gives no numbers.
   */
  readonly leads: readonly number[];
}

export interface Asked {
  readonly pixels: readonly Float32Array[];
  /** Of an image. */
  readonly shape: readonly number[];
  readonly labels: readonly number[];
}

export interface AskingOptions {
  readonly batchSize: number;
  /** How often a randomised network is asked; 1 for any other. */
  readonly draws: number;
  readonly device: Tensor['device'];
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks the network. Leaves nothing alive.
 *
 * @throws SaddlepointError INTERRUPTED after the signal
 */
export async function answersOf(model: Module, asked: Asked, options: AskingOptions): Promise<Answers> {
  const { draws } = options;
  const wrongDraws = asked.labels.map(() => 0);
  const unanswered = asked.labels.map(() => false);
  const leads = asked.labels.map(() => Infinity);
  for (let draw = 0; draw < draws; draw += 1) {
    const rows = await logitsOf(model, asked, options);
    const scale = sizeOf(rows);
    for (const [i, logits] of rows.entries()) {
      const isNumber = !logits.some(Number.isNaN);
      if (!isNumber) unanswered[i] = true;
      if (!isNumber || classOf(logits) !== asked.labels[i]) wrongDraws[i]! += 1;
      leads[i] = Math.min(leads[i]!, isNumber ? leadOf(logits) / Math.max(scale, largest(logits)) : 0);
    }
  }
  const isUnanimous = (count: number) => count === 0 || count === draws;
  return {
    wrong: wrongDraws.map((count) => count > draws / 2),
    wrongDraws,
    unanswered,
    leads: leads.map((lead, i) => (isUnanimous(wrongDraws[i]!) ? lead : 0)),
  };
}

/** One pass over all images, so many at once. */
async function logitsOf(
  model: Module,
  { pixels, shape }: Asked,
  { batchSize, device, signal }: AskingOptions,
): Promise<number[][]> {
  const rows: number[][] = [];
  const size = shape.reduce((product, length) => product * length, 1);
  for (let start = 0; start < pixels.length; start += batchSize) {
    const part = pixels.slice(start, start + batchSize);
    const values = new Float32Array(part.length * size);
    part.forEach((image, row) => {
      values.set(image, row * size);
    });
    const { numbers, classes } = tidy(() => {
      const answer = noGrad(() => model.forward(tensor(values, { shape: [part.length, ...shape], device })));
      return { numbers: answer.to({ dtype: 'float64' }).toNumbers(), classes: answer.size(1) };
    });
    rows.push(...part.map((_, row) => numbers.slice(row * classes, (row + 1) * classes)));
    await nextTurn();
    if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the verification was stopped');
  }
  return rows;
}

/** The largest logit's, the first of equal ones; a single logit above 0 speaks for class 1. */
function classOf(logits: readonly number[]): number {
  return logits.length === 1 ? Number(logits[0]! > 0) : logits.indexOf(Math.max(...logits));
}

/** Before the second largest; of a single logit, before 0. */
function leadOf(logits: readonly number[]): number {
  if (logits.length === 1) return Math.abs(logits[0]!);
  const [first, second] = [...logits].sort((a, b) => b - a) as [number, number];
  return first === second ? 0 : first - second; // also of infinite ones
}

function largest(logits: readonly number[]): number {
  return logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), Number.MIN_VALUE);
}

/** As large as the largest logit of half of the images. */
function sizeOf(rows: readonly (readonly number[])[]): number {
  const sizes = rows
    .map(largest)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? Number.MIN_VALUE;
}
