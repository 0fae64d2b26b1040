/**
 * Corrupted test images of CIFAR-10 in the layout of CIFAR-10-C, to try `saddlepoint evaluate --corruptions` where the
 * published files are not at hand. The corruptions and their strengths are ours, made from the names alone: figures on them
 * stand for themselves and are comparable with no published one.
 *
 *   node scripts/development/make-corruptions.mjs <folder> [images of each severity, 1000] [folder of CIFAR-10]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batches, disposeSplit, loadDataset, slice } from '../../dist/data/index.js';
import { ops, RandomStream, tensor, tidy } from '../../dist/engine/index.js';

/** @typedef {import('../../dist/engine/index.js').Tensor} Tensor */
/**
 * @typedef {(images: Tensor, strength: number, random: RandomStream, indices: Tensor) => Tensor} Corruption of float32
 *   [N, 3, H, W] in [0, 1]
 */

const [folder, examples = '1000', data] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected a folder to write to');

/**
 * Numbers for the pixels of every image.
 *
 * @param {'uniform' | 'normal'} kind
 * @param {RandomStream} random
 * @param {Tensor} indices
 * @param {Tensor} images
 */
const numbers = (kind, random, indices, images) => random[kind](indices, images.shape.slice(1));

/**
 * A convolution of every plane with one filter; at the border with the part of it that is inside.
 *
 * @param {Tensor} images
 * @param {number[]} values of a square filter
 */
function filtered(images, values) {
  const side = Math.sqrt(values.length);
  const sum = values.reduce((total, value) => total + value, 0);
  const planes = images.size(1);
  const filter = tensor(
    Float32Array.from(values, (value) => value / sum),
    { shape: [1, 1, side, side] },
  ).repeat([planes, 1, 1, 1]);
  const padding = (side - 1) / 2;
  const inside = ops.conv2d(ops.ones(images.shape, { dtype: 'float32' }), filter, { padding, groups: planes });
  return ops.conv2d(images, filter, { padding, groups: planes }).div(inside);
}

/**
 * @param {number} reach
 * @param {(x: number, y: number) => number} value
 */
const square = (reach, value) =>
  Array.from({ length: (2 * reach + 1) ** 2 }, (_, i) =>
    value((i % (2 * reach + 1)) - reach, Math.floor(i / (2 * reach + 1)) - reach),
  );

/** Each with its strength at the five severities. @type {Record<string, [strengths: number[], corrupt: Corruption]>} */
const CORRUPTIONS = {
  gaussian_noise: [
    [0.04, 0.07, 0.1, 0.13, 0.16],
    (images, deviation, random, indices) => images.add(numbers('normal', random, indices, images).mul(deviation)),
  ],
  // Poisson's noise by the normal distribution of the same variance; strength: photons of a white pixel.
  shot_noise: [
    [500, 250, 120, 70, 45],
    (images, photons, random, indices) =>
      images.add(numbers('normal', random, indices, images).mul(images.div(photons).sqrt())),
  ],
  impulse_noise: [
    [0.02, 0.04, 0.08, 0.12, 0.18],
    (images, share, random, indices) => {
      const draw = numbers('uniform', random, indices, images);
      const [black, white] = [draw.lt(share / 2), draw.ge(1 - share / 2)];
      return images.mul(black.logicalNot().to({ dtype: 'float32' })).maximum(white.to({ dtype: 'float32' }));
    },
  ],
  defocus_blur: [
    [0.8, 1.1, 1.5, 2, 2.5],
    (images, radius) =>
      filtered(
        images,
        square(3, (x, y) => Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x, y)))),
      ),
  ],
  gaussian_blur: [
    [0.4, 0.6, 0.8, 1, 1.3],
    (images, deviation) =>
      filtered(
        images,
        square(4, (x, y) => Math.exp(-(x * x + y * y) / (2 * deviation ** 2))),
      ),
  ],
  brightness: [[0.05, 0.1, 0.15, 0.2, 0.3], (images, amount) => images.add(amount)],
  contrast: [
    [0.75, 0.5, 0.4, 0.3, 0.15],
    (images, share) => {
      const mean = images.mean([2, 3], { keepdim: true });
      return images.sub(mean).mul(share).add(mean);
    },
  ],
  pixelate: [
    [28, 24, 20, 16, 12],
    (images, side) => {
      const small = ops.adaptiveAvgPool2d(images, [side, side]);
      return ops.adaptiveAvgPool2d(small, images.shape.slice(2));
    },
  ],
  saturate: [
    [0.6, 0.3, 0.1, 1.8, 3],
    (images, factor) => {
      const grey = images.mean([1], { keepdim: true });
      return images.sub(grey).mul(factor).add(grey);
    },
  ],
};

/**
 * @param {string} name
 * @param {string} shape as Python writes a tuple
 * @param {Uint8Array[]} parts
 */
function writeNpy(name, shape, parts) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}\n`, 'latin1');
  writeFileSync(join(/** @type {string} */ (folder), name), Buffer.concat([head, ...parts]));
}

const { train, test } = loadDataset('cifar-10', data);
disposeSplit(train);
const part = slice(test, 0, Number(examples));
mkdirSync(folder, { recursive: true });
for (const [name, [strengths, corrupt]] of Object.entries(CORRUPTIONS)) {
  const parts = strengths.flatMap((strength, i) => {
    const random = new RandomStream(1, 'corruption', name, i);
    return [...batches(part, { batchSize: 500 })].map(({ images, labels, indices }) => {
      const bytes = tidy(() =>
        corrupt(images, strength, random, indices)
          .clamp(0, 1)
          .mul(255)
          .round()
          .to({ dtype: 'uint8' })
          .permute([0, 2, 3, 1])
          .contiguous()
          .toTypedArray(),
      );
      for (const one of [images, labels, indices]) one.dispose();
      return /** @type {Uint8Array} */ (bytes);
    });
  });
  writeNpy(`${name}.npy`, `(${5 * Number(examples)}, 32, 32, 3)`, parts);
  console.log(`${name}.npy: 5 × ${examples} images`);
}
const labels = Uint8Array.from(part.labels.toNumbers());
writeNpy('labels.npy', `(${5 * Number(examples)},)`, [labels, labels, labels, labels, labels]);
