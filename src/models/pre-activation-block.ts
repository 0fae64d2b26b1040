/**
 * The block with the activation first (He et al., "Identity Mappings in Deep Residual Networks", ECCV 2016):
 * branch(relu(bn(x))) + shortcut, and nothing after the sum. What the implementations differ in is an option.
 *
 * @module
 */
import { tidy, type Tensor } from '../engine/index.js';
import {
  chain,
  Conv2d,
  createNormalization,
  Dropout,
  EndPaddedConv2d,
  Module,
  ReLU,
  Sequential,
  SiLU,
  type Conv2dOptions,
  type Initializer,
  type Normalization,
} from '../nn/index.js';

export interface PreActivationBlockOptions {
  readonly stride: number;
  readonly normalization: Normalization;
  /** Biases of all three convolutions. */
  readonly bias: boolean;
  /** Which convolution has the stride. */
  readonly strideOn: 'first' | 'second';
  /** What the shortcut's convolution sees: the block's input, or its first activation. */
  readonly shortcutFrom: 'input' | 'activation';
  /** Default: relu. */
  readonly activation?: 'relu' | 'silu' | undefined;
  /** Where strided convolutions have their zeros: on both sides, or at the end alone. Default: around. */
  readonly padding?: 'around' | 'end' | undefined;
  /** Side of the shortcut's kernel. Default: 1. */
  readonly shortcutKernel?: number | undefined;
  /** Share dropped after the first convolution. */
  readonly dropout: number;
  /** Of the two 3 × 3 convolutions; default: PyTorch's, which the shortcut always has. */
  readonly initial?: { readonly weightInitializer: Initializer; readonly biasInitializer: Initializer };
}

/** Two 3 × 3 convolutions. Takes float [N, C, H, W]; leaves alive exactly what it returns. */
export class PreActivationBlock extends Module {
  readonly bn1: Module;
  readonly conv1: Conv2d;
  readonly dropout: Dropout;
  readonly bn2: Module;
  readonly conv2: Conv2d;
  /** Empty where the block keeps the shape, else a convolution. */
  readonly shortcut: Sequential;
  /** Or another activation; results know a network by what its parts are called. */
  readonly relu: Module;
  readonly shortcutFrom: 'input' | 'activation';

  constructor(inputs: number, outputs: number, options: PreActivationBlockOptions) {
    super();
    const { stride, normalization, bias, strideOn, shortcutFrom, dropout, initial, shortcutKernel = 1 } = options;
    const [stride1, stride2] = strideOn === 'first' ? [stride, 1] : [1, stride];
    const atEnd = options.padding === 'end';
    this.relu = createActivation(options.activation);
    this.bn1 = createNormalization(normalization, inputs);
    this.conv1 = convolution(inputs, outputs, atEnd, { kernelSize: 3, stride: stride1, bias, ...initial });
    this.dropout = new Dropout(dropout);
    this.bn2 = createNormalization(normalization, outputs);
    this.conv2 = convolution(outputs, outputs, atEnd, { kernelSize: 3, stride: stride2, bias, ...initial });
    this.shortcut =
      stride === 1 && inputs === outputs
        ? new Sequential()
        : new Sequential(convolution(inputs, outputs, atEnd, { kernelSize: shortcutKernel, stride, bias }));
    this.shortcutFrom = shortcutFrom;
  }

  /** The layers before the branch; a shortcut from the activation starts after them. */
  get preactivation(): readonly Module[] {
    return [this.bn1, this.relu];
  }

  /** The layers of the branch, in order. */
  get branch(): readonly Module[] {
    return [this.conv1, this.dropout, this.bn2, this.relu, this.conv2];
  }

  override forward(input: Tensor): Tensor {
    return tidy(() => {
      const activation = chain(input, ...this.preactivation);
      // A shortcut without a convolution is the identity of the block's input in every variant.
      const fromActivation = this.shortcutFrom === 'activation' && this.shortcut.layers.length > 0;
      const shortcut = this.shortcut.forward(fromActivation ? activation : input);
      return chain(activation, ...this.branch).add(shortcut);
    });
  }
}

/** ReLU, or what is asked for. */
export function createActivation(name: 'relu' | 'silu' = 'relu'): Module {
  return name === 'silu' ? new SiLU() : new ReLU();
}

/** One that keeps the map's sides, or divides them by its stride. */
function convolution(inputs: number, outputs: number, atEnd: boolean, options: Omit<Conv2dOptions, 'padding'>): Conv2d {
  const { kernelSize, stride = 1 } = options;
  if (atEnd && stride > 1 && kernelSize > 1) return new EndPaddedConv2d(inputs, outputs, options);
  return new Conv2d(inputs, outputs, { padding: (kernelSize - 1) / 2, ...options });
}
