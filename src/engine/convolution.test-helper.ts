/**
 * What the tests of our own convolutions draw and measure.
 *
 * @module
 */
import { RandomStream, tidy, type Tensor } from './index.js';

export interface Shape {
  readonly images: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
}

export const titleOf = ({ images, inputs, outputs, height, width }: Shape): string =>
  `${images} × ${inputs} → ${outputs}, ${height} × ${width}`;

/** Of [-1, 1]; equal names and shapes give equal values. */
export const draw = (name: string, shape: readonly number[]): Tensor =>
  tidy(() => new RandomStream('convolution', name).uniformTensor(shape).mul(2).sub(1));

/** The largest absolute value; zero of no values. */
export const largest = (values: Tensor): number => (values.size === 0 ? 0 : tidy(() => values.abs().amax().item()));
