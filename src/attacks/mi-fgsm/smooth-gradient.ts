/**
 * Gradients smoothed by a Gaussian: nearly the average gradient of the image shifted by a few pixels (Dong, Pang, Su
 * and Zhu, "Evading Defenses to Transferable Adversarial Examples by Translation-Invariant Attacks", CVPR 2019, section
 * 3.3).
 *
 * @module
 */
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';

/** The kernel reaches so many standard deviations to each side, as in the authors' code. */
const REACH = 3;

/**
 * The normalised Gaussian kernel of an odd side.
 *
 * @returns side × side weights that sum to 1
 */
export function gaussianKernel(side: number): number[][] {
  const middle = (side - 1) / 2;
  const line = Array.from({ length: side }, (_, place) =>
    middle === 0 ? 1 : Math.exp(-(((REACH * (place - middle)) / middle) ** 2) / 2),
  );
  const sum = line.reduce((total, weight) => total + weight, 0);
  return line.map((row) => line.map((column) => (row * column) / sum ** 2));
}

/** Convolves every plane; outside of the image there is nothing. [N, C, H, W] to [N, C, H, W]. */
export function smoothGradient(gradient: Tensor, side: number): Tensor {
  return tidy(() => {
    const planes = gradient.size(1);
    const kernel = tensor(gaussianKernel(side), { dtype: 'float32' })
      .to({ device: gradient.device })
      .expand([planes, 1, side, side])
      .contiguous();
    const around = (side - 1) / 2;
    return ops.conv2d(gradient, kernel, { padding: [around, around], groups: planes });
  });
}
