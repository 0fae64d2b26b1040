/**
 * Wide residual networks (Zagoruyko and Komodakis, BMVC 2016).
 *
 * @module
 */
import { z } from 'zod';
import {
  Chain,
  Conv2d,
  createNormalization,
  Flatten,
  GlobalAveragePool,
  Sequential,
  type Linear,
  type Module,
} from '../nn/index.js';
import { classifier, inputClamp, inputNormalization } from './ends.js';
import { activationOption, checkOptions, dropoutRate, networkOptions, paddingOption } from './options.js';
import { createActivation, PreActivationBlock } from './pre-activation-block.js';
import { fanOut } from './residual-blocks.js';

const shape = {
  width: z
    .int()
    .min(1)
    .default(16)
    .describe('Channels of the stem; the groups have 1, 2 and 4 times this, times the widening factor'),
  bias: z
    .boolean()
    .default(true)
    .describe('Biases in every convolution, as in the article by Stutz; the robustness literature has none'),
  strideOn: z
    .enum(['first', 'second'])
    .default('second')
    .describe("Which convolution of a block halves the map: the article's second, or the literature's first"),
  shortcutFrom: z
    .enum(['input', 'activation'])
    .default('input')
    .describe("What the shortcut's convolution sees: the article's raw input, or the literature's first activation"),
  activation: activationOption,
  padding: paddingOption,
  dropout: dropoutRate.describe(
    "Share of activations dropped between a block's convolutions; the article's code has 0.1 where it is on",
  ),
};
const layout = {
  depth: z
    .int()
    .min(10)
    .refine((depth) => (depth - 4) % 6 === 0, 'expected 6 n + 4, such as 16, 28, 34 or 70')
    .default(28)
    .describe('Layers with weights: 6 n + 4 for n blocks a group'),
  widenFactor: z.int().min(1).default(10).describe('How many times as many channels the first group has as the stem'),
};

export const wideResNetOptions = networkOptions({ ...layout, ...shape }, (options) =>
  widthsOf(options.width as number, options.widenFactor as number),
);
/** The options of a network whose depth, widening factor and usual stem its name tells. */
export const namedWideResNetOptions = (widenFactor: number, width: number) =>
  networkOptions({ ...shape, width: shape.width.default(width).describe(shape.width.description ?? '') }, (options) =>
    widthsOf(options.width as number, widenFactor),
  );
export type WideResNetOptions = z.input<typeof wideResNetOptions>;

/**
 * WRN-`depth`-`widenFactor`. As the article's by default: biases, the stride on a block's second convolution, the
 * shortcut on the raw input without normalisation; 28-10 then has 36,489,290 parameters with a stem of 16
 * channels and 20,531,770 with the article's 12. With `bias: false, strideOn: 'first', shortcutFrom: 'activation'` it
 * is the network of TRADES (Zhang et al., ICML 2019) and most of the robustness literature: 36,479,194; with
 * `activation: 'silu', padding: 'end'` besides that of Gowal et al. (2020).
 * 3 × 3 convolutions start Kaiming normal by fan-out, shortcuts as PyTorch's default.
 *
 * State dict: `conv1`, `layer1.0.bn1`, `layer1.0.conv1`, …, `layer1.0.shortcut.0`, …, `bn1`, `linear`.
 */
export class WideResNet extends Chain {
  readonly clamp: Module;
  readonly normalize: Module;
  readonly conv1: Conv2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly bn1: Module;
  readonly relu: Module;
  readonly pool = new GlobalAveragePool();
  readonly flatten = new Flatten();
  readonly linear: Linear;

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range */
  constructor(options: WideResNetOptions = {}) {
    super();
    const checked = checkOptions(wideResNetOptions, options, 'wide-resnet');
    const { depth, widenFactor, width, normalization, bias, strideOn, shortcutFrom, activation, padding, dropout } =
      checked;
    const common = { normalization, bias, strideOn, shortcutFrom, activation, padding, dropout, initial: fanOut };
    const [stem, ...groups] = widthsOf(width, widenFactor) as [number, number, number, number];

    let inputs = stem;
    const group = (index: number): Sequential => {
      const outputs = groups[index]!;
      const made = Array.from({ length: (depth - 4) / 6 }, (_, position) => {
        const stride = index > 0 && position === 0 ? 2 : 1;
        const block = new PreActivationBlock(inputs, outputs, { stride, ...common });
        inputs = outputs;
        return block;
      });
      return new Sequential(...made);
    };

    this.clamp = inputClamp(checked);
    this.normalize = inputNormalization(checked);
    this.conv1 = new Conv2d(checked.channels, stem, { kernelSize: 3, padding: 1, bias, ...fanOut });
    this.layer1 = group(0);
    this.layer2 = group(1);
    this.layer3 = group(2);
    this.bn1 = createNormalization(normalization, inputs);
    this.relu = createActivation(activation);
    this.linear = classifier(inputs, checked);
  }

  /** From the images to the logits; the groups are chains of {@link PreActivationBlock}s. */
  get layers(): readonly Module[] {
    const { clamp, normalize, conv1, layer1, layer2, layer3, bn1, relu, pool, flatten, linear } = this;
    return [clamp, normalize, conv1, layer1, layer2, layer3, bn1, relu, pool, flatten, linear];
  }
}

/** The channels of the stem and of the three groups. */
function widthsOf(width: number, widenFactor: number): number[] {
  return [width, ...[1, 2, 4].map((factor) => factor * width * widenFactor)];
}
