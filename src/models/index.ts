/**
 * Networks by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import { tidy } from '../engine/index.js';
import { initialize, type Module } from '../nn/index.js';
import { SmallCnn, type SmallCnnOptions } from './small-cnn.js';

const ARCHITECTURES = {
  'small-cnn': (options: SmallCnnOptions) => new SmallCnn(options),
} as const;

export type ArchitectureName = keyof typeof ARCHITECTURES;
export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[];

/** What a model is made from; stored beside its weights. */
export interface ModelDescription {
  readonly architecture: ArchitectureName;
  readonly options: SmallCnnOptions;
}

/** Builds a network and fills it from the seed. Its tensors live until `dispose()`. */
export function createModel({ architecture, options }: ModelDescription, seed: number): Module {
  return tidy(() => initialize(ARCHITECTURES[architecture](options), seed));
}

export { SmallCnn, type SmallCnnOptions };
