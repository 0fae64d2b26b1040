/**
 * Several gradients of one forward pass, for searches that linearise the network or follow a loss of their own.
 *
 * @module
 */
import { enableGrad, grad, tidy, type Tensor } from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';

/** One forward pass that can be asked for gradients with respect to the images. */
export interface Pass {
  /** float [N, K], without history. */
  readonly logits: Tensor;
  /** The gradient of the summed values, [N, C, H, W]: as examples do not touch, each one's own. Weights get none. */
  readonly gradientOf: (values: (logits: Tensor) => Tensor) => Tensor;
}

/**
 * Runs one forward pass on candidates and lets `use` differentiate it as often as it likes.
 *
 * @param candidates float32 [N, C, H, W]
 * @returns what `use` returns; nothing else stays alive
 */
export function differentiate<Result>(context: AttackContext, candidates: Tensor, use: (pass: Pass) => Result): Result {
  return tidy(() => {
    const input = candidates.detach();
    input.requiresGrad = true;
    const recorded = enableGrad(() => context.logits(input));
    const gradientOf: Pass['gradientOf'] = (values) =>
      tidy(() => {
        const sum = enableGrad(() => values(recorded).sum());
        return grad(sum, [input], { retainGraph: true })[0]!;
      });
    return use({ logits: recorded.detach(), gradientOf });
  });
}
