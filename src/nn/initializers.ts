/**
 * The initialisations of the literature: how the first values of one parameter are made.
 *
 * @module
 */
import { ops, SaddlepointError, tidy, type RandomStream, type Tensor } from '../engine/index.js';

/** Makes the initial values of a parameter of the given shape. */
export type Initializer = (shape: readonly number[], stream: RandomStream) => Tensor;

/** The numbers of inputs and outputs one weight connects: for [out, in, …kernel]. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [out, input, ...kernel] = shape;
  if (out === undefined || input === undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a weight of at least two dimensions, received shape [${shape.join(', ')}]`,
    );
  }
  const field = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: input * field, fanOut: out * field };
}

export const zeros: Initializer = (shape) => ops.zeros(shape);
export const ones: Initializer = (shape) => ops.ones(shape);

/** Uniform on [-bound, bound). */
export function uniform(bound: number): Initializer {
  return (shape, stream) =>
    tidy(() =>
      stream
        .uniformTensor(shape)
        .mul(2 * bound)
        .sub(bound),
    );
}

/**
 * Kaiming normal for ReLU: standard deviation sqrt(2 / fan) (He et al., "Delving Deep into Rectifiers",
 * ICCV 2015, equations 10 and 14).
 */
export function kaimingNormal(mode: 'fan-in' | 'fan-out'): Initializer {
  return (shape, stream) => {
    const { fanIn, fanOut } = fans(shape);
    return tidy(() => stream.normalTensor(shape).mul(Math.sqrt(2 / (mode === 'fan-in' ? fanIn : fanOut))));
  };
}

/** PyTorch's default for weights of linear and convolution layers: uniform within ±1 / sqrt(fan in). */
export const torchDefault: Initializer = (shape, stream) => uniform(1 / Math.sqrt(fans(shape).fanIn))(shape, stream);

/** PyTorch's default for the bias beside a weight of the given shape. */
export function torchDefaultBias(weightShape: readonly number[]): Initializer {
  return uniform(1 / Math.sqrt(fans(weightShape).fanIn));
}
