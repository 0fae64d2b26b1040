/**
 * Affine transformations: every image is shifted, sheared, scaled and turned as a whole.
 *
 * @module
 */
import { ops, SaddlepointError, type Tensor } from '../../engine/index.js';
import { movesPixels, type Transformation } from './transformation.js';

/** ATen's numbers. */
const BILINEAR = 0;
const PADDING = { zeros: 0, reflection: 2 } as const;

/** What one affine transformation is made of, [N] each; what is missing is 0. Shifts are in halves of the side. */
type Parts = Partial<Record<'shiftX' | 'shiftY' | 'shearX' | 'shearY' | 'scale' | 'turn', Tensor>>;

/**
 * Six parameters within epsilon of nothing, as David Stutz's article on adversarial transformations has them: shifts
 * by epsilon of half an image's side, shears by epsilon, the scale 1 ± epsilon, turns by epsilon radians. What comes
 * in from outside is the image's reflection. 0.3, the article's, shifts an image of 32 pixels by up to 4.8.
 */
export const affine: Transformation = {
  ...movesPixels('affine'),
  parameters: () => 6,
  apply: (images, parameters) => {
    const [shiftX, shiftY, shearX, shearY, scale, turn] = columns(parameters);
    return warp(images, { shiftX, shiftY, shearX, shearY, scale, turn } as Parts, 'reflection');
  },
  requireEpsilon: (epsilon) => {
    if (epsilon < 1) return;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an epsilon below 1 for affine, at which an image shrinks to a point, received ${epsilon}`,
    );
  },
  diameter: () => 1,
};

/** The ranges at an epsilon of 1: shifts in halves of the side, and radians. */
const [SHIFT, TURN] = [0.2, Math.PI / 6] as const;
const QUARTER = 3;

/**
 * Shifts by up to a tenth of an image's side and turns by up to 30 degrees, at an epsilon of 1, its share of these
 * ranges (Engstrom et al., "Exploring the Landscape of Spatial Robustness", ICML 2019, section 4, whose shifts are
 * about a tenth: 3 of 28 or 32 pixels). What comes in from outside is black. Their grid: 5 shifts each way and 31
 * turns.
 */
export const rotationTranslation: Transformation = {
  ...movesPixels('rotation-translation'),
  parameters: () => 3,
  apply: (images, parameters) => {
    const [shiftX, shiftY, turn] = columns(parameters) as [Tensor, Tensor, Tensor];
    return warp(images, { shiftX: shiftX.mul(SHIFT), shiftY: shiftY.mul(SHIFT), turn: turn.mul(TURN) }, 'zeros');
  },
  grid: [5, 5, 31],
  requireEpsilon: (epsilon) => {
    if (epsilon <= QUARTER) return;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an epsilon of at most ${QUARTER} for rotation-translation, a quarter turn, received ${epsilon}`,
    );
  },
  diameter: () => QUARTER,
};

function columns(parameters: Tensor): Tensor[] {
  return Array.from({ length: parameters.size(1) }, (_, column) => parameters.select(1, column));
}

/**
 * Of every pixel, where its value comes from: a matrix scale · shear · turn, then the shift, in coordinates from -1 to
 * 1 whose origin is the centre: of an image that is no square, a turn shears it, too. The article's matrix is this one
 * but for the sign of the shear in its first entry, with which it would be no product of the three.
 */
function warp(images: Tensor, parts: Parts, padding: keyof typeof PADDING): Tensor {
  const none = ops.zerosLike(parts.shiftX!);
  const { shiftX = none, shiftY = none, shearX = none, shearY = none, scale = none, turn = none } = parts;
  const [size, cosine, sine] = [scale.add(1), turn.cos(), turn.sin()];
  const rows = [
    [size.mul(cosine.add(shearX.mul(sine))), size.mul(shearX.mul(cosine).sub(sine)), shiftX],
    [size.mul(shearY.mul(cosine).add(sine)), size.mul(cosine.sub(shearY.mul(sine))), shiftY],
  ].map((row) => ops.stack(row, { dim: 1 }));
  const grid = ops.affineGrid(ops.stack(rows, { dim: 1 }), images.shape, false);
  return ops.gridSample(images, grid, BILINEAR, PADDING[padding], false).clamp({ min: 0, max: 1 });
}
