/**
 * Residual networks for small images (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016).
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
  Identity,
  MaxPool2d,
  ReLU,
  Sequential,
  type Linear,
  type Module,
} from '../nn/index.js';
import { classifier, inputClamp, inputNormalization } from './ends.js';
import { checkOptions, networkOptions } from './options.js';
import { BasicBlock, Bottleneck, fanOut } from './residual-blocks.js';

/** The first convolution of each stem. */
const STEMS = {
  cifar: { kernelSize: 3, padding: 1 },
  strided: { kernelSize: 3, stride: 2, padding: 1 },
  imagenet: { kernelSize: 7, stride: 2, padding: 3 },
} as const;

const shape = {
  width: z.int().min(1).default(64).describe('Channels of the first stage; each further stage has twice as many'),
  bias: z
    .boolean()
    .default(true)
    .describe(
      'Biases in the stem and in the shortcuts, as in the article by Stutz; the common PyTorch networks have none',
    ),
  stem: z
    .enum(['cifar', 'strided', 'imagenet'])
    .optional()
    .describe(
      'cifar (the default): one 3 × 3 convolution; strided: that with stride 2, for a quarter of the time; imagenet: one of 7 × 7 and stride 2, then the maximum of 3 × 3 with stride 2',
    ),
  zeroResidual: z
    .boolean()
    .default(true)
    .describe('Start every block as the identity: the scale of its last normalisation is zero'),
};
const layout = {
  blocks: z.array(z.int().min(1)).min(3).max(4).default([2, 2, 2, 2]).describe('Blocks of each stage'),
  bottleneck: z
    .boolean()
    .default(false)
    .describe('Bottleneck blocks of three convolutions instead of basic ones of two'),
};
const widths = ({ width }: Record<string, unknown>) => [1, 2, 4, 8].map((factor) => factor * (width as number));

export const resNetOptions = networkOptions({ ...layout, ...shape }, widths);
/** The options of a ResNet whose blocks its name tells. */
export const namedResNetOptions = networkOptions(shape, widths);
export type ResNetOptions = z.input<typeof resNetOptions>;

/**
 * A ResNet, by default with the stem for 32 × 32 images (one 3 × 3 convolution, no pooling). Four stages are ResNet-18,
 * 34 and 50; three stages of three basic blocks are the article's ResNet-20, which is wider than that of the paper.
 * Initialisation as the article's: Kaiming normal by fan-out, zero last scales.
 *
 * State dict: `conv1`, `bn1`, `layer1.0.conv1`, …, `layer2.0.shortcut.0`, …, `linear`, as the common PyTorch
 * ResNets for CIFAR; those have no `bias` in the stem and the shortcuts (option `bias: false`).
 */
export class ResNet extends Chain {
  readonly clamp: Module;
  readonly normalize: Module;
  readonly conv1: Conv2d;
  readonly bn1: Module;
  readonly relu = new ReLU();
  /** Of the stem. */
  readonly maxpool: Module;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential | null;
  readonly pool = new GlobalAveragePool();
  readonly flatten = new Flatten();
  readonly linear: Linear;

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range */
  constructor(options: ResNetOptions = {}) {
    super();
    const checked = checkOptions(resNetOptions, options, 'resnet');
    const { width, blocks, bottleneck, normalization, bias, zeroResidual } = checked;
    const Block = bottleneck ? Bottleneck : BasicBlock;

    let inputs = width;
    const stage = (index: number): Sequential => {
      const stageWidth = width * 2 ** index;
      const made = Array.from({ length: blocks[index]! }, (_, position) => {
        const stride = index > 0 && position === 0 ? 2 : 1;
        const block = new Block(inputs, stageWidth, { stride, normalization, shortcutBias: bias, zeroResidual });
        inputs = stageWidth * Block.expansion;
        return block;
      });
      return new Sequential(...made);
    };

    this.clamp = inputClamp(checked);
    this.normalize = inputNormalization(checked);
    const large = checked.stem === 'imagenet';
    this.conv1 = new Conv2d(checked.channels, width, { ...STEMS[checked.stem ?? 'cifar'], bias, ...fanOut });
    this.maxpool = large ? new MaxPool2d(3, 2, 1) : new Identity();
    this.bn1 = createNormalization(normalization, width);
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = blocks.length === 4 ? stage(3) : null;
    this.linear = classifier(inputs, checked);
  }

  /** From the images to the logits; the stages are chains of {@link ResidualBlock}s. */
  get layers(): readonly Module[] {
    const { clamp, normalize, conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, pool, flatten, linear } = this;
    const stages = [layer1, layer2, layer3, ...(layer4 === null ? [] : [layer4])];
    return [clamp, normalize, conv1, bn1, relu, maxpool, ...stages, pool, flatten, linear];
  }
}
