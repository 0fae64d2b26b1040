/**
 * One training step: augmentation, adversarial images, the method's loss, update. The loop around it is in
 * `trainer.ts`.
 *
 * @module
 */
import {
  allowSignals,
  backward,
  noGrad,
  ops,
  RandomStream,
  requireInteger,
  SaddlepointError,
  tidy,
  type Tensor,
  zeroGrad,
} from '../engine/index.js';
import type { AttackRandomness } from '../attacks/index.js';
import { augmentLabelled, type Augmentation, type Batch, type Labelled } from '../data/index.js';
import { seedDropout, type Module } from '../nn/index.js';
import { clipGradients, type Optimizer, type Schedule } from '../optim/index.js';
import { attackStream, type BatchAttacker, type Position } from './acceleration/attack-part.js';
import type { LossInputs, TrainingLoss, TrainingMethod } from './methods/index.js';
import { replay } from './replay.js';
import { requireFiniteLoss, requireLoss } from './require-loss.js';
import { measure, type StepMetrics } from './step-metrics.js';
import { forwardToTrain, type TrainingBackend } from './acceleration/training-pass.js';
import type { WeightPerturbation } from './weights/weight-perturbation.js';

/** The smallest normal float32: a budget of nothing divides nothing. */
const SMALLEST = 2 ** -126;

/** What a step worked on, for whoever watches it. Its tensors live as long as the step. */
export interface StepView {
  /** The images after augmentation, float32 [N, C, H, W]. */
  readonly images: Tensor;
  /** int64 [N]; after an augmentation that mixes images of several classes distributions, float32 [N, K]. */
  readonly labels: Tensor;
  /** int64 [N]: indices in the data set's file. */
  readonly indices: Tensor;
  /** What the network said in training mode of the first images as they are, float [n, K]; undefined for none. */
  readonly clean: Tensor | undefined;
  /** Adversarial images of the last images, and what the network said of them, float [M, K]; undefined for none. */
  readonly adversarial: { readonly images: Tensor; readonly logits: Tensor } | undefined;
}

/** Called at the end of a step, when the weights are updated and their gradients still there. */
export type StepWatcher = (view: StepView) => void;

export interface TrainingStepOptions {
  readonly model: Module;
  readonly method: TrainingMethod;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly seed: number;
  /** Of the whole training, for methods that change in its course. Default: unknown, which is its end. */
  readonly steps?: number | undefined;
  /** Makes the adversarial images; ended with the step. Default: nobody, for a method that attacks nothing. */
  readonly attacker?: BatchAttacker | undefined;
  /** Random changes of the images before anything else. Default: none. */
  readonly augmentation?: Augmentation | undefined;
  /** Of the network and of labels that are mixed; needed with an augmentation that does. */
  readonly classes?: number | undefined;
  /** Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Changes the weights while the loss is computed, and back before the update. Default: nothing. */
  readonly weightPerturbation?: Pick<WeightPerturbation, 'perturb'> | undefined;
  /** The most that the norm of all gradients together may be. Default: no limit. */
  readonly clipGradients?: number | undefined;
  /** The running average of the weights, where there is one. */
  readonly average?: Module | undefined;
  /** How the training pass computes: faster or slower, the same to the backend's rounding. Default: contiguous. */
  readonly backend?: TrainingBackend | undefined;
}

export class TrainingStep implements Disposable {
  readonly #options: TrainingStepOptions;

  constructor(options: TrainingStepOptions) {
    this.#options = options;
  }

