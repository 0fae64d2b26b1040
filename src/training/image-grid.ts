/**
 * Several images as one, for TensorBoard.
 *
 * @module
 */
import { ops, tidy, type Tensor } from '../engine/index.js';
import { encodePng } from '../evaluation/index.js';

/** Images a side of the grid: Stutz's article shows the first 16 of a batch. */
const SIDE = 4;

export interface ImageGrid {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The first 16 images, float32 [N, C, H, W] in [0, 1], row by row in a square; black where there are fewer. */
export function imageGrid(images: Tensor): ImageGrid {
  return tidy(() => {
    const [total = 0, channels = 1, height = 0, width = 0] = images.shape;
    const shown = images.narrow(0, 0, Math.min(total, SIDE * SIDE)).contiguous();
    const missing = SIDE * SIDE - shown.size(0);
    const full =
      missing === 0
        ? shown
        : ops.cat([shown, ops.zerosLike(images.narrow(0, 0, 1)).expand([missing, channels, height, width])]);
    const square = full
      .reshape([SIDE, SIDE, channels, height, width])
      .permute([2, 0, 3, 1, 4])
      .reshape([channels, SIDE * height, SIDE * width]);
    return { png: encodePng(square), width: SIDE * width, height: SIDE * height };
  });
}
