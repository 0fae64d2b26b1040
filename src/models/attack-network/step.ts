/**
 * What a frozen network is made of: computations in order.
 *
 * @module
 */
import { advance, convolutionLimits, tidy, type DType, type MemoryFormat, type Tensor } from '../../engine/index.js';

/** How the frozen network computes. */
export interface FrozenBackend {
  readonly dtype: DType;
  readonly memoryFormat: MemoryFormat;
  /**
   * Our own convolutions, where they can (float32, channels-last, on a CPU): of 3 × 3 with a quarter of the
   * multiplications, others direct.
   */
  readonly winograd?: boolean;
  /** Forward and backward passes belong into `withTf32`: on a GPU the factors of products are rounded to 11 bits. */
  readonly tf32?: boolean;
}

/** Whether what is on this device is multiplied on tiles. */
export function hasTiles({ device }: Pick<Tensor, 'device'>, { dtype }: FrozenBackend): boolean {
  return dtype === 'bfloat16' && device === 'cpu' && convolutionLimits().tiles;
}

/** A convolution in bfloat16 on a processor's tiles: what several of them together are computed from. */
export interface TiledConvolution {
  /** As `ops.bfloat16Filters` returns them. */
  readonly weights: readonly [rounded: Tensor, filter: Tensor, dgradFilter: Tensor];
  readonly bias: Tensor | null;
  readonly stride: number;
  readonly padding: number;
  readonly relu: boolean;
}

/**
 * Makes the tensors that a step computes with, or has those that another network has made of the same weights. What
 * `make` makes besides is freed.
 */
export type Prepare = <Made extends readonly (Tensor | null)[]>(make: () => Made) => Made;

/** One computation; leaves alive what it returns. */
export interface Step {
  readonly run: (input: Tensor) => Tensor;
  /** Whether a later step may overwrite the memory it returns. */
  readonly owned: boolean;
  /** The same, then plus the residual (if any), then through ReLU (if asked), all in one pass over memory. */
  readonly joined?: (input: Tensor, residual: Tensor | null, relu: boolean) => Tensor;
  /** What it computes, if that is nothing else. */
  readonly tiled?: TiledConvolution;
}

/** Applies the steps in order, freeing each result as soon as the next one is there. */
export function runSteps(steps: readonly Step[], input: Tensor): Tensor {
  let current = input;
  for (const { run } of steps) current = current === input ? tidy(() => run(input)) : advance(current, run);
  return current;
}
