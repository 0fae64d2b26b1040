/**
 * What the verifier says, as results keep it.
 *
 * @module
 */

/** A robust error that was counted again from the saved images. */
export interface Verification {
  readonly norm: string;
  readonly epsilon: number;
  readonly examples: number;
  /** Images at once: as in the evaluation, and here. */
  readonly batchSizes: readonly [number, number];
  /** The largest distance of an adversarial image from its original, in float64. */
  readonly largestDistance: number;
  /** Misclassified without perturbation. */
  readonly cleanErrors: number;
  /** Misclassified with or without perturbation. */
  readonly errors: number;
  readonly robustError: number;
  readonly interval: readonly [number, number];
  /** What became of each image, see `paired/outcomes.ts`. */
  readonly outcomes: string;
  /**
   * Indices of the examples that rounding turns: classified otherwise at the other batch size, or than the evaluation
   * claims, with the two largest logits all but equal. They count as the other batch size says: an image that fools in
   * some company only is not adversarial.
   */
  readonly disagreeing: readonly number[];
  /**
   * Indices of the examples for whose adversarial image the network gives NaN, which counts as an error; absent for
   * none.
   */
  readonly unanswered?: readonly number[] | undefined;
  /** Of a randomised network: an example is wrong where the majority of so many draws is. */
  readonly draws?: number | undefined;
  /** And by how much the robust error would vary if they were made anew: its standard error. */
  readonly standardError?: number | undefined;
  /** Whether the network was read from its file anew, or is the one in memory; of results from before, not known. */
  readonly network?: 'file' | 'memory' | undefined;
  /** The same images rounded to 8 bits within the budget. */
  readonly rounded: {
    readonly largestDistance: number;
    readonly errors: number;
    readonly robustError: number;
    readonly interval: readonly [number, number];
    /** How many adversarial images rounding made harmless. */
    readonly lost: number;
  };
}
