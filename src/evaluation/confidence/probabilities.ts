/**
 * Rows of class probabilities and what the evaluation classes read off them.
 *
 * @module
 */
import { describeValue, requireNumber, SaddlepointError } from '../../engine/index.js';

/** Softmax probabilities, one row an example. */
export type Probabilities = readonly ArrayLike<number>[];

/** What a classifier with a reject option needs of each example. */
export interface Decisions {
  /** The largest probability. */
  readonly confidence: Float64Array;
  /** Whether the class with the largest probability, the first of equal ones, is the label. */
  readonly correct: readonly boolean[];
}

/** How far a row's sum may be from 1: float32 softmax over a thousand classes stays below. */
const TOLERANCE = 1e-4;

/**
 * Reads confidences and errors off the rows.
 *
 * @throws SaddlepointError EVALUATION for a row that is no distribution; ARGUMENT for rows and labels that do not fit
 *   together
 */
export function decide(probabilities: Probabilities, labels: ArrayLike<number>): Decisions {
  if (probabilities.length !== labels.length) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected as many rows of probabilities as labels, received ${probabilities.length} and ${labels.length}`,
    );
  }
  const classes = probabilities[0]?.length ?? 0;
  const confidence = new Float64Array(labels.length);
  const correct = probabilities.map((row, example) => {
    requireDistribution(row, classes, example);
    const label = labels[example]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected labels from 0 to ${classes - 1}, received ${describeValue(label)} for example ${example}`,
      );
    }
    const predicted = argmax(row);
    confidence[example] = row[predicted]!;
    return predicted === label;
  });
  return { confidence, correct };
}

function requireDistribution(row: ArrayLike<number>, classes: number, example: number): void {
  const values = Array.from(row);
  const sum = values.reduce((total, value) => total + value, 0);
  // Written so that a NaN is refused too.
  const sound = values.length === classes && classes >= 2 && values.every((value) => value >= 0);
  if (sound && Math.abs(sum - 1) <= TOLERANCE) return;
  throw new SaddlepointError(
    'EVALUATION',
    `expected ${classes} probabilities that sum to 1 for every example, received [${values.slice(0, 4).join(', ')}${values.length > 4 ? ', …' : ''}] for example ${example}. Apply softmax to the logits, and look for NaN`,
  );
}

function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < row.length; k += 1) if (row[k]! > row[best]!) best = k;
  return best;
}

/** The share of the examples that only finds thresholds, where nobody says. */
export const VALIDATION = 0.1;

/** How many of N clean examples are for testing: the first ones; the others find thresholds. */
export function testCount(examples: number, validation = VALIDATION): number {
  requireNumber('validation', validation, Number.MIN_VALUE, 1 - Number.EPSILON);
  // Less a rounding error, so that 10 % of 1,000 are 100.
  const test = Math.ceil((1 - validation) * examples - 1e-9);
  if (test > 0 && test < examples) return test;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected examples for both a test and a validation part, received ${examples} with a validation share of ${validation}`,
  );
}
