/**
 * Operations that give each grey level another, wherever it is: invert, solarize, posterize, autocontrast, equalize.
 *
 * @module
 */
import { ops, type Tensor } from '../../../engine/index.js';
import { perImage, type Operation } from './operation.js';

export const invert: Operation = (levels) => levels.neg().add(255);

/** Inverts the levels from the amount up. */
export const solarize: Operation = (levels, amounts) =>
  ops.where(levels.lt(perImage(amounts, levels)), levels, levels.neg().add(255));

/** Keeps as many of the eight bits as the amount says. */
export const posterize: Operation = (levels, amounts) => {
  const step = perImage(
    amounts.map((bits) => 2 ** (8 - bits)),
    levels,
  );
  return levels.div(step).floor().mul(step);
};

/** Stretches each channel so that its darkest level becomes 0 and its brightest 255; one of a single level stays. */
export const autocontrast: Operation = (levels) => {
  const wide = levels.to({ dtype: 'float64' });
  const darkest = wide.amin({ dim: [2, 3], keepdim: true });
  const range = wide.amax({ dim: [2, 3], keepdim: true }).sub(darkest);
  // In Pillow's order: the fraction is cut off, so that the last bit of a double decides between two levels.
  const scale = ops.full([1], 255, { dtype: 'float64', device: levels.device }).div(range.clamp({ min: 1 }));
  const stretched = wide.mul(scale).sub(darkest.mul(scale)).floor().clamp({ min: 0, max: 255 });
  return ops.where(range.gt(0), stretched, wide).to({ dtype: 'float32' });
};

/** Gives each level the share of pixels below it, so that a channel's levels become about equally frequent. */
export const equalize: Operation = (levels) => {
  const [count = 0, channels = 0, height = 0, width = 0] = levels.shape;
  const rows = count * channels;
  const values = levels.reshape([rows, height * width]).to({ dtype: 'int64' });
  const histogram = histograms(values);
  const upTo = histogram.cumsum(1);
  // The pixels of a channel's brightest level do not count: it becomes 255 by itself.
  const brightest = histogram.gather(1, values.amax({ dim: [1], keepdim: true }));
  const step = brightest
    .neg()
    .add(height * width)
    .div(255)
    .floor();
  const half = step.div(2).floor();
  const table = upTo
    .sub(histogram)
    .add(half)
    .div(step.clamp({ min: 1 }))
    .floor()
    .clamp({ max: 255 });
  const equal = ops.where(step.gt(0), table.gather(1, values), values.to({ dtype: 'float32' }));
  return equal.reshape(levels.shape);
};

/** How often each of the 256 levels occurs in each row of int64 [rows, pixels], as float32 [rows, 256]. */
function histograms(values: Tensor): Tensor {
  const rows = values.size(0);
  const first = ops.arange(rows, { dtype: 'int64', device: values.device }).mul(256).unsqueeze(1);
  return values
    .add(first)
    .flatten()
    .bincount({ minlength: rows * 256 })
    .reshape([rows, 256])
    .to({ dtype: 'float32' });
}
