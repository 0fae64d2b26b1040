/**
 * What a training method is: which images of a batch it attacks, what the attack maximises, and the loss that the
 * weights minimise. Everything around it (augmentation, the attack, batch statistics, update, averaging) is the
 * training step's.
 *
 * @module
 */
import type { z } from 'zod';
import type { Attack, AttackName, AttackRandomness, ObjectiveName } from '../../attacks/index.js';
import { SaddlepointError, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';

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
  /** What the adversarial images were made with, as it is at this step; undefined for a method that attacks nothing. */
  readonly attack: Attack | undefined;
  /** Where a method's own random numbers come from: the same for the same seed, epoch and image, whatever the batch. */
  readonly randomness: AttackRandomness;
  /** The share of the training's steps that are done: of [0, 1), or 1 where nobody says how many there are. */
  readonly progress: number;
  /** The running average of the network's weights, in evaluation mode, where the recipe keeps one. */
  readonly average: Module | undefined;
  /**
   * Passes all parts through the network in training mode as one batch, so that batch normalisation sees them together.
   *
   * @param parts images [n, C, H, W]; together as many as the batch, or a multiple of it
   * @returns the logits of each part, float32 [n, K], with gradient
   */
  readonly forward: (...parts: Tensor[]) => Tensor[];
  /**
   * The noise of an attack on noisy copies, float32 [S · M, C, H, W], the first copy of every image before the second.
   *
   * @throws SaddlepointError ARGUMENT for another attack, which has none
   */
  readonly attackNoise: () => Tensor;
  /** The network, for methods that look at its layers. */
  readonly model: Module;
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

/** A method that holds something, e.g. another network, disposes of it with the step. */
export interface TrainingMethod extends Partial<Disposable> {
  /** How many of a batch's images are attacked: the last ones. */
  attacked(images: number): number;
  /**
   * How many updates a batch makes, each on images that the gradient of the one before has moved, in place of an
   * attack. Default: one, on images that were attacked.
   */
  readonly replays?: number | undefined;
  /** Leaves intermediate results for autograd to the scope it is called in. */
  loss(inputs: LossInputs): TrainingLoss;
}

/** What a method is made from besides its options. */
export interface MethodContext {
  /**
   * A trained network on the training's device and in evaluation mode; whoever asks disposes of it.
   *
   * @param path a run folder or a checkpoint of ours
   * @throws SaddlepointError CHECKPOINT when there is none
   */
  readonly loadNetwork: (path: string) => Module;
}

/** A method as recipes know it. */
export interface MethodDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Whether it needs an attack. */
  readonly attacks: boolean;
  /** The attacks that it can train with. Default: all. */
  readonly attackNames?: readonly AttackName[] | undefined;
  /**
   * Whether it moves the images by itself, so that an attack says no more than norm and epsilon. Default: false;
   * recipes that say more are refused.
   */
  readonly ownSteps?: boolean | undefined;
  /** Whether it asks how far images were moved, which an attack that moves pixels does not say. Default: false. */
  readonly asksShare?: boolean | undefined;
  /** What its attack maximises where a recipe says nothing. Default: the cross-entropy. */
  readonly objective?: ObjectiveName | undefined;
  /**
   * Whether its loss takes labels as distributions, which MixUp and CutMix make. Default: false; recipes with both are
   * refused.
   */
  readonly softLabels?: boolean | undefined;
  /** The keys that `training` has in recipes of this method, beside those of all. */
  readonly options: Shape;
  /** What is wrong between its options, and at which. Default: nothing. */
  problem?(options: z.output<z.ZodObject<Shape>>): { readonly key: string; readonly message: string } | undefined;
  /** Where its steps begin to take another time, as shares of the training. Default: nowhere. */
  phases?(options: z.output<z.ZodObject<Shape>>): readonly number[];
  /** Whether it needs `training.weightAverage`. Default: false. */
  readonly averages?: boolean | undefined;
  /**
   * Whether its loss has a gradient in it, which is then differentiated: only LibTorch's own convolutions can do that.
   * Default: false.
   */
  readonly differentiatesTwice?: boolean | undefined;
  /** @param context what it can be made from besides; without it, a method that learns from another network throws */
  create(options: z.output<z.ZodObject<Shape>>, context?: MethodContext): TrainingMethod;
}

/** As its file writes it: `create` has a context in any case. */
type MethodSource<Shape extends z.ZodRawShape> = Omit<MethodDefinition<Shape>, 'create'> & {
  create(options: z.output<z.ZodObject<Shape>>, context: MethodContext): TrainingMethod;
};

const NOTHING: MethodContext = {
  loadNetwork: (path) => {
    throw new SaddlepointError('ARGUMENT', `expected a context that loads the network ${path}, received none`);
  },
};

/** Checks that `create` takes what the options' schema gives. */
export function defineMethod<Shape extends z.ZodRawShape>(definition: MethodSource<Shape>): MethodDefinition<Shape> {
  return { ...definition, create: (options, context = NOTHING) => definition.create(options, context) };
}
