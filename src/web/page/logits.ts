/**
 * What a network's logits say.
 *
 * @module
 */

/** The softmax. */
export function probabilities(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const shares = values.map((value) => Math.exp(value - largest));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

/** −log p(label), exact also where p is too small to be told from 0. */
export function crossEntropy(logits: ArrayLike<number>, label: number): number {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
  return largest + Math.log(sum) - values[label]!;
}

/** The class that the network names, the first of the largest; undefined where its largest logit is no number. */
export function prediction(logits: ArrayLike<number>): number | undefined {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  return Number.isFinite(largest) ? values.indexOf(largest) : undefined;
}
