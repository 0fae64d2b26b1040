/**
 * What augmentations share that mix the images of a batch, and with them their labels.
 *
 * @module
 */
import { ops, tensor, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { classDistribution } from '../../nn/index.js';
import type { Labelled } from './augmentation.js';
import { symmetricBetaQuantile } from './symmetric-beta.js';

/**
 * Another image of the batch for each one: all stand in a circle, in an order that is drawn, and each takes its
 * neighbour. The draws belong to the examples, so the order of the batch changes no pair.
 *
 * @param indices int64 [N]: the examples' indices in their data set
 * @returns int64 [N] on the CPU: positions in the batch; of a batch of one the image itself
 */
export function partnersOf(stream: RandomStream, indices: Tensor): Tensor {
  return tidy(() => {
    const draws = stream.derive('partner').uniform(indices, []);
    const circle = draws.sort({ stable: true, dim: 0 })[1];
    const place = circle.sort({ stable: true, dim: 0 })[1];
    return circle.roll([-1], { dims: [0] }).indexSelect(0, place);
  });
}

/**
 * How much each image keeps of itself: of Beta(α, α) with the given probability, else all of it.
 *
 * @returns one number in [0, 1] an example
 */
export function sharesKept(stream: RandomStream, indices: Tensor, alpha: number, probability: number): number[] {
  const draws = tidy(() => stream.derive('share').uniform(indices, [2]).toNumbers());
  return Array.from({ length: draws.length / 2 }, (_, i) =>
    draws[2 * i]! < probability ? symmetricBetaQuantile(draws[2 * i + 1]!, alpha) : 1,
  );
}

/**
 * The labels of mixed images: each class by its share.
 *
 * @param partners int64 [N] on the labels' device
 * @param kept float32 [N]: each image's own share
 * @returns float32 [N, classes]
 */
export function mixLabels({ labels, classes }: Labelled, partners: Tensor, kept: Tensor): Tensor {
  return tidy(() => {
    const whole = classDistribution(labels, classes);
    const own = kept.unsqueeze(1);
    return whole.mul(own).add(whole.indexSelect(0, partners).mul(own.neg().add(1)));
  });
}

/** Numbers as float32 [N] where the images are. */
export function besideImages(values: readonly number[], { device }: Tensor): Tensor {
  return tensor(Float32Array.from(values), { device });
}

/** A rectangle in an image, in pixels; the lower and right edge are outside. */
export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Which pixels lie in each image's rectangle: bool [N, 1, H, W]. */
export function insideRectangles(rectangles: readonly Rectangle[], images: Tensor): Tensor {
  return tidy(() => {
    const [, , height = 0, width = 0] = images.shape;
    const within = (size: number, from: number[], to: number[], shape: readonly number[]) => {
      const pixels = ops.arange(size, { dtype: 'float32', device: images.device });
      const edge = (values: number[]) => besideImages(values, images).unsqueeze(1);
      return pixels
        .ge(edge(from))
        .logicalAnd(pixels.lt(edge(to)))
        .reshape([-1, ...shape]);
    };
    const side = (name: keyof Rectangle) => rectangles.map((rectangle) => rectangle[name]);
    const rows = within(height, side('top'), side('bottom'), [1, height, 1]);
    return rows.logicalAnd(within(width, side('left'), side('right'), [1, 1, width]));
  });
}
