/**
 * Images as a program has them, as the tensor that networks and attacks take.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeValue, SaddlepointError, Tensor, tensor, tidy } from '../engine/index.js';
import { readPictures, type DecodeOptions } from './folder/decode.js';

/** Pixels of [N, C, H, W]: bytes from 0 to 255, or numbers in [0, 1]. */
export interface Pixels {
  readonly data: Uint8Array | Float32Array;
  readonly shape: readonly number[];
}

/** A tensor, pixels, or the bytes of one or several files: PNG, JPEG or WebP. */
export type ImageSource = Tensor | Pixels | Uint8Array | readonly Uint8Array[];

/**
 * Makes float32 [N, C, H, W] in [0, 1] of images in whatever form. A tensor is returned as it is.
 *
 * @param options how pictures of several sizes become of one; default: they have to be of one
 * @throws SaddlepointError ARGUMENT for what is no image, or pixels that do not fill their shape; DATA for files that
 *   cannot be decoded
 */
export function imageTensor(source: ImageSource, options: Partial<DecodeOptions> = {}): Tensor {
  if (source instanceof Tensor) return source;
  if (source instanceof Uint8Array) return decoded([source], options);
  if (isList(source) && source.length > 0 && source.every((file) => file instanceof Uint8Array))
    return decoded(source, options);
  if (!isPixels(source)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images as a Tensor, as { data, shape } with data of a Uint8Array or Float32Array, or as the bytes of PNG, JPEG or WebP files, received ${describeValue(source)}`,
    );
  }
  const { data, shape } = source;
  const numbers = shape.reduce((product, side) => product * side, 1);
  if (shape.length !== 4 || numbers !== data.length) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected pixels of shape [N, C, H, W], received ${data.length} of shape [${shape.join(', ')}]`,
    );
  }
  return fromPixels(data, shape);
}

function fromPixels(data: Uint8Array | Float32Array, shape: readonly number[]): Tensor {
  if (data instanceof Float32Array) return tensor(data, { shape });
  return tidy(() => tensor(data, { shape }).to({ dtype: 'float32' }).div(255));
}

/** The decoder reads files, in a process that a damaged picture may bring down. */
function decoded(files: readonly Uint8Array[], { size, resize = 'exact' }: Partial<DecodeOptions>): Tensor {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-images-'));
  try {
    const paths = files.map((bytes, index) => {
      const path = join(folder, String(index + 1));
      writeFileSync(path, bytes);
      return path;
    });
    const { bytes, shape } = readPictures(paths, { size, resize });
    return fromPixels(bytes, [files.length, ...shape]);
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.code !== 'DATA') throw error;
    const message = error.message
      .replaceAll(join(folder, '/'), 'number ')
      .replace('images in the command line', 'images');
    throw new SaddlepointError('DATA', message, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isPixels(value: unknown): value is Pixels {
  const { data, shape } = (value ?? {}) as Partial<Pixels>;
  const typed = data instanceof Uint8Array || data instanceof Float32Array;
  return typed && isList(shape) && shape.every((side) => Number.isSafeInteger(side) && side > 0);
}
