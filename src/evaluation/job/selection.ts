/**
 * Which examples of a split are evaluated: the first ones, or a sample by a seed.
 *
 * @module
 */
import { count, type Split } from '../../data/index.js';
import { RandomStream, requireInteger, SaddlepointError, tidy } from '../../engine/index.js';

export interface Selection {
  /** Positions in the split, ascending. */
  readonly positions: readonly number[];
  /** How results name them, e.g. `test[0:1000]`. */
  readonly name: string;
  /** Of a sample. */
  readonly seed?: number | undefined;
}

/**
 * Which examples of a split an evaluation is made on.
 *
 * @param seed of a random sample without repetition; without one, the first examples
 * @throws SaddlepointError ARGUMENT for more examples than there are
 */
export function selectExamples(split: Split, examples: number, seed?: number): Selection {
  requireInteger('examples', examples, 1);
  const total = count(split);
  if (examples > total) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected at most the ${total} examples of ${split.name}, received ${examples}. Ask for fewer`,
    );
  }
  if (seed === undefined) {
    return { positions: [...Array(examples).keys()], name: `${split.name}[0:${examples}]` };
  }
  requireInteger('the seed of the sample', seed, 0);
  const order = tidy(() => new RandomStream(seed, 'evaluation sample').permutation(total).toNumbers());
  const positions = order.slice(0, examples).sort((a, b) => a - b);
  return { positions, name: `${split.name}, ${examples} of ${total} drawn with seed ${seed}`, seed };
}
