/**
 * Images as PNG files.
 *
 * @module
 */
import { encode } from 'fast-png';
import { tidy, type Tensor } from '../engine/index.js';

/** Encodes float32 [C, H, W] in [0, 1], grey or colour, rounded to 8 bits. */
export function encodePng(image: Tensor): Uint8Array {
  const [channels = 1, height = 0, width = 0] = image.shape;
  const bytes = tidy(() =>
    image
      .clamp({ min: 0, max: 1 })
      .mul(255)
      .round()
      .to({ dtype: 'uint8' })
      .permute([1, 2, 0])
      .contiguous()
      .toTypedArray(),
  );
  return encode({ width, height, channels: channels === 1 ? 1 : 3, depth: 8, data: bytes as Uint8Array });
}
