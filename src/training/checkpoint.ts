/**
 * Checkpoints: one safetensors file with the weights under PyTorch's names, the optimizer's state beside
 * them, and in its metadata all that is needed to build the network without knowing it and to go on.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import {
  isSafetensors,
  readSafetensors,
  readSafetensorsMetadata,
  SaddlepointError,
  tidy,
  writeSafetensors,
  type Tensor,
} from '../engine/index.js';
import { isShallow, SHALLOW } from '../engine/shallow.js';
import { ARCHITECTURES, buildModel, type ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import type { Optimizer } from '../optim/index.js';
import type { WatchPosition } from './overfitting/overfitting-watch.js';
import type { Snapshot } from './overfitting/snapshot.js';
import type { StepMetrics } from './step-metrics.js';

/** Where the run stands. Epoch, batch, learning rate and random streams follow from the step. */
export interface CheckpointPosition {
  /** Optimizer steps done. */
  readonly step: number;
  /** The best validation so far, and the step it was made after. */
  readonly best?: { readonly step: number; readonly error: number } | undefined;
  /** Metrics of the last steps that no line of the records has yet. */
  readonly recent?: readonly StepMetrics[] | undefined;
  /** Where the watch for catastrophic overfitting stands, of a run that has one. */
  readonly watch?: WatchPosition | undefined;
}

/** Prefix of the momentum buffers; the weights to use have none, so that any reader finds them. */
const OPTIMIZER = 'optimizer/';
/** Prefix of the weights that are trained, where an average of them is the one to use. */
const TRAINED = 'trained/';
/** Prefix of the last good state, of a run that is watched for catastrophic overfitting. */
const GOOD = 'good/';
/** Of any version. */
const FORMATS = 'saddlepoint-checkpoint-';
const FORMAT = `${FORMATS}1`;
/** The architecture that a network of a program's own goes by: the program alone can build it. */
export const PROGRAMS_OWN = 'own';
const descriptionSchema = z.object({
  architecture: z.string().refine((name) => name === PROGRAMS_OWN || ARCHITECTURES.has(name), {
    error: ({ input }) =>
      `no architecture ${JSON.stringify(input)} is known here: import the module that adds it (--import)`,
  }),
  options: z.record(z.string(), z.unknown()).refine((options) => isShallow(options), SHALLOW),
});
const positionSchema = z.object({
  step: z.int().min(0),
  best: z.object({ step: z.int().min(0), error: z.number() }).optional(),
  recent: z.array(z.record(z.string(), z.number())).optional(),
  watch: z
    .object({
      good: z.int().min(0),
      rescueUntil: z.int().min(0),
      rollBacks: z.int().min(0),
      goodError: z.number().optional(),
    })
    .optional(),
});

/**
 * Writes weights, optimizer state, position and description into one safetensors file, whole or not at all.
 *
 * @param averaged the network to use, where it is not the one that is trained
 * @param good the last good state, of a run that is watched
 * @throws SaddlepointError FILE when the file cannot be written; an earlier one stays
 */
export function saveCheckpoint(
  path: string,
  model: Module,
  description: ModelDescription,
  position: CheckpointPosition,
  optimizer: Optimizer,
  averaged?: Module,
  good?: Snapshot,
): void {
  const tensors = new Map<string, Tensor>((averaged ?? model).stateDict());
  if (averaged !== undefined) for (const [name, weight] of model.stateDict()) tensors.set(TRAINED + name, weight);
  for (const [name, buffer] of optimizer.stateDict()) tensors.set(OPTIMIZER + name, buffer);
  for (const [name, tensor] of good?.stateDict() ?? []) tensors.set(GOOD + name, tensor);
  writeSafetensors(path, tensors, {
    format: FORMAT,
    model: JSON.stringify(description),
    position: JSON.stringify(position),
  });
}

/**
 * Writes the weights alone, without what a training needs to go on; {@link loadCheckpoint} reads them.
 *
 * @param about further metadata, e.g. the recipe
 * @throws SaddlepointError FILE when the file cannot be written; an earlier one stays
 */
