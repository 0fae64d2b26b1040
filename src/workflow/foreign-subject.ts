/**
 * A network of a file that is not ours, ready to be evaluated.
 *
 * @module
 */
import type { NetworkSource } from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';

export interface ForeignSubject {
  readonly model: Module;
  readonly description: ModelDescription;
  readonly source: NetworkSource;
  /** The same weights in another network, which the caller disposes of. */
  readonly loadAs: (description: ModelDescription) => Module;
  /** Whether it is known what the images are normalised by, or that they are not. */
  readonly normalizationKnown: boolean;
}
