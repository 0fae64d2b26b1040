/**
 * A small convolutional network for 28 × 28 grey images: what the demo trains.
 *
 * @module
 */
import { tidy, type Tensor } from '../engine/index.js';
import { Conv2d, Flatten, kaimingNormal, Linear, Module, ReLU, Sequential, zeros } from '../nn/index.js';

export interface SmallCnnOptions {
  /** Colour planes of the images. Default 1. */
  channels?: number;
  /** Height and width of the images; a multiple of 4. Default 28. */
  resolution?: number;
  /** Feature maps of the first convolution; the second has twice as many. Default 32. */
  width?: number;
  /** Units of the hidden layer. Default 256. */
  hidden?: number;
  /** Default 10. */
  classes?: number;
}

const initial = { weightInitializer: kaimingNormal('fan-in'), biasInitializer: zeros };

/**
 * Two 4 × 4 convolutions of stride 2, then two linear layers, with ReLU between: no full-resolution map, so
 * that a laptop can attack it millions of times (after the small network of Wong and Kolter, ICML 2018).
 */
export class SmallCnn extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  constructor(options: SmallCnnOptions = {}) {
    super();
    const { channels = 1, resolution = 28, width = 32, hidden = 256, classes = 10 } = options;
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

  override forward(input: Tensor): Tensor {
    return tidy(() => this.classifier.forward(this.features.forward(input)));
  }
}
