/**
 * What an evaluation says, and the form in which it lies in a run folder (`evaluation/*.json`).
 *
 * @module
 */

/** A rate with its 95 % interval; all three are fractions. */
export interface ErrorRate {
  readonly errors: number;
  readonly examples: number;
  readonly error: number;
  readonly interval: readonly [number, number];
}

/** A robust error, never without what it was measured with. */
export interface RobustErrorRate {
  /** e.g. `pgd`. */
  readonly attack: string;
  readonly norm: string;
  /** The budget, for images in [0, 1]. */
  readonly epsilon: number;
  readonly steps: number;
  readonly restarts: number;
  readonly examples: number;
  readonly errors: number;
  readonly robustError: number;
  readonly interval: readonly [number, number];
}

/** `evaluation/test.json` */
export interface EvaluationResult {
  readonly dataset: string;
  /** Which part of the data set, e.g. `test[0:1000]`. */
  readonly split: string;
  readonly examples: number;
  readonly clean: ErrorRate;
  /** By attack name, e.g. `pgd`. */
  readonly attacks: Readonly<Record<string, RobustErrorRate>>;
  /** Robust error against growing budgets, of one attack; empty when not measured. */
  readonly curve: readonly RobustErrorRate[];
  readonly seconds: number;
}

/** One image of the gallery, as one network sees it. */
export interface GalleryItem {
  /** Index in the test set. */
  readonly index: number;
  /** The true class, by name. */
  readonly label: string;
  /** PNG files in base64, unscaled: one image pixel a PNG pixel. */
  readonly original: string;
  readonly adversarial: string;
  /** The perturbation, multiplied by `scale` and centred on mid-grey. */
  readonly perturbation: string;
  readonly cleanPrediction: string;
  readonly cleanConfidence: number;
  readonly adversarialPrediction: string;
  readonly adversarialConfidence: number;
}

/** `evaluation/gallery.json` */
export interface Gallery {
  readonly attack: string;
  readonly norm: string;
  readonly epsilon: number;
  /** By how much the perturbations are multiplied to be seen. */
  readonly scale: number;
  readonly items: readonly GalleryItem[];
}
