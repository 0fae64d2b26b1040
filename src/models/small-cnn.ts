/**
 * A small convolutional network for 28 × 28 grey images: what the demo trains.
 *
 * @module
 */
import { z } from 'zod';
import { Chain, Conv2d, Flatten, kaimingNormal, Linear, ReLU, Sequential, zeros, type Module } from '../nn/index.js';
import { checkOptions } from './options.js';

export const smallCnnOptions = z.strictObject({
  channels: z.int().min(1).default(1).describe('Colour planes of the images'),
  resolution: z.int().min(4).multipleOf(4).default(28).describe('Height and width of the images'),
  width: z.int().min(1).default(32).describe('Feature maps of the first convolution; the second has twice as many'),
  hidden: z.int().min(1).default(256).describe('Units of the hidden layer'),
  classes: z.int().min(2).default(10).describe('How many classes it tells apart'),
});
export type SmallCnnOptions = z.input<typeof smallCnnOptions>;

const initial = { weightInitializer: kaimingNormal('fan-in'), biasInitializer: zeros };

/**
 * Two 4 × 4 convolutions of stride 2, then two linear layers, with ReLU between: no full-resolution map, so
 * that a laptop can attack it millions of times (after the small network of Wong and Kolter, ICML 2018).
 */
export class SmallCnn extends Chain {
  readonly features: Sequential;
  readonly classifier: Sequential;

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range */
  constructor(options: SmallCnnOptions = {}) {
    super();
    const { channels, resolution, width, hidden, classes } = checkOptions(smallCnnOptions, options, 'small-cnn');
    const flat = 2 * width * (resolution / 4) ** 2;
    this.features = new Sequential(
      new Conv2d(channels, width, { kernelSize: 4, stride: 2, padding: 1, ...initial }),
      new ReLU(),
      new Conv2d(width, 2 * width, { kernelSize: 4, stride: 2, padding: 1, ...initial }),
      new ReLU(),
    );
    this.classifier = new Sequential(
      new Flatten(),
      new Linear(flat, hidden, initial),
      new ReLU(),
      new Linear(hidden, classes, initial),
    );
  }

  /** From the images to the logits. */
  get layers(): readonly Module[] {
    return [this.features, this.classifier];
  }
}
