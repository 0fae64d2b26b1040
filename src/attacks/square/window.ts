/**
 * Windows at a place of each example's own, read and written with gather and scatter; and what fills them.
 *
 * @module
 */
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';

/** Square windows, one an example. */
export interface Windows {
  readonly side: number;
  /** Places of the windows' pixels in a flattened channel: int64 [N, C, side²]. */
  readonly places: Tensor;
}

/** @param rows int64 [N]: of the upper left corners; `columns` likewise */
export function windowsAt(rows: Tensor, columns: Tensor, side: number, [count, channels, , width]: Shape): Windows {
  return tidy(() => {
    const steps = ops.arange(side, { dtype: 'int64', device: rows.device });
    const down = rows.reshape([count, 1, 1]).add(steps.reshape([1, side, 1]));
    const along = columns.reshape([count, 1, 1]).add(steps.reshape([1, 1, side]));
    const places = down
      .mul(width)
      .add(along)
      .reshape([count, 1, side * side]);
    return { side, places: places.expand([count, channels, side * side]) };
  });
}

type Shape = readonly [count: number, channels: number, height: number, width: number];

/** The windows' contents, [N, C, side²]; `image` is [N, C, H · W]. */
export function readWindows(image: Tensor, { places }: Windows): Tensor {
  return image.gather(2, places);
}

/** The images with other contents in their windows. */
export function writeWindows(image: Tensor, { places }: Windows, content: Tensor | number): Tensor {
  return typeof content === 'number' ? image.scatter(2, places, content) : image.scatter(2, places, content);
}

/**
 * The bump that the L2 and L1 attacks add (ECCV 2020, equation 2 and section 3.4): two halves of opposite sign, each
 * rising in rings from the border to the middle. Row by row, side × side numbers, not yet scaled.
 *
 * @param steepness the exponent of the rings' weights: 2 in the equation; the larger it is, the more of the bump's mass
 *   lies in its middle
 */
export function bump(side: number, steepness: number): number[] {
  const half = Math.floor(side / 2);
  return Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    return column < half
      ? ringHeight(steepness, side, half, row, column)
      : -ringHeight(steepness, side, side - half, row, column - half);
  });
}

/** Equation 2: η of a rectangle of `height` rows and `width` columns; rows and columns counted from 0. */
function ringHeight(steepness: number, height: number, width: number, row: number, column: number): number {
  const n = Math.floor(height / 2);
  const rings = n - Math.max(Math.abs(row - Math.floor(height / 2)), Math.abs(column - Math.floor(width / 2)));
  let sum = 0;
  for (let k = 0; k <= rings; k += 1) sum += 1 / (n + 1 - k) ** steepness;
  return sum;
}

/** {@link bump}, and the same turned by a quarter, as float32 [2, side²]. */
export function bumps(side: number, steepness: number): Tensor {
  const upright = bump(side, steepness);
  const turned = upright.map((_, i) => upright[(i % side) * side + Math.floor(i / side)]!);
  return tensor([upright, turned]);
}
