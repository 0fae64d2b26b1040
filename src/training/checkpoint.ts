/**
 * Checkpoints: one safetensors file with the weights under PyTorch's names, the optimizer's state beside
 * them, and in its metadata all that is needed to build the network without knowing it and to go on.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { readSafetensors, SaddlepointError, tidy, writeSafetensors, type Tensor } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import type { Sgd } from '../optim/index.js';

/** Where the run stands: optimizer steps done. Epoch, batch and random streams follow from it. */
export interface Progress {
  readonly step: number;
}

/** Prefix of the momentum buffers; the weights have none, so that any reader finds them. */
const OPTIMIZER = 'optimizer/';
const FORMAT = 'saddlepoint-checkpoint-1';

/** @throws SaddlepointError FILE when the file cannot be written; an earlier one stays */
export function saveCheckpoint(path: string, model: Module, description: ModelDescription, progress: Progress, optimizer: Sgd): void {
  const tensors = new Map<string, Tensor>(model.stateDict());
  for (const [name, buffer] of optimizer.stateDict()) tensors.set(OPTIMIZER + name, buffer);
  writeSafetensors(path, tensors, { format: FORMAT, model: JSON.stringify(description), progress: JSON.stringify(progress) });
}

export interface LoadedModel {
  readonly model: Module;
  readonly description: ModelDescription;
}

/**
 * Builds the network a checkpoint describes, with its weights.
 *
 * @throws SaddlepointError CHECKPOINT when the file is no checkpoint of ours or is damaged
 */
export function loadModel(path: string): LoadedModel {
  const { tensors, description } = readCheckpoint(path);
  try {
    const model = createModel(description, 0);
    model.loadStateDict(weightsOf(tensors));
    return { model, description };
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
}

/**
 * Puts a checkpoint's weights and optimizer state into a run's own.
 *
 * @returns where the run stood, or undefined when there is no file
 * @throws SaddlepointError CHECKPOINT when it is of another architecture, or damaged
 */
export function resumeFrom(path: string, model: Module, description: ModelDescription, optimizer: Sgd): Progress | undefined {
  if (!existsSync(path)) return undefined;
  return tidy(() => {
    const checkpoint = readCheckpoint(path);
    const [ours, theirs] = [JSON.stringify(description), JSON.stringify(checkpoint.description)];
    if (ours !== theirs) throw new SaddlepointError('CHECKPOINT', `${path} is of ${theirs}, this run trains ${ours}. Use another run name`);
    model.loadStateDict(weightsOf(checkpoint.tensors));
    optimizer.loadStateDict(stripped(checkpoint.tensors));
    return checkpoint.progress;
  });
}

function readCheckpoint(path: string): { tensors: ReadonlyMap<string, Tensor>; description: ModelDescription; progress: Progress } {
  const { tensors, metadata } = readSafetensors(path);
  const { format, model, progress } = metadata;
  if (format !== FORMAT || model === undefined || progress === undefined) {
    throw new SaddlepointError('CHECKPOINT', `${path} is no checkpoint of Saddlepoint: expected the format ${FORMAT}, received ${format ?? 'none'}`);
  }
  return { tensors, description: JSON.parse(model) as ModelDescription, progress: JSON.parse(progress) as Progress };
}

function weightsOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map([...tensors].filter(([name]) => !name.startsWith(OPTIMIZER)));
}

function stripped(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map([...tensors].filter(([name]) => name.startsWith(OPTIMIZER)).map(([name, tensor]) => [name.slice(OPTIMIZER.length), tensor]));
}
