/**
 * SimpleNet (Hasanpour et al., "Lets keep it simple", arXiv 1608.06037), in Stutz's form.
 *
 * @module
 */
import { z } from 'zod';
import {
  Chain,
  Conv2d,
  createNormalization,
  Dropout2d,
  Flatten,
  kaimingNormal,
  MaxPool2d,
  ReLU,
  Sequential,
  zeros,
  type Linear,
  type Module,
} from '../nn/index.js';
import { classifier, inputClamp, inputNormalization } from './ends.js';
import { checkOptions, dropoutRate, networkOptions } from './options.js';

/** Output channels in multiples of the width, kernel size, and whether a pool of 2 follows. */
interface Layer {
  readonly factor: number;
  readonly kernelSize: number;
  /** The pool's size; 1 changes nothing but marks a place of dropout. */
  readonly pool?: number;
}

const START: readonly Layer[] = [
  { factor: 1, kernelSize: 3 },
  { factor: 2, kernelSize: 3 },
  { factor: 2, kernelSize: 3 },
  { factor: 2, kernelSize: 3, pool: 2 },
  { factor: 2, kernelSize: 3 },
  { factor: 2, kernelSize: 3 },
  { factor: 4, kernelSize: 3, pool: 2 },
];
const MIDDLE: readonly Layer[] = [
  { factor: 4, kernelSize: 3 },
  { factor: 4, kernelSize: 3, pool: 2 },
  { factor: 8, kernelSize: 3, pool: 2 },
];
/** In place of the middle for images smaller than 32: two layers and two pools fewer. */
const SHORT_MIDDLE: readonly Layer[] = [{ factor: 8, kernelSize: 3 }];
const END: readonly Layer[] = [
  { factor: 32, kernelSize: 1 },
  { factor: 4, kernelSize: 1, pool: 2 },
  { factor: 4, kernelSize: 3, pool: 1 },
];

export const simpleNetOptions = networkOptions(
  {
    width: z.int().min(1).default(64).describe('Channels of the first layer; the others have 2 to 32 times as many'),
    resolution: z
      .int()
      .min(8)
      .default(32)
      .describe('Height and width of the images; below 32 the network has eleven convolutions instead of thirteen'),
    bias: z.boolean().default(true).describe('Biases in every convolution'),
    dropout: dropoutRate.describe(
      "Share of channels dropped after every pool; the article's code has 0.1 where it is on",
    ),
  },
  ({ width }) => [1, 2, 4, 8, 32].map((factor) => factor * (width as number)),
);
export type SimpleNetOptions = z.input<typeof simpleNetOptions>;

/**
 * Thirteen convolutions in a row, each with normalisation and ReLU, then one linear layer: 5,498,378 parameters
 * for 32 × 32 images. Kaiming normal by fan-in, biases zero. The last 3 × 3 convolution sees a 1 × 1 map, so only the
 * centre of its kernel ever learns, as in the article.
 *
 * Deviation: with two classes the article's has always two logits; here `singleLogit` decides, as everywhere.
 *
 * State dict: `features.<index>`, `classifier`; a layer that options take out keeps its index.
 */
export class SimpleNet extends Chain {
  readonly clamp: Module;
  readonly normalize: Module;
  readonly features: Sequential;
  readonly flatten = new Flatten();
  readonly classifier: Linear;

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range */
  constructor(options: SimpleNetOptions = {}) {
    super();
    const checked = checkOptions(simpleNetOptions, options, 'simplenet');
    const { width, resolution, bias, dropout, normalization } = checked;
    const initial = { weightInitializer: kaimingNormal('fan-in'), biasInitializer: zeros };

    let [inputs, side] = [checked.channels, resolution];
    const features: Module[] = [];
    for (const { factor, kernelSize, pool } of [...START, ...(resolution < 32 ? SHORT_MIDDLE : MIDDLE), ...END]) {
      const outputs = factor * width;
      const padding = (kernelSize - 1) / 2;
      features.push(new Conv2d(inputs, outputs, { kernelSize, padding, bias, ...initial }));
      features.push(createNormalization(normalization, outputs), new ReLU());
      inputs = outputs;
      if (pool === undefined) continue;
      features.push(new MaxPool2d(pool), new Dropout2d(dropout));
      side = Math.floor(side / pool);
    }

    this.clamp = inputClamp(checked);
    this.normalize = inputNormalization(checked);
    this.features = new Sequential(...features);
    this.classifier = classifier(inputs * side ** 2, checked);
  }

  /** From the images to the logits. */
  get layers(): readonly Module[] {
    return [this.clamp, this.normalize, this.features, this.flatten, this.classifier];
  }
}
