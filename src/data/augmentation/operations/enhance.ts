/**
 * Operations that blend an image with a plainer one: colour, contrast, brightness, sharpness. The amount is the
 * image's weight: 0 gives the plain one, 1 the image, more exaggerates the difference.
 *
 * @module
 */
import { ops, type Tensor } from '../../../engine/index.js';
import { perImage, type Operation } from './operation.js';

/** Towards grey of the same luminance. */
export const colour: Operation = (levels, amounts) => blend(luminance(levels), levels, amounts);

/** Towards the image's mean luminance. */
export const contrast: Operation = (levels, amounts) => {
  const mean = luminance(levels).to({ dtype: 'float64' }).mean([1, 2, 3], { keepdim: true }).add(0.5).floor();
  return blend(mean.to({ dtype: 'float32' }), levels, amounts);
};

/** Towards black. */
export const brightness: Operation = (levels, amounts) => cut(levels.mul(perImage(amounts, levels)));

/** Towards the image smoothed by the kernel 1 1 1 / 1 5 1 / 1 1 1; the outermost pixels stay. */
export const sharpness: Operation = (levels, amounts) => {
  const [count = 0, channels = 0, height = 0, width = 0] = levels.shape;
  if (height < 3 || width < 3) return levels.clone();
  const planes = levels.reshape([count * channels, 1, height, width]);
  const kernel = ops.ones([1, 1, 3, 3], { device: levels.device });
  kernel.narrow(2, 1, 1).narrow(3, 1, 1).fill_(5);
  const inside = (image: Tensor) => image.narrow(2, 1, height - 2).narrow(3, 1, width - 2);
  const smooth = levels.clone();
  const sums = ops.conv2d(planes, kernel).reshape([count, channels, height - 2, width - 2]);
  inside(smooth).copy_(sums.div(13).add(0.5).floor());
  return blend(smooth, levels, amounts);
};

/** Pillow's conversion to grey (ITU-R 601-2), in its 16-bit fixed point. [n, 1, H, W] */
function luminance(levels: Tensor): Tensor {
  if (levels.size(1) === 1) return levels;
  const [red, green, blue] = levels.to({ dtype: 'float64' }).split(1, { dim: 1 }) as [Tensor, Tensor, Tensor];
  const sum = red.mul(19595).add(green, { alpha: 38470 }).add(blue, { alpha: 7471 });
  return sum.add(32768).div(65536).floor().to({ dtype: 'float32' });
}

function blend(plain: Tensor, levels: Tensor, amounts: readonly number[]): Tensor {
  return cut(levels.sub(plain).mul(perImage(amounts, levels)).add(plain));
}

/** To whole levels, the fraction cut off. */
function cut(values: Tensor): Tensor {
  return values.clamp({ min: 0, max: 255 }).floor();
}
