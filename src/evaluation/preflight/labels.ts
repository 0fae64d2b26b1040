/**
 * Do the labels name the network's outputs, and in its order?
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';
import { predictions } from '../../nn/index.js';
import { note, stop, type Finding } from './finding.js';
import type { Probe } from './probe.js';

/** Worse than guessing by chance no more often than this. */
const SURPRISE = 1e-3;
/** From how many examples of a class its most frequent prediction says something. */
const ENOUGH = 5;

/**
 * Stops at labels outside 0 … K - 1, K the number of the network's outputs; notes outputs that no label names.
 *
 * @param labels int64 [N]: of the whole split
 */
export function checkLabelRange(labels: Tensor, outputs: number): Finding | undefined {
  const check = 'label-range';
  const classes = outputs === 1 ? 2 : outputs;
  const [low, high] = tidy(() => [labels.amin().item(), labels.amax().item()] as const);
  if (low < 0 || high >= classes) {
    const counted = low === 1 && high === classes ? '. They count from 1: subtract 1' : '';
    return stop(
      check,
      `expected labels from 0 to ${classes - 1} for a network of ${classes} classes, received ${low} to ${high}${counted}`,
    );
  }
  if (high === classes - 1) return undefined;
  return note(check, `the network has ${classes} classes, the labels end at ${high}: is it this data set's network?`);
}

/**
 * Stops where the network errs more often than a guess would: its classes are in another order than the labels.
 * Notes an error no better than a guess, and classes that seem swapped.
 */
export function checkLabelOrder({ logits, labels }: Probe): Finding | undefined {
  const check = 'label-order';
  const classes = Math.max(2, logits.size(1));
  const [predicted, expected] = [tidy(() => predictions(logits).toNumbers()), labels.toNumbers()];
  const wrong = predicted.filter((prediction, i) => prediction !== expected[i]).length;
  const chance = 1 - 1 / classes;
  const rate = `${wrong} of ${predicted.length} images wrong, where a guess gets ${(100 * chance).toFixed(0)} % wrong`;
  const moved = movedClasses(predicted, expected);
  const order = moved.length === 0 ? '' : `. Mostly, ${moved.join(', ')}`;
  if (tail(wrong, predicted.length, chance) < SURPRISE) {
    return stop(check, `expected a network that knows its labels, received ${rate}${order}. Are the classes permuted?`);
  }
  if (tail(predicted.length - wrong, predicted.length, 1 - chance) > SURPRISE) {
    return note(check, `the network is no better than a guess: ${rate}${order}. Were the weights loaded?`);
  }
  if (moved.length < 2) return undefined;
  return note(check, `classes may be in another order than the labels: ${moved.join(', ')}`);
}

/**
 * Says which classes no example is of, for a note: a rate over the others tells nothing of them. Empty where there are
 * none.
 */
export function classesWithout(classes: readonly string[], labels: readonly number[]): string[] {
  const present = new Set(labels);
  const absent = classes.filter((_, label) => !present.has(label));
  if (absent.length === 0) return [];
  return [
    `none of these ${labels.length} images is of ${absent.join(', ')}: the errors say nothing of ${absent.length === 1 ? 'that class' : 'those classes'}`,
  ];
}

/** The classes whose images are mostly taken for one other class, where these make a mere change of order. */
function movedClasses(predicted: readonly number[], expected: readonly number[]): string[] {
  const usual = new Map<number, number>();
  for (const label of new Set(expected)) {
    const said = predicted.filter((_, i) => expected[i] === label);
    const most = said.find((one) => said.filter((other) => other === one).length > said.length / 2);
    if (said.length >= ENOUGH && most !== undefined) usual.set(label, most);
  }
  const moved = [...usual].filter(([label, said]) => label !== said);
  const isOrder = new Set(usual.values()).size === usual.size;
  return isOrder ? moved.map(([label, said]) => `class ${label} is taken for class ${said}`) : [];
}

/** P(X >= successes) of a binomial distribution. */
function tail(successes: number, trials: number, probability: number): number {
  let logarithm = trials * Math.log(1 - probability); // of the probability of k successes, k = 0 first
  let sum = 0;
  for (let k = 0; k <= trials; k += 1) {
    if (k >= successes) sum += Math.exp(logarithm);
    logarithm += Math.log((trials - k) / (k + 1)) + Math.log(probability / (1 - probability));
  }
  return sum;
}
