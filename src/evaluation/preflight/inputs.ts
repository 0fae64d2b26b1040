/**
 * Are the images what a data set must hold: bytes, of which batches become float32 in [0, 1]?
 *
 * @module
 */
import { tidy, type Tensor } from '../../engine/index.js';
import { stop, type Finding } from './finding.js';

const CHECK = 'input-range';

/**
 * Stops at images that are not uint8 [N, C, H, W], which would be divided by 255 although they are in [0, 1] or
 * normalised; at bytes that are all 0 or 1, which were fractions; and at images that are all one grey.
 */
export function checkInputs(images: Tensor): Finding | undefined {
  if (images.ndim !== 4 || images.size(0) === 0) {
    return stop(CHECK, `expected images as uint8 [N, C, H, W], received ${String(images)}`);
  }
  const [low, high] = tidy(() => [images.amin().item(), images.amax().item()] as const);
  if (images.dtype !== 'uint8') {
    return stop(CHECK, `expected images as bytes, received ${images.dtype} from ${low} to ${high}. ${hint(low, high)}`);
  }
  if (low === high) return stop(CHECK, `expected images, received ${low} for every byte`);
  if (high > 1) return undefined;
  return stop(
    CHECK,
    'expected bytes from 0 to 255, received only 0 and 1: were images in [0, 1] stored as bytes? Multiply by 255 first',
  );
}

/** What numbers in this range probably are, and what to do. */
export function hint(low: number, high: number): string {
  if (low >= 0 && high <= 1) return 'They look like fractions in [0, 1]: store bytes (fraction * 255) in the split';
  if (low >= 0 && high <= 255) return 'They look like bytes of another type: store them as uint8';
  return 'They look normalised: store bytes in the split and make the normalisation the first layer of the model';
}
