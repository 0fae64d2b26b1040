/**
 * The blocks of residual networks (He et al., CVPR 2016): relu(branch(x) + shortcut(x)). Property names are
 * those of the common PyTorch implementations, so that state dicts agree.
 *
 * @module
 */
import { tidy, type Tensor } from '../engine/index.js';
import {
  BatchNorm2d,
  chain,
  Conv2d,
  createNormalization,
  isExactly,
  kaimingNormal,
  Module,
  ReLU,
  Sequential,
  zeros,
  type Conv2dOptions,
  type Normalization,
} from '../nn/index.js';

export interface ResidualBlockOptions {
  /** Of the block's strided convolution. */
  readonly stride: number;
  readonly normalization: Normalization;
  /** Whether the shortcut's convolution has a bias; the others have none. */
  readonly shortcutBias: boolean;
  /** Start with the last scale at zero, so that the block is the identity. */
  readonly zeroResidual: boolean;
}

/** Convolutions of a ResNet: Kaiming normal by fan-out, bias zero. */
export const fanOut = { weightInitializer: kaimingNormal('fan-out'), biasInitializer: zeros };

/** A block of a ResNet. Takes float [N, C, H, W]; leaves alive exactly what it returns. */
export abstract class ResidualBlock extends Module {
  /** The layers of the branch, in order. */
  abstract readonly branch: readonly Module[];
  /** Empty where the block keeps the shape, else a convolution and its normalisation. */
  abstract readonly shortcut: Sequential;
  abstract readonly relu: ReLU;

  override forward(input: Tensor): Tensor {
    return tidy(() => {
      const last = this.branch.at(-1);
      if (last instanceof BatchNorm2d && last.nativeKernels && isExactly(this.relu, ReLU)) {
        const branch = chain(input, ...this.branch.slice(0, -1));
        return last.forwardThroughReLU(branch, this.shortcut.forward(input));
      }
      const sum = chain(input, ...this.branch).add(this.shortcut.forward(input));
      return this.relu.forward(sum);
    });
  }
}

/** Two 3 × 3 convolutions; the first one has the stride. */
export class BasicBlock extends ResidualBlock {
  static readonly expansion = 1;
  readonly conv1: Conv2d;
  readonly bn1: Module;
  readonly conv2: Conv2d;
  readonly bn2: Module;
  readonly shortcut: Sequential;
  readonly relu = new ReLU();

  /** @param width of both convolutions and of the output */
  constructor(inputs: number, width: number, options: ResidualBlockOptions) {
    super();
    const { stride, normalization } = options;
    this.conv1 = convolution(inputs, width, { kernelSize: 3, stride, padding: 1 });
    this.bn1 = createNormalization(normalization, width);
    this.conv2 = convolution(width, width, { kernelSize: 3, padding: 1 });
    this.bn2 = lastNormalization(width, options);
    this.shortcut = createShortcut(inputs, width, options);
  }

  get branch(): readonly Module[] {
    return [this.conv1, this.bn1, this.relu, this.conv2, this.bn2];
  }
}

/** 1 × 1 to `width`, 3 × 3 with the stride, 1 × 1 to four times `width`. */
export class Bottleneck extends ResidualBlock {
  static readonly expansion = 4;
  readonly conv1: Conv2d;
  readonly bn1: Module;
  readonly conv2: Conv2d;
  readonly bn2: Module;
  readonly conv3: Conv2d;
  readonly bn3: Module;
  readonly shortcut: Sequential;
  readonly relu = new ReLU();

  /** @param width of the narrow middle; the output has four times as many channels */
  constructor(inputs: number, width: number, options: ResidualBlockOptions) {
    super();
    const { stride, normalization } = options;
    const outputs = Bottleneck.expansion * width;
    this.conv1 = convolution(inputs, width, { kernelSize: 1 });
    this.bn1 = createNormalization(normalization, width);
    this.conv2 = convolution(width, width, { kernelSize: 3, stride, padding: 1 });
    this.bn2 = createNormalization(normalization, width);
    this.conv3 = convolution(width, outputs, { kernelSize: 1 });
    this.bn3 = lastNormalization(outputs, options);
    this.shortcut = createShortcut(inputs, outputs, options);
  }

  get branch(): readonly Module[] {
    return [this.conv1, this.bn1, this.relu, this.conv2, this.bn2, this.relu, this.conv3, this.bn3];
  }
}

function convolution(inputs: number, outputs: number, options: Conv2dOptions): Conv2d {
  return new Conv2d(inputs, outputs, { bias: false, ...fanOut, ...options });
}

function lastNormalization(channels: number, { normalization, zeroResidual }: ResidualBlockOptions): Module {
  return createNormalization(normalization, channels, zeroResidual ? zeros : undefined);
}

function createShortcut(inputs: number, outputs: number, options: ResidualBlockOptions): Sequential {
  const { stride, normalization, shortcutBias } = options;
  if (stride === 1 && inputs === outputs) return new Sequential();
  return new Sequential(
    convolution(inputs, outputs, { kernelSize: 1, stride, bias: shortcutBias }),
    createNormalization(normalization, outputs),
  );
}
