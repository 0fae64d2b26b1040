/**
 * What a training method is: which images of a batch it attacks, what the attack maximises, and the loss that the
 * weights minimise. Everything around it (augmentation, the attack, batch statistics, update, averaging) is the
 * training step's.
 *
 * @module
 */
import type { z } from 'zod';
import type { ObjectiveName } from '../../attacks/index.js';
import type { Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';

/** What a step gives a method to make its loss from. */
export interface LossInputs {
  /** The batch after augmentation, float32 [N, C, H, W]. */
  readonly images: Tensor;
  /** int64 [N]. */
  readonly labels: Tensor;
  /** Adversarial images of the last M images, float32 [M, C, H, W]; M is what the method's `attacked` says. */
  readonly adversarial: Tensor;
  /**
   * How large each adversarial perturbation is, as a share of the step's budget in the attack's own norm: float [M] of
   * 0 to 1, but for attacks that go beyond their budget in training. Without gradient.
   */
  readonly budgetShare: () => Tensor;
  /** Share of the target that is spread over all classes. */
  readonly labelSmoothing: number;
  /**
   * Passes all parts through the network in training mode as one batch, so that batch normalisation sees them together.
   *
   * @param parts images [n, C, H, W]; together as many as the batch, or a multiple of it
   * @returns the logits of each part, float32 [n, K], with gradient
   */
  readonly forward: (...parts: Tensor[]) => Tensor[];
  /** The network, for methods that look at its layers. */
  readonly model: Module;
  /** The share of the training that is done: of [0, 1), or 1 where nobody says how long the training is. */
  readonly progress: number;
}

export interface TrainingLoss {
  /** A scalar with gradient: what is minimised. */
  readonly loss: Tensor;
  /** Logits of the first images as they are, [n, K], where the method looks at any. */
  readonly clean?: Tensor | undefined;
  /** Logits of the adversarial images, [M, K], where there are any. */
  readonly adversarial?: Tensor | undefined;
  /** The worst logits that bounds allow for all images, [N, K], where the method makes them. */
  readonly certified?: Tensor | undefined;
}

export interface TrainingMethod {
  /** How many of a batch's images are attacked: the last ones. */
  attacked(images: number): number;
  /** Leaves intermediate results for autograd to the scope it is called in. */
  loss(inputs: LossInputs): TrainingLoss;
}

/** A method as recipes know it. */
export interface MethodDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Whether it needs an attack. */
  readonly attacks: boolean;
  /** What its attack maximises where a recipe says nothing. Default: the cross-entropy. */
  readonly objective?: ObjectiveName | undefined;
  /** The keys that `training` has in recipes of this method, beside those of all. */
  readonly options: Shape;
  /** Where its steps begin to take another time, as shares of the training. Default: nowhere. */
  phases?(options: z.output<z.ZodObject<Shape>>): readonly number[];
  create(options: z.output<z.ZodObject<Shape>>): TrainingMethod;
}

/** Checks that `create` takes what the options' schema gives. */
export function defineMethod<Shape extends z.ZodRawShape>(
  definition: MethodDefinition<Shape>,
): MethodDefinition<Shape> {
  return definition;
}
