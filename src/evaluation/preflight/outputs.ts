/**
 * Are the network's answers logits, one a class, and numbers?
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';
import { note, stop, type Finding } from './finding.js';
import type { Probe } from './probe.js';

/** How far a row of probabilities may be from a sum of 1 in float32. */
const SUM_TOLERANCE = 1e-4;

/** Stops unless the answers are [N, K]. */
export function checkShape({ logits, images }: Probe): Finding | undefined {
  const count = images.size(0);
  if (logits.ndim === 2 && logits.size(0) === count && logits.size(1) >= 1) return undefined;
  return stop(
    'output-shape',
    `expected logits of shape [${count}, classes] for ${count} images, received [${logits.shape.join(', ')}]`,
  );
}

/**
 * Stops at an answer that is not a finite number: NaN compares as nothing, so a count of errors would say whatever
 * the label of class 0 says.
 *
 * @param what of which images, for the message
 */
export function checkFinite(logits: Tensor, indices: readonly number[], what: string): Finding | undefined {
  const broken = tidy(() => logits.isfinite().logicalNot().any(1).toNumbers());
  const rows = indices.filter((_, row) => broken[row] !== 0);
  if (rows.length === 0) return undefined;
  return stop(
    'finite-logits',
    `expected logits that are numbers, received NaN or infinity for ${rows.length} of ${indices.length} ` +
      `${what}, the first of index ${rows[0] ?? ''}. Look for a division by zero, a logarithm or an overflow in the ` +
      'model, or weights that are NaN',
  );
}

/**
 * Stops at probabilities instead of logits: their cross-entropy is flat, so that attacks fail and the network seems
 * robust. Logarithms of probabilities are logits too, and noted.
 */
export function checkLogits({ logits }: Probe): Finding | undefined {
  const check = 'logits-not-probabilities';
  const sumsToOne = (values: Tensor) => tidy(() => values.sum([1]).sub(1).abs().amax().item() < SUM_TOLERANCE);
  const [low, high] = tidy(() => [logits.amin().item(), logits.amax().item()] as const);
  if (logits.size(1) === 1) {
    if (low < 0 || high > 1) return undefined;
    return stop(
      check,
      `expected a logit, positive for class 1, received only values from ${low.toFixed(3)} to ${high.toFixed(3)}. Remove the sigmoid at the end of the model`,
    );
  }
  if (low >= 0 && sumsToOne(logits)) {
    return stop(
      check,
      'expected logits, received rows that are not negative and sum to 1: probabilities. Remove the softmax at the ' +
        'end of the model',
    );
  }
  const logarithms = high <= 0 && tidy(() => sumsToOne(logits.exp()));
  return logarithms
    ? note(check, 'the answers are logarithms of probabilities (log-softmax), which attacks can use as they are')
    : undefined;
}
