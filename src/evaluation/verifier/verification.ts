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
  /**
   * Indices of the examples whose adversarial image is classified otherwise at the other batch size, or was claimed to
   * fool the network and does not. They count as the other batch size says: an image that fools in some
   * company only is not adversarial.
   */
  readonly disagreeing: readonly number[];
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
