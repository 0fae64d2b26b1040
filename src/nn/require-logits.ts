/**
 * What a network must answer: anybody's network may answer anything.
 *
 * @module
 */
import { describeValue, SaddlepointError, Tensor } from '../engine/index.js';

const FLOATS = ['float32', 'float64', 'float16', 'bfloat16'];

/**
 * @param answer what `forward` returned for so many images
 * @returns it, where it is floating-point logits [N, K], K the classes or 1
 * @throws SaddlepointError ARGUMENT for anything else
 */
export function requireLogits(answer: unknown, images: number): Tensor {
  const fits =
    answer instanceof Tensor &&
    answer.ndim === 2 &&
    answer.size(0) === images &&
    answer.size(1) > 0 &&
    FLOATS.includes(answer.dtype);
  if (fits) return answer;
  const received = describeValue(answer);
  const hint = answer instanceof Promise ? '. Its forward must not be asynchronous' : '';
  throw new SaddlepointError(
    'ARGUMENT',
    `expected logits of shape [N, K], K the classes or 1, from the network for N images, received ${received} for ` +
      `${images}${hint}`,
  );
}