  /**
   * Updates the model from one batch. Leaves nothing alive.
   *
   * @throws SaddlepointError NUMERIC when the loss is not a finite number; the weights are as before then, or, of a
   *   method that replays batches, as the last replay left them
   */
  run(batch: Batch, position: Position, watch?: StepWatcher): StepMetrics {
    return tidy(() => {
      const seen = { ...batch, ...this.#augment(batch, position) };
      const { replays } = this.#options.method;
      if (replays === undefined) {
        const adversarial = this.#attack(seen, position);
        return this.#update(seen, adversarial, position, watch);
      }
      const attack = this.#attacker().attackAt(position.step);
      const randomness = this.#randomness(batch, position);
      return replay(seen.images, attack, randomness, replays, (adversarial, isLast) =>
        this.#update(seen, adversarial, position, isLast ? watch : undefined),
      );
    });
  }

  /** A batch's images as a step of this epoch sees them, before any attack; the caller's to dispose. */
  augmented(batch: Batch, epoch: number): Tensor {
    return tidy(() => this.#augment(batch, { step: 0, epoch }).images.clone());
  }

  /** Ends what makes the adversarial images, and what the method holds. The model stays. */
  [Symbol.dispose](): void {
    this.#options.attacker?.[Symbol.dispose]();
    this.#options.method[Symbol.dispose]?.();
  }

  /** One update of the weights. */
  #update(batch: Batch, adversarial: Tensor, position: Position, watch: StepWatcher | undefined): StepMetrics {
    const { model, method, optimizer, schedule, weightPerturbation, clipGradients: most } = this.#options;
    const { labels } = batch;
    const inputs = this.#inputs(batch, adversarial, position);
    const restore = weightPerturbation?.perturb(() => method.loss(inputs).loss, position.step);
    let logits: Omit<TrainingLoss, 'loss'>;
    try {
      const { loss, ...said } = requireLoss(method.loss(inputs));
      logits = said;
      requireFiniteLoss(loss, position.step, schedule);
      optimizer.zeroGrad();
      zeroGrad([adversarial]); // which the weights' perturbation may have given one
      backward(loss);
    } finally {
      restore?.(); // also after an error: the weights are as before then
    }
    if (most !== undefined) clipGradients(model.parameters(), most);
    optimizer.step(schedule(position.step));
    const clean = logits.clean?.detach();
    const attacked = logits.adversarial?.detach();
    const certified = logits.certified?.detach();
    watch?.({ ...batch, clean, adversarial: attacked && { images: adversarial.detach(), logits: attacked } });
    return {
      ...(clean && measure('train/', clean, firstOf(labels, clean.size(0)))),
      ...(attacked && measure('train/adversarial_', attacked, lastOf(labels, attacked.size(0)))),
      ...(certified && measure('train/certified_', certified, labels)),
      'train/lr': schedule(position.step),
    };
  }

  /** What the method makes its loss from. */
  #inputs(batch: Batch, adversarial: Tensor, position: Position): LossInputs {
    const { attacker, labelSmoothing = 0, average, steps } = this.#options;
    const { images, labels, indices } = batch;
    return {
      images,
      labels,
      adversarial,
      budgetShare: () => this.#budgetShare(images, adversarial, position),
      labelSmoothing,
      attackNoise: () => this.#attackNoise(batch, position),
      attack: attacker?.attackAt(position.step),
      randomness: this.#randomness(batch, position),
      progress: steps === undefined ? 1 : position.step / steps,
      average,
      model: this.#options.model,
      forward: (...parts) => this.#forward(parts, indices, position),
    };
  }

  /** The noise that the attack added to these images, of an attack that adds any. */
  #attackNoise({ images, indices }: Batch, position: Position): Tensor {
    const attack = this.#options.attacker?.attackAt(position.step);
    const stream = attackStream(this.#options, position);
    const noise = attack?.noiseOfCopies?.({ stream, indices }, images);
    if (noise !== undefined) return noise;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected the attack smooth-pgd, which has noise, received ${attack?.name ?? 'none'}`,
    );
  }

  #randomness({ indices }: Batch, { epoch }: Position): AttackRandomness {
    return { stream: new RandomStream(this.#options.seed, 'training method', epoch), indices };
  }

  #augment({ images, labels, indices }: Batch, { epoch }: Position): Omit<Labelled, 'classes'> {
    const { augmentation, seed, classes = 0 } = this.#options;
    if (augmentation === undefined) return { images, labels };
    const stream = new RandomStream(seed, 'augmentation', epoch);
    return augmentLabelled(augmentation, { images, labels, classes }, stream, indices);
  }

  /** Adversarial images of the last images, as many as the method attacks. */
  #attack({ images, labels, indices }: Batch, position: Position): Tensor {
    const { method, model } = this.#options;
    const attacked = requireInteger('attacked images', method.attacked(images.size(0)), 0, images.size(0));
    const part = {
      images: lastOf(images, attacked),
      labels: lastOf(labels, attacked),
      indices: lastOf(indices, attacked),
    };
    if (attacked === 0) return part.images;
    const attacker = this.#attacker();
    using _ = allowSignals(); // the longest part of a step, and nothing of the model has changed yet
    return attacker.perturb(model, part, position);
  }

  #attacker(): BatchAttacker {
    const { attacker } = this.#options;
    if (attacker !== undefined) return attacker;
    throw new SaddlepointError('ARGUMENT', 'expected an attacker for a method that attacks, received none');
  }

  #budgetShare(images: Tensor, adversarial: Tensor, { step }: Position): Tensor {
    const { norm, epsilon } = this.#options.attacker!.attackAt(step);
    const perturbation = adversarial.sub(lastOf(images, adversarial.size(0)));
    return noGrad(() => norm.magnitude(perturbation).div(Math.max(epsilon, SMALLEST)));
  }

  /** The logits of each part, of one pass in training mode. */
  #forward(parts: readonly Tensor[], indices: Tensor, { epoch }: Position): Tensor[] {
    const { model, seed, backend = 'contiguous' } = this.#options;
    const images = parts.length === 1 ? parts[0]! : ops.cat([...parts]);
    const times = images.size(0) / indices.size(0);
    const rows = times === 1 ? indices : indices.repeat([requireInteger('batches in one pass', times, 1)]);
    seedDropout(model, new RandomStream(seed, 'dropout', epoch), rows);
    const logits = forwardToTrain(model, images, backend);
    if (parts.length === 1) return [logits];
    let start = 0;
    return parts.map((part) => {
      const length = part.size(0);
      start += length;
      return logits.narrow(0, start - length, length);
    });
  }
}

function firstOf(tensor: Tensor, rows: number): Tensor {
  return tensor.size(0) === rows ? tensor : tensor.narrow(0, 0, rows);
}

function lastOf(tensor: Tensor, rows: number): Tensor {
  const total = tensor.size(0);
  return total === rows ? tensor : tensor.narrow(0, total - rows, rows);
}
