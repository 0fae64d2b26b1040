/**
 * Lower bounds that are linear, passed backward through a network's stages: from coefficients A of a stage's output to
 * coefficients A' of its input and a constant d with A f(x) ≥ A' x + d for all x that the stage was asked about.
 *
 * Through an affine map A' is A W, which LibTorch's own backward pass computes, for every layer alike; d is A b and, in
 * float64, what float32 may round off.
 *
 * @module
 */
import { enableGrad, grad, ops, tidy, type Tensor } from '../../engine/index.js';
import type { AffineMap } from './affine-map.js';
import type { Box } from './box.js';
import type { Lines } from './rule.js';

/** A x + d of R lines for each of N examples: float [N, R, …] and [N, R]. */
export interface LinearBound {
  readonly coefficients: Tensor;
  readonly constant: Tensor;
}

/** A stage within a box. */
export interface RelaxedStage {
  readonly backward: (coefficients: Tensor) => LinearBound;
  /** Whether it is more than an affine map: then boxes behind it are wider than they could be. */
  readonly relaxed: boolean;
  /** Numbers of its larger side, an example. */
  readonly size: number;
}

/** @param error of float32, of one example's output shape for each; none outside of float64 */
export function relaxAffine(
  map: AffineMap,
  input: Box,
  output: Box,
  error: Tensor | undefined,
  differentiable: boolean,
): RelaxedStage {
  const shape = input.lower.shape.slice(1);
  const size = Math.max(input.lower.numel(), output.lower.numel()) / input.lower.size(0);
  return {
    relaxed: false,
    size,
    backward: (coefficients) =>
      tidy(() => {
        const [examples, rows] = coefficients.shape as [number, number];
        const flat = coefficients.reshape([examples * rows, ...output.lower.shape.slice(1)]);
        const { dtype, device } = coefficients;
        const origin = ops.zeros([examples * rows, ...shape], { dtype, device });
        origin.requiresGrad = true;
        const offset = enableGrad(() => map.apply(origin)); // b, once for each row
        const [through] = grad(offset, [origin], { gradients: [flat], createGraph: differentiable }) as [Tensor];
        const products = flat.mul(differentiable ? offset : offset.detach());
        const constant = perRow(products, examples, rows);
        return {
          coefficients: through.reshape([examples, rows, ...shape]),
          constant: error === undefined ? constant : constant.sub(weighted(coefficients.abs(), error)),
        };
      }),
  };
}

/** A x for activations: A⁺ takes the line below, A⁻ the line above. */
export function relaxActivation(lines: Lines): RelaxedStage {
  const { lowerSlope, lowerShift, upperSlope, upperShift } = lines;
  return {
    relaxed: true,
    size: lowerSlope.numel() / lowerSlope.size(0),
    backward: (coefficients) =>
      tidy(() => {
        const [positive, negative] = parts(coefficients);
        const slopes = positive.mul(lowerSlope.unsqueeze(1)).add(negative.mul(upperSlope.unsqueeze(1)));
        return { coefficients: slopes, constant: weighted(positive, lowerShift).add(weighted(negative, upperShift)) };
      }),
  };
}

/** Two ways from one input, added up. */
export function relaxSum(
  branches: readonly (readonly RelaxedStage[])[],
  error: Tensor | undefined,
  size: number,
): RelaxedStage {
  const inner = branches.flat();
  return {
    relaxed: inner.some(({ relaxed }) => relaxed),
    size: Math.max(size, ...inner.map((stage) => stage.size)),
    backward: (coefficients) =>
      tidy(() => {
        const [first, second] = branches.map((each) => backwardThrough(each, coefficients)) as [
          LinearBound,
          LinearBound,
        ];
        const constant = first.constant.add(second.constant);
        return {
          coefficients: first.coefficients.add(second.coefficients),
          constant: error === undefined ? constant : constant.sub(weighted(coefficients.abs(), error)),
        };
      }),
  };
}

/** From the output of the last stage to the input of the first. */
export function backwardThrough(stages: readonly RelaxedStage[], coefficients: Tensor): LinearBound {
  let bound: LinearBound | undefined;
  for (const stage of [...stages].reverse()) {
    const { coefficients: next, constant } = stage.backward(bound?.coefficients ?? coefficients);
    bound = { coefficients: next, constant: bound === undefined ? constant : bound.constant.add(constant) };
  }
  const { dtype, device, shape } = coefficients;
  return bound ?? { coefficients, constant: ops.zeros(shape.slice(0, 2), { dtype, device }) };
}

/** The least that a linear bound can be within a box: [N, R]. */
export function leastOf({ coefficients, constant }: LinearBound, { lower, upper }: Box): Tensor {
  return tidy(() => {
    const [positive, negative] = parts(coefficients);
    return weighted(positive, lower).add(weighted(negative, upper)).add(constant);
  });
}

function parts(coefficients: Tensor): [positive: Tensor, negative: Tensor] {
  return [coefficients.clamp({ min: 0 }), coefficients.clamp({ max: 0 })];
}

/** Sums of [N, R, …] times [N, …]: [N, R]. */
function weighted(coefficients: Tensor, values: Tensor): Tensor {
  const [examples, rows] = coefficients.shape as [number, number];
  const column = values.reshape([examples, -1, 1]);
  return coefficients.reshape([examples, rows, -1]).matmul(column).squeeze(2);
}

function perRow(products: Tensor, examples: number, rows: number): Tensor {
  return products.reshape([examples, rows, -1]).sum([2]);
}
