/**
 * Gradient alignment (Andriushchenko and Flammarion, "Understanding and Improving Fast Adversarial Training", NeurIPS
 * 2020, equation 3): the cross-entropy on adversarial images, and λ times one minus the cosine between the gradient at
 * the image and at a random point of the ball around it. Where they point the same way the network is nearly linear in
 * the ball, so that one step finds what many do, and single-step training does not overfit to its own step.
 *
 *     CE(f(x'), y) + λ (1 − mean cos(∇ℓ(x), ∇ℓ(x + η)))
 *
 * Deviations: as in the authors' code the gradient at the image is a constant, but it is of the image itself, where
 * theirs is where the attack began; a point beyond the images' range is not clipped, as theirs.
 *
 * @module
 */
import { z } from 'zod';
import { INITIALIZATIONS } from '../../attacks/index.js';
import { grad, ops, tidy, type Tensor } from '../../engine/index.js';
import { classificationLoss } from '../../nn/index.js';
import { defineMethod, type LossInputs } from './method.js';

export const gradAlign = defineMethod({
  attacks: true,
  softLabels: true,
  differentiatesTwice: true,
  options: {
    /** Weight of the alignment: the paper's λ, 0.2 for 8/255 on CIFAR-10. */
    lambda: z.number().min(0).default(0.2),
  },
  create: ({ lambda }) => ({
    attacked: (images) => images,
    loss(inputs) {
      const { adversarial, labels, labelSmoothing, forward } = inputs;
      const [logits] = forward(adversarial) as [Tensor];
      const error = classificationLoss(logits, labels, { labelSmoothing });
      return { loss: error.add(misalignment(inputs), { alpha: lambda }), adversarial: logits };
    },
  }),
});

/** One minus the mean cosine, over the images where neither gradient is zero; 0 where there are none. */
function misalignment(inputs: LossInputs): Tensor {
  const { images, randomness } = inputs;
  const { norm, epsilon } = inputs.attack!;
  const stream = randomness.stream.derive('alignment');
  const noise = INITIALIZATIONS.uniform.perturbation(images, norm, epsilon, stream, randomness.indices);
  const here = tidy(() => gradientAt(inputs, images.detach(), false).detach());
  const there = gradientAt(inputs, images.add(noise), true);
  const known = nonZero(here).logicalAnd(nonZero(there));
  const cosine = direction(here, known).mul(direction(there, known)).sum(1);
  const share = known.to({ dtype: cosine.dtype });
  return cosine
    .neg()
    .add(1)
    .mul(share)
    .sum()
    .div(share.sum().clamp({ min: 1 }));
}

/** The gradient of the cross-entropy with respect to the images, [N, C · H · W]. */
function gradientAt({ labels, forward }: LossInputs, images: Tensor, createGraph: boolean): Tensor {
  images.requiresGrad = true;
  const [logits] = forward(images) as [Tensor];
  const [gradient] = grad(classificationLoss(logits, labels), [images], { createGraph }) as [Tensor];
  return gradient.flatten(1);
}

function nonZero(gradient: Tensor): Tensor {
  return tidy(() => gradient.detach().abs().amax({ dim: 1 }).gt(0));
}

/** Rows scaled to length 1; rows that are not `known` are no direction, and give no gradient. */
function direction(rows: Tensor, known: Tensor): Tensor {
  // A square root has no derivative at zero, and not a number times zero is none either.
  const safe = ops.where(known.unsqueeze(1), rows, ops.zerosLike(rows).add(1));
  // Gradients of a mean are small: by their largest entry first, or their squares underflow.
  const scaled = safe.div(safe.detach().abs().amax({ dim: 1, keepdim: true }));
  return scaled.div(scaled.square().sum([1], { keepdim: true }).sqrt());
}
