/**
 * What the tests of our own convolutions draw and measure.
 *
 * @module
 */
import { expect } from 'vitest';
import { grad, ops, RandomStream, tidy, type Tensor } from './index.js';

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
export const largest = (values: Tensor): number => (values.numel() === 0 ? 0 : tidy(() => values.abs().amax().item()));

/** The bias, the residual if any and whether ReLU follows: what a frozen convolution takes besides its weights. */
export interface Further {
  readonly bias: Tensor;
  readonly residual: Tensor | null;
  readonly relu: boolean;
}

interface Drawn {
  readonly weight: Tensor;
  readonly input: Tensor;
  readonly bias: Tensor;
  readonly residual: Tensor;
  readonly seed: Tensor;
}

/** Asserts that a frozen convolution gives what conv2d, the residual and ReLU do, and their gradients. */
export function expectAsConv2d(
  convolve: (further: Further) => Tensor,
  { weight, input, bias, residual, seed }: Drawn,
  {
    stride = 1,
    padding,
    withResidual,
    relu,
  }: { stride?: number; padding: number; withResidual: boolean; relu: boolean },
): void {
  const leaves = withResidual ? [input, residual] : [input];
  for (const leaf of leaves) leaf.requiresGrad = true;
  let expected = ops.conv2d(input, weight, { bias, stride, padding });
  if (withResidual) expected = expected.add(residual);
  if (relu) expected = expected.relu();
  const actual = convolve({ bias, residual: withResidual ? residual : null, relu });

  const [outputs, inputs, height, width] = weight.shape as [number, number, number, number];
  expect(actual.shape).toEqual(expected.shape);
  expect(largest(actual.detach().sub(expected.detach()))).toBeLessThan(1e-6 * height * width * inputs);
  const ofActual = grad(actual.mul(seed).sum(), leaves);
  const ofExpected = grad(expected.mul(seed).sum(), leaves);
  // A sum within rounding of zero may fall on either side of ReLU: the mean sees no such single place.
  for (const [index, gradient] of ofActual.entries()) {
    const difference = gradient.sub(ofExpected[index]!).abs();
    if (difference.numel() > 0) expect(difference.mean().item()).toBeLessThan(1e-6 * height * width * outputs);
  }
}

/** The gradients of the sum of squares of the gradients of the sum of powers. */
export function curvature(output: Tensor, leaves: readonly Tensor[], power: number): Tensor[] {
  const slopes = grad(output.pow(power).sum(), [...leaves], { createGraph: true });
  return grad(
    slopes.map((slope) => slope.pow(2).sum()).reduce((a, b) => a.add(b)),
    [...leaves],
  );
}
