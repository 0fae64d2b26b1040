/**
 * Normal and adversarial training: what one step does. The loop around it is in `trainer.ts`.
 *
 * @module
 */
import type { Attack } from '../attacks/index.js';
import { backward, RandomStream, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import type { Batch } from '../data/index.js';
import { crossEntropy, misclassified, type Module } from '../nn/index.js';
import type { Schedule, Sgd } from '../optim/index.js';

/** Where a run stands. */
export interface Position {
  /** Optimizer steps done. */
  readonly step: number;
  readonly epoch: number;
}

/** What a step reports, by TensorBoard tag. */
export type StepMetrics = Readonly<Record<string, number>>;

export interface TrainingOptions {
  readonly model: Module;
  readonly optimizer: Sgd;
  readonly schedule: Schedule;
  readonly labelSmoothing?: number;
}

/** Minimises the cross-entropy on the images as they are. */
export class NormalTraining {
  protected readonly options: Required<TrainingOptions>;

  constructor(options: TrainingOptions) {
    this.options = { labelSmoothing: 0, ...options };
  }

  /**
   * Updates the model from one batch. Leaves nothing alive.
   *
   * @throws SaddlepointError NUMERIC when the loss is not a finite number; the weights are as before then
   */
  step(batch: Batch, position: Position): StepMetrics {
    return tidy(() => {
      const { loss, error } = this.update(batch.images, batch.labels, position);
      return { 'train/loss': loss, 'train/error': error, 'train/lr': this.options.schedule(position.step) };
    });
  }

  /** Forward in training mode, loss, backward, update. */
  protected update(images: Tensor, labels: Tensor, position: Position): { loss: number; error: number } {
    const { model, optimizer, schedule, labelSmoothing } = this.options;
    const logits = model.train().forward(images);
    const loss = crossEntropy(logits, labels, { labelSmoothing });
    const value = loss.item();
    if (!Number.isFinite(value)) {
      throw new SaddlepointError(
        'NUMERIC',
        `the loss became ${value} at step ${position.step}; lower the learning rate (now ${schedule(position.step)})`,
      );
    }
    optimizer.clearGradients();
    backward(loss);
    optimizer.step(schedule(position.step));
    return { loss: value, error: misclassified(logits, labels).to({ dtype: 'float32' }).mean().item() };
  }
}

export interface AdversarialTrainingOptions extends TrainingOptions {
  readonly attack: Attack;
  readonly seed: number;
}

/**
 * Minimises the cross-entropy on adversarial images made anew for every batch (Madry et al., ICLR 2018,
 * equation 2.1): all of the batch is adversarial, and goes through the network at once.
 */
export class AdversarialTraining extends NormalTraining {
  readonly #attack: Attack;
  readonly #seed: number;

  constructor({ attack, seed, ...options }: AdversarialTrainingOptions) {
    super(options);
    this.#attack = attack;
    this.#seed = seed;
  }

  override step(batch: Batch, position: Position): StepMetrics {
    const { model, schedule } = this.options;
    return tidy(() => {
      const stream = new RandomStream(this.#seed, 'training attack', position.epoch);
      const { images } = this.#attack.run(model, batch.images, batch.labels, { stream, indices: batch.indices });
      const { loss, error } = this.update(images, batch.labels, position);
      return { 'train/adversarial_loss': loss, 'train/adversarial_error': error, 'train/lr': schedule(position.step) };
    });
  }
}
