/**
 * Describes a network, its data and this process for a result.
 *
 * @module
 */
import { engineDescription, runtime } from '../../engine/index.js';
import { summarizeModel, type ModelDescription } from '../../models/index.js';
import { packageVersion } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import { hashArchitecture, hashModel } from './fingerprint.js';
import type { DataProvenance, NetworkProvenance, Provenance } from './provenance.js';

/** Where a network comes from, as far as whoever evaluates it knows. */
export interface NetworkSource {
  readonly description?: ModelDescription | undefined;
  /** The file of its weights. */
  readonly file?: string | undefined;
  /** Which of a run's checkpoints that is. */
  readonly checkpoint?: string | undefined;
  /** False where the file holds weights alone, and `description` is what somebody says of them. */
  readonly described?: boolean | undefined;
  /** What is to be read beside its numbers, in sentences. */
  readonly notes?: readonly string[] | undefined;
  /** Reads it from that file once more, as a network of its own that the caller disposes of. */
  readonly load?: (() => Module) | undefined;
}

/** Which network it is: hashes of weights and architecture, and where they come from. */
export function describeSource(model: Module, source: NetworkSource = {}): NetworkProvenance {
  const { description, file, checkpoint } = source;
  return {
    weights: hashModel(model),
    architecture: hashArchitecture(model, description),
    ...(description === undefined ? {} : { description: summarizeModel(description) }),
    ...(file === undefined ? {} : { file }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

/**
 * What a result is of: network, data and engine.
 *
 * @param backend how the attacks computed, where there were some
 */
export function provenanceOf(
  network: NetworkProvenance,
  data: DataProvenance,
  device: string,
  backend?: string,
): Provenance {
  const libtorch = `${runtime().version} (${engineDescription().libtorch.source})`;
  const engine = { saddlepoint: packageVersion(), libtorch, device, ...(backend === undefined ? {} : { backend }) };
  return { network, data, engine };
}
