/**
 * Gradient clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio, "On the difficulty of training
 * recurrent neural networks", ICML 2013, algorithm 1), as torch.nn.utils.clip_grad_norm_.
 *
 * @module
 */
import { noGrad, ops, tidy, type Tensor } from '../engine/index.js';

/** As PyTorch's: keeps the division finite. */
const TINY = 1e-6;

/**
 * Scales the gradients of all parameters alike, in place, so that their L2 norm is at most `most`.
 *
 * @returns the norm before, NaN or infinite where a gradient is; then some gradients are no numbers afterwards either
 */
export function clipGradients(parameters: Iterable<Tensor>, most: number): number {
  return tidy(() =>
    noGrad(() => {
      const gradients = Array.from(parameters, ({ grad }) => grad).filter((gradient) => gradient !== null);
      if (gradients.length === 0) return 0;
      const norm = ops
        .stack(gradients.map((gradient) => gradient.square().sum({ dtype: 'float64' })))
        .sum()
        .sqrt()
        .item();
      const factor = most / (norm + TINY);
      if (!(factor >= 1)) for (const gradient of gradients) gradient.mul_(factor);
      return norm;
    }),
  );
}
