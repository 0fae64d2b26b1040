/**
 * Cropshift (Li and Spratling, "Data Augmentation Alone Can Improve Adversarial Training", ICLR 2023, section 4.1): a
 * part of the image of random size is cut out at a random place and put back at another; what it leaves free is filled.
 * An image that random-crop moves shows all that its place leaves in view; of this one more is missing, and more ways.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { colourTensor, fillLevels, fillOption } from './fill.js';

/** Where an image's pixels along one side come from: `source = pixel + shift`, for pixels from `first` up to `end`. */
interface Side {
  readonly shift: number;
  readonly first: number;
  readonly end: number;
}

const DRAWS = 6;

/**
 * Draws six numbers for each image: how many rows and columns together are cut off (0 to `most`), how many of them are
 * columns, and for columns, then rows, where the part is cut out and where it is put.
 */
export const cropShift = defineAugmentation({
  options: z.strictObject({
    /** The most rows and columns together that are cut off: 10 in the paper for CIFAR-10, 8 for SVHN. */
    most: z.int().min(0).default(10),
    fill: fillOption.unwrap().default(0),
  }),
  create:
    ({ most, fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const [count = 0, channels = 0, height = 0, width = 0] = images.shape;
        const numbers = stream.uniform(indices, [DRAWS]).toNumbers();
        const sides = Array.from({ length: count }, (_, image) => {
          const [strength, share, ...places] = numbers.slice(DRAWS * image, DRAWS * (image + 1)) as [number, number];
          const cut = Math.floor(strength * (most + 1));
          const columns = Math.floor(share * (cut + 1));
          const [from, to, fromRow, toRow] = places as unknown as [number, number, number, number];
          return { column: sideOf(width, columns, from, to), row: sideOf(height, cut - columns, fromRow, toRow) };
        });
        const colour = colourTensor(fillLevels(fill, channels), images).div(255);
        const rows = along(
          sides.map(({ row }) => row),
          height,
          images,
        );
        const columns = along(
          sides.map(({ column }) => column),
          width,
          images,
        );
        const tall = images.gather(2, rows.source.reshape([count, 1, height, 1]).expand([-1, channels, -1, width]));
        const moved = tall.gather(3, columns.source.reshape([count, 1, 1, width]).expand([-1, channels, height, -1]));
        const inside = rows.inside
          .reshape([count, 1, height, 1])
          .logicalAnd(columns.inside.reshape([count, 1, 1, width]));
        return ops.where(inside, moved, colour);
      }),
});

/** Of a side of `size` pixels `cut` are cut off, the places of what is left given as shares of those there are. */
function sideOf(size: number, cut: number, from: number, to: number): Side {
  const lost = Math.min(cut, size);
  const [source, first] = [from, to].map((share) => Math.floor(share * (lost + 1))) as [number, number];
  return { shift: source - first, first, end: first + size - lost };
}

/**
 * For each image and pixel of a side, int64 and bool [N, size]: where it comes from, and whether it is of the image.
 */
function along(sides: readonly Side[], size: number, { device }: Tensor): { source: Tensor; inside: Tensor } {
  const pixels = ops.arange(size, { dtype: 'int64', device });
  const column = (key: keyof Side) =>
    tensor(
      BigInt64Array.from(sides, (side) => BigInt(side[key])),
      { device },
    ).unsqueeze(1);
  return {
    source: pixels.add(column('shift')).clamp({ min: 0, max: size - 1 }),
    inside: pixels.ge(column('first')).logicalAnd(pixels.lt(column('end'))),
  };
}
