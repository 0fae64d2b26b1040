/**
 * A way around a fault of LibTorch's (seen in 1.13 and 2.13, on processors with AVX-512 and AMX): the backward pass of
 * a 1 × 1 convolution with a stride, of few channels-last channels, writes past the end of its memory, and the process
 * dies.
 *
 * @module
 */
import type { BoundOperator } from './binding.js';
import { Tensor } from './tensor.js';

/** It dies with fewer than 16; computing these in another layout costs little. */
const FEW = 32;

/**
 * `conv2d`, which computes such a convolution with its input in the plain layout, and gives the result in the input's.
 */
export function withoutStridedPointwise(conv2d: BoundOperator): BoundOperator {
  return (values) => {
    const [input, weight, options] = values;
    if (!isTensor(input) || !isTensor(weight) || !isDangerous(input, weight, options)) return conv2d(values);
    const plain = input.contiguous();
    const result = conv2d([plain, ...values.slice(1)]) as Tensor;
    if (plain !== input) plain.dispose();
    const returned = result.contiguous({ memoryFormat: 'channels-last' });
    result.dispose();
    return returned;
  };
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor && !value.disposed;
}

function isDangerous(input: Tensor, weight: Tensor, options: unknown): boolean {
  const [outputs, inputs, ...size] = weight.shape;
  if (size.length !== 2 || size.some((length) => length !== 1) || input.ndim !== 4 || input.device !== 'cpu')
    return false;
  if (Math.min(outputs!, inputs!) >= FEW || input.isContiguous()) return false;
  const { stride = 1 } = (typeof options === 'object' && options !== null ? options : {}) as { stride?: unknown };
  return [stride].flat().some((step) => step !== 1);
}
