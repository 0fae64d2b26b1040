/**
 * The smoothed classifier (Cohen, Rosenfeld and Kolter, "Certified Adversarial Robustness via Randomized Smoothing",
 * ICML 2019, equation 1): the class that a network, the base classifier, answers most often when Gaussian noise is
 * added to an image. Only its counts can be had; what they prove is said by `certify` and `predict`.
 *
 * Noise is not clipped: the certificate is that of N(x, σ² I), so that the network sees values outside of [0, 1].
 *
 * @module
 */
import {
  noGrad,
  ops,
  RandomStream,
  requireInteger,
  requireNumber,
  SaddlepointError,
  Tensor,
  tidy,
} from '../../engine/index.js';
import { evaluating, predictions, type Module } from '../../nn/index.js';

export interface SmoothingNoise {
  /** Standard deviation of the noise in each value of an image in [0, 1]; above 0. */
  readonly sigma: number;
  /** Of the noise. */
  readonly seed: number;
  /** Noisy copies at once; changes speed, not the noise. Default 250. */
  readonly batchSize?: number | undefined;
}

/** Copies of an image for one purpose, so that counts for two purposes are independent. */
export type SmoothingPurpose = 'selection' | 'estimation' | 'prediction';

/** What a network answers most often under Gaussian noise (Cohen, Rosenfeld and Kolter, ICML 2019). */
export class SmoothedClassifier {
  readonly model: Module;
  readonly classes: number;
  readonly sigma: number;
  readonly #stream: RandomStream;
  readonly #batchSize: number;

  /**
   * @param model the base classifier, whose logits are [N, K], or [N, 1] for two classes
   * @param classes K
   * @throws SaddlepointError ARGUMENT for a sigma or a batch size out of range
   */
  constructor(model: Module, classes: number, { sigma, seed, batchSize = 250 }: SmoothingNoise) {
    this.model = model;
    this.classes = requireInteger('classes', classes, 2);
    this.sigma = requireSigma(sigma);
    this.#stream = new RandomStream(requireInteger('seed', seed, 0), 'smoothing');
    this.#batchSize = requireInteger('batchSize', batchSize, 1);
  }

  /**
   * How often the network, in evaluation mode, answers each class on noisy copies of an image: the paper's
   * SampleUnderNoise. Each copy owns its noise by seed, purpose, the image's index and the copy's number, so that batch
   * sizes and the images before change nothing. Leaves nothing alive.
   *
   * @param image float32 [C, H, W] in [0, 1]
   * @param index the image's number in the data set's file
   * @param copies at least 1
   * @returns [K] counts, which sum to `copies`
   * @throws SaddlepointError EVALUATION for answers that are no finite [N, K]; ARGUMENT for an image of another form
   */
  counts(image: Tensor, index: number, copies: number, purpose: SmoothingPurpose): number[] {
    requireInteger('copies', copies, 1);
    if (!(image instanceof Tensor) || image.ndim !== 3 || image.dtype !== 'float32') {
      throw new SaddlepointError('ARGUMENT', `expected an image as float32 [C, H, W], received ${String(image)}`);
    }
    const stream = this.#stream.derive(purpose, index);
    const counts = new Array<number>(this.classes).fill(0);
    const restore = evaluating(this.model);
    try {
      for (let start = 0; start < copies; start += this.#batchSize) {
        const end = Math.min(copies, start + this.#batchSize);
        for (const answer of this.#answers(image, stream, start, end)) counts[answer]! += 1;
      }
    } finally {
      restore();
    }
    return counts;
  }

  #answers(image: Tensor, stream: RandomStream, start: number, end: number): number[] {
    return tidy(() =>
      noGrad(() => {
        const numbers = ops.arange(end, { dtype: 'int64' }).narrow(0, start, end - start);
        const noise = stream.normal(numbers, image.shape, image.device);
        const logits = this.model.forward(noise.mul(this.sigma).add(image)).detach();
        this.#requireLogits(logits, end - start);
        return predictions(logits).toNumbers();
      }),
    );
  }

  #requireLogits(logits: Tensor, copies: number): void {
    const width = logits.ndim === 2 && logits.size(0) === copies ? logits.size(1) : undefined;
    if (width !== this.classes && !(width === 1 && this.classes === 2)) {
      throw new SaddlepointError(
        'EVALUATION',
        `expected logits of shape [${copies}, ${this.classes}] for ${copies} images, received ` +
          `[${logits.shape.join(', ')}]`,
      );
    }
    if (logits.isfinite().all().item() === 1) return;
    throw new SaddlepointError(
      'EVALUATION',
      `expected logits that are numbers for images with noise of sigma ${this.sigma}, received NaN or infinity. ` +
        'Noise is not clipped: the network must take values outside of [0, 1]',
    );
  }
}

/** @throws SaddlepointError ARGUMENT for a standard deviation that is not above 0 */
export function requireSigma(sigma: number): number {
  requireNumber('sigma', sigma, 0);
  if (sigma > 0) return sigma;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected sigma, the standard deviation of the noise for images in [0, 1], above 0, e.g. 0.25, received ${sigma}`,
  );
}
