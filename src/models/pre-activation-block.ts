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
  Module,
  ReLU,
  Sequential,
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
  /** Empty where the block keeps the shape, else a 1 × 1 convolution. */
  readonly shortcut: Sequential;
  readonly relu = new ReLU();
  readonly shortcutFrom: 'input' | 'activation';

  constructor(inputs: number, outputs: number, options: PreActivationBlockOptions) {
    super();
    const { stride, normalization, bias, strideOn, shortcutFrom, dropout, initial } = options;
    const [stride1, stride2] = strideOn === 'first' ? [stride, 1] : [1, stride];
    this.bn1 = createNormalization(normalization, inputs);
    this.conv1 = new Conv2d(inputs, outputs, { kernelSize: 3, stride: stride1, padding: 1, bias, ...initial });
    this.dropout = new Dropout(dropout);
    this.bn2 = createNormalization(normalization, outputs);
    this.conv2 = new Conv2d(outputs, outputs, { kernelSize: 3, stride: stride2, padding: 1, bias, ...initial });
    this.shortcut =
      stride === 1 && inputs === outputs
        ? new Sequential()
        : new Sequential(new Conv2d(inputs, outputs, { kernelSize: 1, stride, bias }));
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
