/**
 * The initialisations of the literature, each drawn from a stream named by the seed and the parameter's
 * own name: adding a layer changes no other layer's weights.
 *
 * @module
 */
import { noGrad, ops, RandomStream, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import type { Module } from './module.js';

/** Makes the initial values of a parameter of the given shape. */
export type Initializer = (shape: readonly number[], stream: RandomStream) => Tensor;

/** Fills every parameter of a model; the same seed gives the same weights on every device. */
export function initialize<M extends Module>(model: M, seed: number): M {
  noGrad(() => {
    for (const [name, parameter] of model.namedParameters()) {
      const { initializer } = parameter;
      if (initializer === undefined) continue;
      tidy(() => parameter.copy_(initializer(parameter.shape, new RandomStream(seed, 'initialization', name))));
    }
  });
  return model;
}

/**
 * Whether nobody has set the weights of a model yet: all of those that start as random numbers are zeros, as layers
 * make them. False for a model without any.
 */
export function isUntouched(model: Module): boolean {
  const random = model.parameters().filter(({ initializer }) => ![undefined, zeros, ones].includes(initializer));
  return random.length > 0 && tidy(() => random.every((parameter) => parameter.any().item() === 0));
}

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
