/**
 * Normal and adversarial training: what one step does. The loop around it is in `trainer.ts`.
 *
 * @module
 */
import type { Attack } from '../attacks/index.js';
import {
  allowSignals,
  backward,
  RandomStream,
  requireNumber,
  SaddlepointError,
  tidy,
  ops,
  type Tensor,
} from '../engine/index.js';
import type { Augmentation, Batch } from '../data/index.js';
import { PLAIN_FORM, type FrozenForm } from '../models/attack-network/index.js';
import { classificationLoss, seedDropout, type Module } from '../nn/index.js';
import type { Schedule, Sgd } from '../optim/index.js';
import { attackPart, type BatchAttacker, type Position } from './attack-part.js';
import type { AttackSchedule } from './attack-schedule.js';
import { measure, type StepMetrics } from './step-metrics.js';
import { forwardToTrain, type TrainingForm } from './training-pass.js';

/** What a step worked on, for whoever watches it. Its tensors live as long as the step. */
export interface StepView {
  /** The images after augmentation, float32 [N, C, H, W]. */
  readonly images: Tensor;
  /** What the network was trained on: of the first `clean` images themselves, of the others adversarial images. */
  readonly inputs: Tensor;
  /** int64 [N]. */
  readonly labels: Tensor;
  /** int64 [N]: indices in the data set's file. */
  readonly indices: Tensor;
  /** What the network said in training mode, float [N, K]. */
  readonly logits: Tensor;
  readonly clean: number;
}

/** Called at the end of a step, when the weights are updated and their gradients still there. */
export type StepWatcher = (view: StepView) => void;

export interface TrainingOptions {
  readonly model: Module;
  readonly optimizer: Sgd;
  readonly schedule: Schedule;
  readonly seed: number;
  /** Random changes of the images before anything else. Default: none. */
  readonly augmentation?: Augmentation | undefined;
  /** Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** How the training pass computes: faster or slower, the same to the form's rounding. Default: contiguous. */
  readonly memoryFormat?: TrainingForm | undefined;
}

/** Minimises the cross-entropy on the images as they are. */
export class NormalTraining implements Disposable {
  protected readonly options: TrainingOptions;

  constructor(options: TrainingOptions) {
    this.options = options;
  }

  /**
   * Updates the model from one batch. Leaves nothing alive.
   *
   * @throws SaddlepointError NUMERIC when the loss is not a finite number; the weights are as before then
   */
  step(batch: Batch, position: Position, watch?: StepWatcher): StepMetrics {
    return tidy(() => {
      const images = this.augment(batch, position);
      const logits = this.update(images, batch, position);
      watch?.({ ...batch, images, inputs: images, logits, clean: images.dimension(0) });
      return { ...measure('train/', logits, batch.labels), 'train/lr': this.options.schedule(position.step) };
    });
  }

  /** Ends what runs beside the steps. The model stays. */
  [Symbol.dispose](): void {
    // nothing runs beside normal training
  }

  protected augment({ images, indices }: Batch, { epoch }: Position): Tensor {
    const { augmentation, seed } = this.options;
    return augmentation?.apply(images, new RandomStream(seed, 'augmentation', epoch), indices) ?? images;
  }

  /** Forward in training mode, loss, backward, update. Returns the logits. */
  protected update(images: Tensor, { labels, indices }: Batch, { step, epoch }: Position): Tensor {
    const { model, optimizer, schedule, seed, labelSmoothing = 0, memoryFormat = 'contiguous' } = this.options;
    seedDropout(model, new RandomStream(seed, 'dropout', epoch), indices);
    const logits = forwardToTrain(model, images, memoryFormat);
    const loss = classificationLoss(logits, labels, { labelSmoothing });
    const value = loss.item();
    if (!Number.isFinite(value)) {
      throw new SaddlepointError(
        'NUMERIC',
        `the loss became ${value} at step ${step}; lower the learning rate (now ${schedule(step)})`,
      );
    }
    optimizer.clearGradients();
    backward(loss);
    optimizer.step(schedule(step));
    return logits.detach();
  }
}

export interface AdversarialTrainingOptions extends TrainingOptions {
  /** One for all steps, or one for each. */
  readonly attack: Attack | AttackSchedule;
  /** Share of each batch that is attacked, in (0, 1]; the first part stays clean. Default 1 (Madry et al.). */
  readonly fraction?: number | undefined;
  /** How the attack network computes; null: the model itself is attacked. Default: as the model does. */
  readonly form?: FrozenForm | null | undefined;
  /** Makes the adversarial images with the same attack and form, faster; ended with this training. Default: nobody. */
  readonly attacker?: BatchAttacker | undefined;
}

/** How many images of a batch are attacked: the nearest number to their share, but at least one. */
function attackedOf(total: number, fraction: number): number {
  return Math.max(1, Math.round(fraction * total));
}

/**
 * Minimises the cross-entropy on adversarial images made anew for every batch (Madry et al., ICLR 2018,
 * equation 2.1). Clean and adversarial images go through the network at once, since batch norm must see
 * both; each image weighs the same, so the loss is q · clean + (1 - q) · adversarial for a clean share q.
 */
export class AdversarialTraining extends NormalTraining {
  readonly #attack: AttackSchedule;
  readonly #fraction: number;
  readonly #form: FrozenForm | null;
  readonly #attacker: BatchAttacker | undefined;

  /** @throws SaddlepointError ARGUMENT when the fraction is not in (0, 1] */
  constructor({ attack, fraction = 1, form = PLAIN_FORM, attacker, ...options }: AdversarialTrainingOptions) {
    super(options);
    requireNumber('fraction', fraction, Number.MIN_VALUE, 1);
    this.#attack = typeof attack === 'function' ? attack : () => attack;
    this.#fraction = fraction;
    this.#form = form;
    this.#attacker = attacker;
  }

  override [Symbol.dispose](): void {
    this.#attacker?.[Symbol.dispose]();
  }

  override step(batch: Batch, position: Position, watch?: StepWatcher): StepMetrics {
    return tidy(() => {
      const images = this.augment(batch, position);
      const total = images.dimension(0);
      const clean = total - attackedOf(total, this.#fraction);
      const attacked = this.#attackPart({ ...batch, images }, clean, position);
      const inputs = clean === 0 ? attacked : ops.cat([images.narrow(0, 0, clean), attacked]);
      const logits = this.update(inputs, batch, position);
      watch?.({ ...batch, images, inputs, logits, clean });
      const part = (start: number, length: number) =>
        [logits.narrow(0, start, length), batch.labels.narrow(0, start, length)] as const;
      return {
        ...(clean === 0 ? {} : measure('train/', ...part(0, clean))),
        ...measure('train/adversarial_', ...part(clean, total - clean)),
        'train/lr': this.options.schedule(position.step),
      };
    });
  }

  /** The adversarial images of the examples from `start` on. */
  #attackPart({ images, labels, indices }: Batch, start: number, position: Position): Tensor {
    const length = images.dimension(0) - start;
    const take = (tensor: Tensor) => (start === 0 ? tensor : tensor.narrow(0, start, length));
    const part = { images: take(images), labels: take(labels), indices: take(indices) };
    const { model, seed } = this.options;
    using _ = allowSignals(); // the longest part of a step, and nothing of the model has changed yet
    if (this.#attacker !== undefined) return this.#attacker.perturb(model, part, position);
    return attackPart({ attack: this.#attack, form: this.#form, seed }, model, part, position);
  }
}