export function saveModel(
  path: string,
  model: Module,
  description: ModelDescription,
  about: Readonly<Record<string, string>> = {},
): void {
  const position: CheckpointPosition = { step: 0 };
  writeSafetensors(path, new Map<string, Tensor>(model.stateDict()), {
    ...about,
    format: FORMAT,
    model: JSON.stringify(description),
    position: JSON.stringify(position),
  });
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
export function loadCheckpoint(path: string): LoadedModel {
  const { tensors, description } = readCheckpoint(path);
  let model: Module | undefined;
  try {
    if (description.architecture === PROGRAMS_OWN)
      throw new SaddlepointError('CHECKPOINT', 'a program made it: build it there, and give it to loadWeights');
    const weights = weightsOf(tensors);
    model = buildModel(
      description,
      [...weights.values()].reduce((sum, tensor) => sum + tensor.numel(), 0),
    );
    model.loadStateDict(weights);
    return { model, description };
  } catch (cause) {
    model?.dispose();
    if (cause instanceof SaddlepointError && cause.code === 'INTERRUPTED') throw cause;
    const reason = (cause as Error).message;
    throw new SaddlepointError('CHECKPOINT', `${path} does not hold the network it describes: ${reason}`, { cause });
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
}

/**
 * Puts the weights of a checkpoint of ours into a network.
 *
 * @throws SaddlepointError CHECKPOINT when the file is none, is damaged, or does not fit the network
 */
export function loadWeights(model: Module, path: string): void {
  tidy(() => {
    model.loadStateDict(weightsOf(readCheckpoint(path).tensors));
  });
}

/**
 * Puts a checkpoint's weights and optimizer state into a run's own.
 *
 * @param averaged the run's average of its weights, if it has one
 * @param good takes the last good state, of a run that is watched
 * @returns where the run stood, or undefined when there is no file
 * @throws SaddlepointError CHECKPOINT when it is of another architecture, or damaged
 */
export function resumeFrom(
  path: string,
  model: Module,
  description: ModelDescription,
  optimizer: Optimizer,
  averaged?: Module,
  good?: Snapshot,
): CheckpointPosition | undefined {
  if (!existsSync(path)) return undefined;
  return tidy(() => {
    const checkpoint = readCheckpoint(path);
    const [ours, theirs] = [JSON.stringify(description), JSON.stringify(checkpoint.description)];
    if (ours !== theirs)
      throw new SaddlepointError(
        'CHECKPOINT',
        `${path} is of ${theirs}, this run trains ${ours}. Use another run name`,
      );
    const [weights, trained] = [weightsOf(checkpoint.tensors), stripped(checkpoint.tensors, TRAINED)];
    if (trained.size > 0 !== (averaged !== undefined)) {
      const [theirs, ours] =
        trained.size > 0 ? ['averages its weights', 'does not'] : ['does not average its weights', 'does'];
      throw new SaddlepointError(
        'CHECKPOINT',
        `${path} is of a run that ${theirs}, this run ${ours}. Use another run name`,
      );
    }
    averaged?.loadStateDict(weights);
    model.loadStateDict(averaged === undefined ? weights : trained);
    optimizer.loadStateDict(stripped(checkpoint.tensors, OPTIMIZER));
    good?.loadStateDict(stripped(checkpoint.tensors, GOOD));
    return checkpoint.position;
  });
}

/**
 * Whether a file says itself which network it holds, as checkpoints of ours do.
 *
 * @throws SaddlepointError CHECKPOINT when it cannot be opened, or is a damaged file of safetensors
 */
export function isOwnCheckpoint(path: string): boolean {
  return isSafetensors(path) && readSafetensorsMetadata(path).format?.startsWith(FORMATS) === true;
}

/**
 * Optimizer steps that a checkpoint has behind it. @throws SaddlepointError CHECKPOINT when it is none of ours, or
 * damaged
 */
export function stepOf(path: string): number {
  const { tensors, position } = readCheckpoint(path);
  for (const tensor of tensors.values()) tensor.dispose();
  return position.step;
}

function readCheckpoint(path: string): {
  tensors: ReadonlyMap<string, Tensor>;
  description: ModelDescription;
  position: CheckpointPosition;
} {
  const { tensors, metadata } = readSafetensors(path);
  try {
    return { tensors, ...readMetadata(path, metadata) };
  } catch (error) {
    for (const tensor of tensors.values()) tensor.dispose();
    throw error;
  }
}

function readMetadata(path: string, metadata: Readonly<Record<string, string>>) {
  const { format, model = 'null', position = 'null' } = metadata;
  if (format !== FORMAT) {
    throw new SaddlepointError(
      'CHECKPOINT',
      `${path} is no checkpoint of Saddlepoint: expected the format ${FORMAT}, received ${format ?? 'none'}`,
    );
  }
  try {
    return {
      description: descriptionSchema.parse(JSON.parse(model)) as ModelDescription,
      position: positionSchema.parse(JSON.parse(position)),
    };
  } catch (cause) {
    throw new SaddlepointError(
      'CHECKPOINT',
      `${path} is damaged: expected which network it holds and where its run stood, received ${model.slice(0, 200)} and ${position.slice(0, 200)}`,
      { cause },
    );
  }
}

/** Of a checkpoint's tensors the weights to use, without what a training needs to go on. */
function weightsOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const others = [OPTIMIZER, TRAINED, GOOD];
  return new Map([...tensors].filter(([name]) => !others.some((prefix) => name.startsWith(prefix))));
}

function stripped(tensors: ReadonlyMap<string, Tensor>, prefix: string): Map<string, Tensor> {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
