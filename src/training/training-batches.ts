/**
 * The batches of a training: those of the data set, shuffled, and where the recipe asks for it a share of generated
 * images in each (Gowal et al., "Improving Robustness using Generated Data", NeurIPS 2021, section 4). Which images a
 * step sees follows from seed, epoch and position alone, so that a resumed run sees the same.
 *
 * An epoch has as many steps as without generated images; its own images are then a part of the data set, another one
 * each epoch. Every generated image is seen once before any is seen again.
 *
 * @module
 */
import { batches, count, gatherBatch, type Batch, type GeneratedImages, type Split } from '../data/index.js';
import { ops, RandomStream, tidy, type Tensor } from '../engine/index.js';

export interface BatchSource {
  readonly part: Split;
  readonly batchSize: number;
  readonly seed: number;
  /** Where a share of each batch comes from. Default: the data set alone. */
  readonly extra?: { readonly images: GeneratedImages; readonly share: number } | undefined;
}

/** The batches of an epoch from one of its steps on; each is the caller's to dispose. */
export function* trainingBatches(source: BatchSource, epoch: number, skip = 0): Generator<Batch> {
  const { part, batchSize, seed, extra } = source;
  const shuffle = new RandomStream(seed, 'shuffle', epoch);
  if (extra === undefined) {
    yield* batches(part, { batchSize, shuffle, skip });
    return;
  }
  const { images, share } = extra;
  const generatedOf = (size: number) => Math.round(share * size);
  const sizes = batchSizes(count(part), batchSize);
  const perEpoch = sizes.reduce((sum, size) => sum + generatedOf(size), 0);
  const generated = new GeneratedOrder(seed, images.count);
  using own = shuffle.permutation(count(part));
  let [taken, begin] = [0, epoch * perEpoch];
  for (const [step, size] of sizes.entries()) {
    const many = generatedOf(size);
    if (step >= skip) {
      using positions = own.narrow(0, taken, size - many);
      const places = generated.take(begin, many);
      yield tidy(() => {
        const [kept, added] = [gatherBatch(part, positions), images.take(places, part.images.device)];
        return mixed(kept, added, shuffle.derive('place', step));
      });
    }
    taken += size - many;
    begin += many;
  }
}

/** How many images each step of an epoch has: the last takes what is left. */
function batchSizes(examples: number, batchSize: number): number[] {
  return Array.from({ length: Math.ceil(examples / batchSize) }, (_, i) =>
    Math.min(batchSize, examples - i * batchSize),
  );
}

/** All generated images in a random order, again and again, each time in another. */
class GeneratedOrder {
  readonly #seed: number;
  readonly #count: number;
  #round = -1;
  #order: Int32Array = new Int32Array();

  constructor(seed: number, count: number) {
    this.#seed = seed;
    this.#count = count;
  }

  /** So many places in the file from the `begin`th of the whole training on. */
  take(begin: number, many: number): number[] {
    return Array.from({ length: many }, (_, i) => {
      const round = Math.floor((begin + i) / this.#count);
      if (round !== this.#round) {
        const order = new RandomStream(this.#seed, 'generated', round);
        this.#order = tidy(() => order.permutation(this.#count).to({ dtype: 'int32' }).toTypedArray()) as Int32Array;
        this.#round = round;
      }
      return this.#order[(begin + i) % this.#count]!;
    });
  }
}

/** Both in one batch, in a random order: methods attack the last images of a batch, which are of either kind then. */
function mixed(own: Batch, generated: Batch, stream: RandomStream): Batch {
  const order = stream.permutation(own.indices.size(0) + generated.indices.size(0));
  const inOrder = (name: keyof Batch, rows: Tensor) => ops.cat([own[name], generated[name]]).indexSelect(0, rows);
  const there = order.to({ device: own.images.device });
  return {
    images: inOrder('images', there),
    labels: inOrder('labels', there),
    indices: inOrder('indices', order),
  };
}
