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

/** What a step gives a method to make its loss from. */
export interface LossInputs {
  /** The batch after augmentation, float32 [N, C, H, W]. */
  readonly images: Tensor;
  /** int64 [N]; for a method that takes them also distributions over the classes, float32 [N, K]. */
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
}

export interface TrainingLoss {
  /** A scalar with gradient: what is minimised. */
  readonly loss: Tensor;
  /** Logits of the first images as they are, [n, K], where the method looks at any. */
  readonly clean?: Tensor | undefined;
  /** Logits of the adversarial images, [M, K], where there are any. */
  readonly adversarial?: Tensor | undefined;
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
  /**
   * Whether its loss takes labels as distributions, which MixUp and CutMix make. Default: false; recipes with both are
   * refused.
   */
  readonly softLabels?: boolean | undefined;
  /** The keys that `training` has in recipes of this method, beside those of all. */
  readonly options: Shape;
  create(options: z.output<z.ZodObject<Shape>>): TrainingMethod;
}

/** Checks that `create` takes what the options' schema gives. */
export function defineMethod<Shape extends z.ZodRawShape>(
  definition: MethodDefinition<Shape>,
): MethodDefinition<Shape> {
  return definition;
}
