/**
 * Moved images, made a second time in plain numbers from the originals and the parameters that were saved beside them.
 * No ball says whether an image is an affine one of another; that somebody makes it with parameters within epsilon
 * does. The verifier shares nothing with the attacks whose images it makes again.
 *
 * @module
 */

/** Where the value of the pixel at a row and column comes from, in rows and columns. */
type Source = (row: number, column: number) => readonly [row: number, column: number];

interface Moved {
  /** By the parameters of one image of this shape, [C, H, W]; undefined where there are too many or too few. */
  readonly source: (parameters: Float32Array, shape: readonly number[]) => Source | undefined;
  /** What lies outside of a line of pixels: the place inside that has its value, or undefined for black. */
  readonly outside: 'reflection' | 'border' | 'black';
}

const OWN: ReadonlyMap<string, Moved> = new Map([
  [
    'affine',
    {
      source: (parameters, shape) => (parameters.length === 6 ? affineSource(parameters, shape) : undefined),
      outside: 'reflection',
    },
  ],
  [
    'rotation-translation',
    {
      source: (parameters, shape) => {
        const [x = 0, y = 0, turn = 0] = parameters;
        if (parameters.length !== 3) return undefined;
        return affineSource([x / 5, y / 5, 0, 0, 0, (turn * Math.PI) / 6], shape);
      },
      outside: 'black',
    },
  ],
  [
    'flow',
    {
      source: (parameters, [, height = 0, width = 0]) => {
        if (parameters.length !== 2 * height * width) return undefined;
        return (row, column) => {
          const place = 2 * (row * width + column);
          return [row + parameters[place + 1]!, column + parameters[place]!];
        };
      },
      outside: 'border',
    },
  ],
]);

/** Whether images of a threat model are judged by the parameters they were made with. */
export function movesPixels(norm: string): boolean {
  return OWN.has(norm);
}

/** The size of a transformation: its largest parameter; infinite for one that is no number. */
export function sizeOf(parameters: Float32Array): number {
  return parameters.reduce((most, one) => (Number.isNaN(one) ? Infinity : Math.max(most, Math.abs(one))), 0);
}

/**
 * How far an image may be from its second making, as a share of a value's range: single precision places a sample
 * within a few millionths of the side, and between neighbouring pixels a value changes by 1 at most.
 */
export function roundingOf([, height = 0, width = 0]: readonly number[]): number {
  return 2e-6 * Math.max(height, width);
}

/**
 * The largest difference of any value between an image and what its parameters make of the original.
 *
 * @param original and image, [C, H, W] in [0, 1]
 * @returns infinity where the parameters are too many or too few
 */
export function distanceFromMoved(
  norm: string,
  original: Float32Array,
  image: Float32Array,
  parameters: Float32Array,
  shape: readonly number[],
): number {
  const moved = OWN.get(norm);
  const source = moved?.source(parameters, shape);
  if (moved === undefined || source === undefined) return Infinity;
  const [channels = 0, height = 0, width = 0] = shape;
  let largest = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [y, x] = source(row, column);
      const down = neighbours(y, height, moved.outside);
      const across = neighbours(x, width, moved.outside);
      for (let channel = 0; channel < channels; channel += 1) {
        const plane = channel * height * width;
        let value = 0;
        for (const [r, above] of down)
          for (const [c, left] of across) value += above * left * original[plane + r * width + c]!;
        const apart = Math.abs(value - image[plane + row * width + column]!);
        // Written so that what is no number is as far away as can be.
        if (!(apart <= largest)) largest = Number.isNaN(apart) ? Infinity : apart;
      }
    }
  }
  return largest;
}

/** Shifts in halves of the side, shears, scale less 1, turn: about the centre, in coordinates from -1 to 1. */
function affineSource(parameters: ArrayLike<number>, [, height = 0, width = 0]: readonly number[]): Source {
  const [shiftX = 0, shiftY = 0, shearX = 0, shearY = 0, scale = 0, turn = 0] = Array.from(parameters);
  return (row, column) => {
    const [x, y] = [(2 * column + 1) / width - 1, (2 * row + 1) / height - 1];
    const turned = [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)] as const;
    const sheared = [turned[0] + shearX * turned[1], shearY * turned[0] + turned[1]] as const;
    const [sourceX, sourceY] = [(1 + scale) * sheared[0] + shiftX, (1 + scale) * sheared[1] + shiftY];
    return [((sourceY + 1) * height - 1) / 2, ((sourceX + 1) * width - 1) / 2];
  };
}

/** The pixels of a line on both sides of a place, each with its share of the value. */
function neighbours(place: number, length: number, outside: Moved['outside']): [pixel: number, share: number][] {
  const inside =
    outside === 'black' ? place : clipped(outside === 'reflection' ? reflected(place, length) : place, length);
  const first = Math.floor(inside);
  const pairs: [number, number][] = [
    [first, 1 - (inside - first)],
    [first + 1, inside - first],
  ];
  return pairs.filter(([pixel]) => pixel >= 0 && pixel < length);
}

function clipped(place: number, length: number): number {
  return Math.min(Math.max(place, 0), length - 1);
}

/** The image again and again, mirrored at its edges, which are half a pixel beyond the outermost centres. */
function reflected(place: number, length: number): number {
  const from = Math.abs(place + 0.5);
  const [times, rest] = [Math.floor(from / length), from % length];
  return (times % 2 === 0 ? rest : length - rest) - 0.5;
}
