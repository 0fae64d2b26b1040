/**
 * A network whose answers are looked at.
 *
 * @module
 */
import { SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import { requireLogits, type Module } from '../nn/index.js';

/**
 * What is no logits is refused, and labels that the network has no class for are found in its first answer, before a
 * kernel reads past its end. Waits for the device once.
 *
 * @param labels int64 [N], or float32 [N, K] with a distribution a row
 * @returns the network, whose logits are float32 and whose `forward` throws SaddlepointError ARGUMENT for others
 */
export function checkedNetwork(model: Module, labels: Tensor): Pick<Module, 'forward'> {
  let looked = false;
  return {
    forward: (images) => {
      const logits = requireLogits(model.forward(images), images.size(0));
      if (!looked) requireLabels(labels, Math.max(2, logits.size(1)));
      looked = true;
      return logits.dtype === 'float32' ? logits : logits.to({ dtype: 'float32' });
    },
  };
}

function requireLabels(labels: Tensor, classes: number): void {
  if (labels.ndim === 2) {
    if (labels.size(1) === classes) return;
    throw refused(`distributions over the ${classes} classes of this network`, `over ${labels.size(1)}`);
  }
  if (labels.size(0) === 0) return;
  const [low, high] = tidy(() => [labels.amin().item(), labels.amax().item()] as const);
  if (low >= 0 && high < classes) return;
  throw refused(`labels from 0 to ${classes - 1} for a network of ${classes} classes`, `${low} to ${high}`);
}

function refused(expected: string, received: string): SaddlepointError {
  return new SaddlepointError('ARGUMENT', `expected ${expected}, received ${received}`);
}
