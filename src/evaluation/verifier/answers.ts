/**
 * What a network says of images: right or wrong, and by how much.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noGrad, SaddlepointError, tensor, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';

export interface Answers {
  /** An image each: whether it is misclassified. */
  readonly wrong: readonly boolean[];
  /** How far the largest logit is ahead of the next one, as a share of the logits' size. */
  readonly leads: readonly number[];
}

export interface Asked {
  readonly pixels: readonly Float32Array[];
  /** Of an image. */
  readonly shape: readonly number[];
  readonly labels: readonly number[];
}

/**
 * Asks the network, so many images at once. Leaves nothing alive.
 *
 * @throws SaddlepointError EVALUATION for logits that are no numbers; INTERRUPTED after the signal
 */
export async function answersOf(
  model: Module,
  { pixels, shape, labels }: Asked,
  batchSize: number,
  device: Tensor['device'],
  signal: AbortSignal | undefined,
): Promise<Answers> {
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
      return { numbers: answer.to({ dtype: 'float64' }).toNumbers(), classes: answer.dimension(1) };
    });
    requireNumbers(numbers);
    rows.push(...part.map((_, row) => numbers.slice(row * classes, (row + 1) * classes)));
    await nextTurn();
    if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the verification was stopped');
  }
  const scale = sizeOf(rows);
  return {
    wrong: rows.map((logits, i) => classOf(logits) !== labels[i]),
    leads: rows.map((logits) => leadOf(logits) / Math.max(scale, largest(logits))),
  };
}

function requireNumbers(logits: readonly number[]): void {
  if (!logits.some((logit) => Number.isNaN(logit))) return;
  throw new SaddlepointError('EVALUATION', 'no robust error is issued: expected logits that are numbers, received NaN');
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
  const sizes = rows.map(largest).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? Number.MIN_VALUE;
}
