/**
 * Operations that move pixels: shear, translate, rotate. Each pixel of the result looks up where it comes from.
 *
 * @module
 */
import { ops, tensor, type Tensor } from '../../../engine/index.js';
import type { Operation } from './operation.js';

/** Source x = a x + b y + c and y = d x + e y + f, from and to the centres of pixels, in pixels from the corner. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const GREY = 128;

/** Row y moves by amount · y. */
export const shearX: Operation = (levels, amounts, fill) =>
  bicubic(
    levels,
    positionsOf(
      levels,
      amounts.map((amount) => [1, amount, 0, 0, 1, 0]),
    ),
    fill,
  );

/** Column x moves by amount · x. */
export const shearY: Operation = (levels, amounts, fill) =>
  bicubic(
    levels,
    positionsOf(
      levels,
      amounts.map((amount) => [1, 0, 0, amount, 1, 0]),
    ),
    fill,
  );

/** Moves by amount · width. */
export const translateX: Operation = (levels, amounts, fill) => {
  const width = levels.size(3);
  return nearest(
    levels,
    positionsOf(
      levels,
      amounts.map((amount) => [1, 0, amount * width, 0, 1, 0]),
    ),
    fill,
  );
};

/** Moves by amount · height. */
export const translateY: Operation = (levels, amounts, fill) => {
  const height = levels.size(2);
  return nearest(
    levels,
    positionsOf(
      levels,
      amounts.map((amount) => [1, 0, 0, 0, 1, amount * height]),
    ),
    fill,
  );
};

/** Turns anticlockwise about the middle by the amount in degrees. Uncovered pixels are grey whatever the fill. */
export const rotate: Operation = (levels, amounts, fill) =>
  turn(
    levels,
    amounts,
    fill.map(() => GREY),
  );

/** As {@link rotate}, but uncovered pixels get the fill. */
export const turn: Operation = (levels, amounts, fill) => {
  const [, , height = 0, width = 0] = levels.shape;
  const turns = amounts.map((degrees): Affine => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const [x, y] = [width / 2, height / 2];
    return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
  });
  return nearest(levels, fixedPositionsOf(levels, turns), fill);
};

/** Rows move by amount times their distance from the middle; pixels are picked, not interpolated. */
export const slantX: Operation = (levels, amounts, fill) => {
  const middle = levels.size(2) / 2;
  const slants = amounts.map((amount): Affine => [1, amount, -amount * middle, 0, 1, 0]);
  return nearest(levels, fixedPositionsOf(levels, slants), fill);
};

/** Columns move by amount times their distance from the middle. */
export const slantY: Operation = (levels, amounts, fill) => {
  const middle = levels.size(3) / 2;
  const slants = amounts.map((amount): Affine => [1, 0, 0, amount, 1, -amount * middle]);
  return nearest(levels, fixedPositionsOf(levels, slants), fill);
};

interface Positions {
  /** float64 [n, H, W]: pixel i spans i ≤ x < i + 1. */
  readonly x: Tensor;
  readonly y: Tensor;
}

/** Looks up in double precision at the centres of pixels. */
function positionsOf(levels: Tensor, affines: readonly Affine[]): Positions {
  return evaluate(levels, affines, 0.5);
}

/** The same with coefficients in multiples of 2^-16, as Pillow has them where it turns and only picks pixels. */
function fixedPositionsOf(levels: Tensor, affines: readonly Affine[]): Positions {
  const fixed = (value: number) => Math.floor(value * 65536 + 0.5) / 65536;
  const rounded = affines.map(([a, b, c, d, e, f]): Affine => {
    const [first, second] = [c + a / 2 + b / 2, f + d / 2 + e / 2]; // the centre's half pixel, rounded with the shift
    return [fixed(a), fixed(b), fixed(first), fixed(d), fixed(e), fixed(second)];
  });
  return evaluate(levels, rounded, 0);
}

function evaluate(levels: Tensor, affines: readonly Affine[], offset: number): Positions {
  const [, , height = 0, width = 0] = levels.shape;
  const { device } = levels;
  const column = ops.arange(width, { dtype: 'float64', device }).add(offset).reshape([1, 1, width]);
  const row = ops.arange(height, { dtype: 'float64', device }).add(offset).reshape([1, height, 1]);
  const values = Float64Array.from(affines.flat());
  const packed = tensor(values, { shape: [affines.length, 6, 1, 1], dtype: 'float64', device });
  const along = (first: number) =>
    packed
      .select(1, first)
      .mul(column)
      .add(packed.select(1, first + 1).mul(row))
      .add(packed.select(1, first + 2));
  return { x: along(0), y: along(3) };
}

/** Takes the pixel that each position lies in. */
function nearest(levels: Tensor, { x, y }: Positions, fill: readonly number[]): Tensor {
  return filled(levels, { x, y }, pick(levels, x.floor(), y.floor()), fill);
}

/** Interpolates by the cubic kernel with slope -1 at distance 1, as Pillow's transforms do; edges repeat outwards. */
function bicubic(levels: Tensor, { x, y }: Positions, fill: readonly number[]): Tensor {
  const [left, top] = [x.sub(0.5).floor(), y.sub(0.5).floor()];
  const right = x.sub(0.5).sub(left).unsqueeze(1);
  const down = y.sub(0.5).sub(top).unsqueeze(1);
  const taps = [-1, 0, 1, 2];
  const rows = taps.map((j) => {
    const row = top.add(j);
    return cubic(
      taps.map((i) => pick(levels, left.add(i), row)),
      right,
    );
  });
  const result = cubic(rows, down).clamp({ min: 0, max: 255 }).floor();
  return filled(levels, { x, y }, result.to({ dtype: 'float32' }), fill);
}

/**
 * The cubic through four neighbours, at a distance 0 ≤ t < 1 from the second: its value and slope there are `b` and
 * c - a, at the third `c` and d - b. Written in differences, so that equal neighbours give exactly their level.
 */
function cubic(values: readonly Tensor[], t: Tensor): Tensor {
  const [a, b, c, d] = values.map((value) => value.to({ dtype: 'float64' })) as [Tensor, Tensor, Tensor, Tensor];
  const square = a.sub(b).mul(2).add(c).sub(d);
  const cube = b.sub(a).sub(c).add(d);
  return cube.mul(t).add(square).mul(t).add(c.sub(a)).mul(t).add(b);
}

/** The levels at whole positions [n, H, W], held inside the image. */
function pick(levels: Tensor, column: Tensor, row: Tensor): Tensor {
  const [count = 0, channels = 0, height = 0, width = 0] = levels.shape;
  const inside = row
    .clamp({ min: 0, max: height - 1 })
    .mul(width)
    .add(column.clamp({ min: 0, max: width - 1 }));
  const index = inside.to({ dtype: 'int64' }).reshape([count, 1, height * width]);
  return levels
    .flatten({ startDim: 2 })
    .gather(2, index.expand([-1, channels, -1]))
    .reshape(levels.shape);
}

/** Puts the fill where a position lies outside the image. */
function filled(levels: Tensor, { x, y }: Positions, result: Tensor, fill: readonly number[]): Tensor {
  const [, channels = 0, height = 0, width = 0] = levels.shape;
  const inside = x.ge(0).logicalAnd(x.lt(width)).logicalAnd(y.ge(0)).logicalAnd(y.lt(height)).unsqueeze(1);
  const { device } = levels;
  const colour = tensor(Float64Array.from(fill), { shape: [1, channels, 1, 1], dtype: 'float32', device });
  return ops.where(inside, result, colour);
}
