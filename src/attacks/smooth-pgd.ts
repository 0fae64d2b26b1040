/**
 * PGD against a smoothed classifier: SmoothAdv-PGD (Salman et al., "Provably Robust Deep Learning via Adversarially
 * Trained Smoothed Classifiers", NeurIPS 2019, equation 6 and pseudocode 1). It maximises the loss of the mean of the
 * softmax over some copies of the image with Gaussian noise, whose draws stay the same for the whole search.
 *
 * Deviations: the search has this toolkit's initializations and returns each example's strongest iterate unless told
 * otherwise; theirs starts at the image and returns the last one. Noisy copies are not clipped, as theirs.
 *
 * @module
 */
import { z } from 'zod';
import { ops, requireInteger, requireNumber, SaddlepointError, type Tensor } from '../engine/index.js';
import type { SearchResult } from './attack.js';
import type { AttackContext } from './attack-context.js';
import type { AttackRandomness } from './attack-randomness.js';
import { defineAttack } from './definition.js';
import type { Initialization } from './initializations/index.js';
import { Pgd, pgdOptions, type PgdOptions } from './pgd.js';

export interface SmoothPgdOptions extends PgdOptions {
  /** Standard deviation of the noise, for images in [0, 1]; above 0. Default: 0.25. */
  readonly sigma?: number | undefined;
  /** Noisy copies of each image: the paper's m. Default: 2. */
  readonly samples?: number | undefined;
}

/** SmoothAdv-PGD: PGD on the loss of the mean softmax of noisy copies (Salman et al., NeurIPS 2019). */
export class SmoothPgd extends Pgd {
  readonly sigma: number;
  readonly samples: number;
  readonly #options: SmoothPgdOptions;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range or unknown */
  constructor(options: SmoothPgdOptions) {
    // Its samples are copies of an image in one pass, and no passes of a random network.
    super({ ...options, samples: undefined, name: options.name ?? 'smooth-pgd' });
    this.#options = options;
    this.sigma = requireNumber('sigma', options.sigma ?? 0.25, 0);
    if (this.sigma === 0) throw new SaddlepointError('ARGUMENT', 'expected sigma of smooth-pgd above 0, received 0');
    this.samples = requireInteger('samples', options.samples ?? 2, 1);
  }

  override startingAt(initialization: Initialization): SmoothPgd {
    return new SmoothPgd({ ...this.#options, initialization });
  }

  override noiseOfCopies({ stream, indices }: AttackRandomness, images: Tensor): Tensor {
    const copies = Array.from({ length: this.samples }, (_, sample) =>
      stream.derive('smoothing', sample).normal(indices, images.shape.slice(1), images.device),
    );
    return ops.cat(copies).mul(this.sigma);
  }

  /** Leaves it to the base to say what the network itself makes of the images. */
  protected override search(context: AttackContext): SearchResult {
    const noise = this.noiseOfCopies(context.randomness, context.images);
    const smoothed = context.through((forward, candidates) => {
      const copies = candidates.repeat([this.samples, 1, 1, 1]).add(noise);
      return logOfMeanProbabilities(forward(copies), this.samples);
    });
    return { images: super.search(smoothed).images };
  }
}

/** As logits: their softmax is the mean of the copies' softmax. @param logits [samples · N, K] */
function logOfMeanProbabilities(logits: Tensor, samples: number): Tensor {
  const [rows = 0, classes = 0] = logits.shape;
  return logits
    .logSoftmax(1)
    .reshape([samples, rows / samples, classes])
    .logsumexp([0])
    .sub(Math.log(samples));
}

export const smoothPgdAttack = defineAttack({
  label: 'SmoothAdv-PGD',
  about: 'PGD against the mean over noisy copies, for training smoothed classifiers (Salman et al., 2019)',
  norms: ['l2', 'linf'],
  steps: 10,
  options: { ...pgdOptions, sigma: z.number().gt(0).optional(), samples: z.int().min(1).optional() },
  create: (options) => new SmoothPgd(options),
});
