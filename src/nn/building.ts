/**
 * The building of a network: how large it may become, and what is left of one that could not be finished.
 *
 * @module
 */
import { ops, SaddlepointError, type DType, type Tensor } from '../engine/index.js';

interface Building {
  readonly limit: number;
  /** How many numbers more its weights may have. */
  left: number;
  /** Parameters and buffers so far. */
  readonly made: Tensor[];
}

let current: Building | undefined;

/**
 * Builds a network whose convolutions and linear layers have at most `limit` weights together. Of one that cannot be
 * built nothing stays alive.
 *
 * @throws SaddlepointError ARGUMENT for a larger one, before memory is taken for what is too much; what `build` throws
 */
export function buildWithin<Built>(limit: number, build: () => Built): Built {
  const [before, building] = [current, { limit, left: limit, made: [] }];
  current = building;
  try {
    return build();
  } catch (error) {
    for (const tensor of building.made as Tensor[]) tensor.dispose();
    throw error;
  } finally {
    current = before;
  }
}

/** Zeros for the weights of a layer, where the network under way may have so many. */
export function zeroWeights(shape: readonly number[], dtype: DType = 'float32'): Tensor {
  if (current !== undefined) {
    current.left -= shape.reduce((product, size) => product * size, 1);
    if (!(current.left >= 0)) {
      throw new SaddlepointError('ARGUMENT', `the network has more than the ${current.limit} weights there may be`);
    }
  }
  return ops.zeros(shape, { dtype });
}

/** Says that a parameter or buffer belongs to the network under way. */
export function belongsToBuilding(tensor: Tensor): void {
  current?.made.push(tensor);
}
