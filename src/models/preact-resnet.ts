/**
 * The pre-activation ResNet-18 of the robustness literature (He et al., ECCV 2016; as used by Wong et al., "Fast is
 * better than free", ICLR 2020, and Rice et al., "Overfitting in adversarially robust deep learning", ICML 2020).
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
  Linear,
  Sequential,
  type Module,
} from '../nn/index.js';
import { inputClamp, inputNormalization, logitCount } from './ends.js';
import { activationOption, checkOptions, dropoutRate, networkOptions, paddingOption } from './options.js';
import { createActivation, PreActivationBlock } from './pre-activation-block.js';

const FACTORS = [1, 2, 4, 8];

export const preActResNetOptions = networkOptions(
  {
    width: z.int().min(1).default(64).describe('Channels of the first stage; each further stage has twice as many'),
    blocks: z.array(z.int().min(1)).length(4).default([2, 2, 2, 2]).describe('Blocks of each stage'),
    bias: z.boolean().default(false).describe('Biases in every convolution'),
    finalNormalization: z
      .boolean()
      .default(true)
      .describe('Normalise and activate once more before pooling, as Wong et al. and Rice et al. do'),
    shortcutFrom: z
      .enum(['input', 'activation'])
      .optional()
      .describe(
        "What the shortcut's convolution sees: the first activation, as pytorch-cifar and Rice et al. have it, or the " +
          "block's input, as Andriushchenko and Flammarion do and RobustBench's network of Wong et al. (default: activation)",
      ),
    shortcutKernel: z
      .union([z.literal(1), z.literal(3)])
      .optional()
      .describe("Side of the shortcuts' kernels: 3 in DeepMind's (default: 1)"),
    activation: activationOption,
    padding: paddingOption,
    dropout: dropoutRate.describe("Share of activations dropped between a block's convolutions"),
  },
  ({ width }) => FACTORS.map((factor) => factor * (width as number)),
);
export type PreActResNetOptions = z.input<typeof preActResNetOptions>;

/**
 * A ResNet with the activations first: no bias, the stride on a block's first convolution, the shortcut from the
 * first activation (or the input) without normalisation. All weights start as PyTorch's default. ResNet-18 has
 * 11,172,170 parameters; 11,171,146 without the final normalisation.
 *
 * State dict: `conv1`, `layer1.0.bn1`, …, `layer2.0.shortcut.0`, …, `bn`, `linear`, as the common PyTorch networks.
 */
export class PreActResNet extends Chain {
  readonly clamp: Module;
  readonly normalize: Module;
  readonly conv1: Conv2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly bn: Module | null;
  readonly relu: Module;
  readonly pool = new GlobalAveragePool();
  readonly flatten = new Flatten();
  readonly linear: Linear;

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range */
  constructor(options: PreActResNetOptions = {}) {
    super();
    const checked = checkOptions(preActResNetOptions, options, 'preact-resnet18');
    const { width, blocks, bias, finalNormalization, dropout, normalization, activation } = checked;
    const { shortcutFrom = 'activation', shortcutKernel, padding } = checked;
    const variant = { shortcutFrom, shortcutKernel, activation, padding };
    const common = { normalization, bias, strideOn: 'first', dropout, ...variant } as const;

    let inputs = width;
    const stage = (index: number): Sequential => {
      const outputs = width * FACTORS[index]!;
      const made = Array.from({ length: blocks[index]! }, (_, position) => {
        const stride = index > 0 && position === 0 ? 2 : 1;
        const block = new PreActivationBlock(inputs, outputs, { stride, ...common });
        inputs = outputs;
        return block;
      });
      return new Sequential(...made);
    };

    this.clamp = inputClamp(checked);
    this.normalize = inputNormalization(checked);
    this.conv1 = new Conv2d(checked.channels, width, { kernelSize: 3, padding: 1, bias });
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = stage(3);
    this.relu = createActivation(activation);
    this.bn = finalNormalization ? createNormalization(normalization, inputs) : null;
    this.linear = new Linear(inputs, logitCount(checked));
  }

  /** From the images to the logits; the stages are chains of {@link PreActivationBlock}s. */
  get layers(): readonly Module[] {
    const { clamp, normalize, conv1, layer1, layer2, layer3, layer4, bn, relu, pool, flatten, linear } = this;
    const end = bn === null ? [] : [bn, relu];
    return [clamp, normalize, conv1, layer1, layer2, layer3, layer4, ...end, pool, flatten, linear];
  }
}
