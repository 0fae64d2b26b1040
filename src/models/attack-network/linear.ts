/**
 * A frozen network's linear layers: LibTorch's, or in bfloat16 on a processor's tiles our own.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../../engine/index.js';
import type { Linear } from '../../nn/index.js';
import { weightsOf, type OwnWeights } from './fold.js';
import { hasTiles, type FrozenBackend, type Prepare, type Step } from './step.js';

/** Rows that are one image for the threads: what a tile holds. */
const ROWS = 16;

/**
 * @param channels of a map [N, C, H, W] that it flattens first; left out where it takes rows
 */
export function linear(layer: Linear, backend: FrozenBackend, prepare: Prepare, channels?: number): Step {
  const { dtype } = backend;
  const { weight, bias } = weightsOf(layer);
  if (hasTiles(weight, backend)) return tiled({ weight, bias }, prepare, channels);
  const rounded = weight.to({ dtype });
  const roundedBias = bias?.to({ dtype }) ?? null;
  return { run: (input) => ops.linear(input, rounded, { bias: roundedBias }), owned: true };
}

/** Each row is a pixel of a 1 × 1 convolution. Other inputs than rows, or maps to flatten, are LibTorch's. */
function tiled({ weight, bias }: OwnWeights, prepare: Prepare, channels?: number): Step {
  const [outputs, inputs] = weight.shape as [number, number];
  const [rounded, ...filters] = prepare(() => {
    const own = channels === undefined ? weight : asMapsLie(weight, channels);
    return ops.bfloat16Filters(own.reshape([outputs, inputs, 1, 1]), 1, 0);
  });
  const joined: Step['joined'] = (input, residual, relu) =>
    tidy(() => {
      const rows = channels === undefined ? input : asMemory(input);
      if (rows.ndim !== 2 || rows.size(1) !== inputs) {
        const sum = ops.linear(rows, rounded.flatten({ startDim: 1 }), {
          bias: bias?.to({ dtype: rows.dtype }) ?? null,
        });
        const whole = residual === null ? sum : sum.add(residual);
        return relu ? whole.relu() : whole;
      }
      const added = residual && asPixels(residual);
      const weights = [rounded, ...filters] as const;
      const output = ops.frozenBfloat16Convolution(asPixels(rows), ...weights, { bias, residual: added, relu });
      return output.permute([0, 2, 3, 1]).reshape([-1, outputs]);
    });
  return { run: (input) => joined(input, null, false), owned: true, joined };
}

/** The columns of a flattened map [C, H, W] in the order [H, W, C], in which maps on tiles lie in memory. */
function asMapsLie(weight: Tensor, channels: number): Tensor {
  const outputs = weight.size(0);
  return weight.reshape([outputs, channels, -1]).permute([0, 2, 1]).contiguous();
}

function asMemory(maps: Tensor): Tensor {
  return maps.permute([0, 2, 3, 1]).flatten({ startDim: 1 });
}

/**
 * Rows [N, C] as pixels of images [M, C, H, 1], without a copy: below each other, as neighbours of a line may be
 * computed together, and then share what is infinite.
 */
function asPixels(rows: Tensor): Tensor {
  const [number, values] = rows.shape as [number, number];
  const height = number % ROWS === 0 ? ROWS : number;
  return rows.reshape([-1, height, 1, values]).permute([0, 3, 1, 2]);
}
