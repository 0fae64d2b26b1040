/**
 * What an evaluation on common corruptions says, as results keep it.
 *
 * @module
 */
import type { DataProvenance } from '../provenance/provenance.js';

/** One corruption. */
export interface CorruptionErrors {
  /** e.g. `gaussian_noise`. */
  readonly name: string;
  /** Whether it is one of the 15 that the mean is taken over. */
  readonly standard: boolean;
  /** Misclassified images of each severity, the mildest first. */
  readonly errors: readonly number[];
  /** SHA-256 of the images of each severity. */
  readonly images: readonly string[];
}

export interface CorruptionResult {
  /** The images without corruption. */
  readonly data: DataProvenance;
  /** How many they are: of each corruption and severity, too. */
  readonly examples: number;
  /** Misclassified without corruption. */
  readonly cleanErrors: number;
  readonly corruptions: readonly CorruptionErrors[];
  /**
   * Mean error over the standard corruptions that were measured and their severities, unnormalised; null where none was
   * there.
   */
  readonly meanError: number | null;
  /** 95 %, over images: those of all corruptions and severities are the same ones. */
  readonly interval: readonly [number, number] | null;
  /** That mean less the clean error on the same images. */
  readonly aboveClean: number | null;
  /** Standard corruptions that were not there: with any the mean is partial, and comparable with no published one. */
  readonly missing: readonly string[];
}
