/**
 * Images as a program has them.
 *
 * @module
 */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { tensor, tidy } from '../engine/index.js';
import { imageTensor, type ImageSource } from './index.js';

leavesNothingAlive();

const WIDE = { width: 4, height: 2, channels: 3 } as const;
/** Interleaved colours, and the same as planes. */
const pixels = Uint8Array.from({ length: 24 }, (_, index) => (index * 53) % 256);
const planes = [0, 1, 2].flatMap((channel) => Array.from({ length: 8 }, (_, i) => pixels[3 * i + channel]! / 255));
const png = () => sharp(pixels, { raw: WIDE }).png().toBuffer();

const read = (source: ImageSource, options?: Parameters<typeof imageTensor>[1]) =>
  tidy(() => {
    const images = imageTensor(source, options);
    return { shape: images.shape, dtype: images.dtype, values: images.toNumbers() };
  });
const rounded = (values: readonly number[]) => [...Float32Array.from(values)];

test('bytes are divided by 255, numbers taken as they are, a tensor is itself', () => {
  expect(read({ data: Uint8Array.of(0, 51, 255, 102), shape: [1, 1, 2, 2] })).toEqual({
    shape: [1, 1, 2, 2],
    dtype: 'float32',
    values: rounded([0, 0.2, 1, 0.4]),
  });
  expect(read({ data: Float32Array.of(0.25, 1), shape: [2, 1, 1, 1] }).values).toEqual([0.25, 1]);
  tidy(() => {
    const images = tensor([[[[0.5]]]]);
    expect(imageTensor(images)).toBe(images);
  });
});

test('files are decoded to the planes they hold, several to one batch', async () => {
  expect(read(await png())).toEqual({ shape: [1, 3, 2, 4], dtype: 'float32', values: rounded(planes) });
  const lossless = await sharp(pixels, { raw: WIDE }).webp({ lossless: true }).toBuffer();
  expect(read([await png(), lossless]).values).toEqual(rounded([...planes, ...planes]));
  expect(read(await png(), { size: 2, resize: 'cover' }).shape).toEqual([1, 3, 2, 2]);
});

describe('refused in one sentence', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /expected images as a Tensor, .* received/],
    ['numbers in a list', [1, 2], /expected images as a Tensor/],
    ['pixels without a shape', { data: new Uint8Array(4) }, /expected images as a Tensor/],
    ['too few pixels', { data: new Uint8Array(4), shape: [1, 3, 2, 2] }, /received 4 of shape \[1, 3, 2, 2\]/],
    ['an image for a batch', { data: new Uint8Array(4), shape: [1, 2, 2] }, /\[N, C, H, W\], received 4 of shape/],
  ])('%s', (_, source, message) => {
    expect(() => imageTensor(source as ImageSource)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT', message: expect.stringMatching(message) as string }),
    );
  });

  test('files that are no pictures, or of two sizes, by their number', async () => {
    const other = await sharp(pixels.subarray(0, 12), { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer();
    expect(() => imageTensor([Buffer.from('not a picture'), other])).toThrow(
      /^1 of 2 images cannot be used: number 1: it is no JPEG, PNG or WebP file$/,
    );
    expect(() => imageTensor([other, Buffer.alloc(0)])).toThrow(/number 2: it is empty/);
  });
});
