/**
 * Short measurements of the engine's speed.
 *
 * @module
 */
import { noGrad, ops, RandomStream, tidy, type Tensor } from '../engine/index.js';

/** The best of a few repetitions, in 10^9 operations a second. */
function gigaflops(operations: number, run: () => Tensor): number {
  let best = Infinity;
  for (let repetition = 0; repetition < 8; repetition += 1) {
    const started = performance.now();
    tidy(() => noGrad(run).select(0, 0).sum().item());
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return operations / best / 1e9;
}

/** Product of two 1024 × 1024 float32 matrices. */
export function productGigaflops(): number {
  return tidy(() => {
    const [a, b] = [
      new RandomStream('probe', 0).uniformTensor([1024, 1024]),
      new RandomStream('probe', 1).uniformTensor([1024, 1024]),
    ];
    return gigaflops(2 * 1024 ** 3, () => a.matmul(b));
  });
}

/** A 3 × 3 convolution of 64 to 64 maps of 32 × 32, 32 images. */
export function convolutionGigaflops(): number {
  return tidy(() => {
    const images = new RandomStream('probe', 2).uniformTensor([32, 64, 32, 32]);
    const weight = new RandomStream('probe', 3).uniformTensor([64, 64, 3, 3]);
    return gigaflops(2 * 32 * 64 * 64 * 9 * 32 * 32, () => ops.conv2d(images, weight, { padding: 1 }));
  });
}
