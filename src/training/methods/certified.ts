/**
 * What training by bounds has in common: a budget that grows with the training, and a loss that moves from the images
 * as they are to the worst logits that the bounds allow.
 *
 * Batch normalisation is bounded by its running statistics, the network of evaluation; the images as they are go
 * through the network in training mode, as in every method.
 *
 * @module
 */
import { z } from 'zod';
import { budgetSchema } from '../../attacks/index.js';
import type { Tensor } from '../../engine/index.js';
import { imageBox, type Box } from '../../models/index.js';
import { classificationLoss, crossEntropy } from '../../nn/index.js';
import type { LossInputs, TrainingLoss } from './method.js';

export const certifiedOptions = {
  /** The L-infinity budget that the network is to be certified for, reached at the end of the ramp. */
  epsilon: budgetSchema,
  /** The share of the training at which the budget begins to grow from 0; before, the loss is the clean one. */
  rampFrom: z.number().min(0).max(1).default(0.05),
  /** The share at which it has grown to `epsilon`, and the weights of the loss have their last values. */
  rampTo: z.number().min(0).max(1).default(0.35),
  /** Weight of the images as they are at the end of the ramp, from 1 at its start; the bounds have the rest. */
  kappa: z.number().min(0).max(1).default(0.5),
};

export type CertifiedOptions = z.output<z.ZodObject<typeof certifiedOptions>>;

type Ramp = Pick<CertifiedOptions, 'rampFrom' | 'rampTo'>;

/** A ramp that ends before it begins is none. */
export function rampProblem({ rampFrom, rampTo }: Ramp): { key: string; message: string } | undefined {
  if (rampTo >= rampFrom) return undefined;
  return { key: 'rampTo', message: `expected at least rampFrom, ${rampFrom}` };
}

/** How far the ramp has come, linearly: 0 before it, 1 after it; without a length it is a step. */
export function rampShare(progress: number, { rampFrom, rampTo }: Ramp): number {
  if (progress < rampFrom) return 0;
  return rampTo === rampFrom ? 1 : Math.min(1, (progress - rampFrom) / (rampTo - rampFrom));
}

/**
 * κ · cross-entropy of the images + (1 − κ) · cross-entropy of the logits −m, m the lower bounds of z_y − z_j.
 *
 * @param marginsOf lower bounds [N, K] for all images of a box, where the ramp has come this far
 */
export function certifiedLoss(
  { images, labels, labelSmoothing, forward, progress }: LossInputs,
  options: CertifiedOptions,
  marginsOf: (box: Box, share: number) => Tensor,
): TrainingLoss {
  const clean = forward(images)[0]!; // first: it updates running statistics, which the bounds hold on to
  const accuracy = classificationLoss(clean, labels, { labelSmoothing });
  if (progress < options.rampFrom) return { loss: accuracy, clean };
  const share = rampShare(progress, options);
  const kappa = 1 - share * (1 - options.kappa);
  const worst = marginsOf(imageBox(images, share * options.epsilon), share).neg();
  const certainty = crossEntropy(worst, labels, { labelSmoothing });
  return { loss: accuracy.mul(kappa).add(certainty, { alpha: 1 - kappa }), clean, certified: worst };
}
