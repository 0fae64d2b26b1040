/**
 * The base of every attack: the bookkeeping that must never be forgotten. A subclass writes its
 * mathematics in {@link Attack.search} and nothing else.
 *
 * @module
 */
import { describeValue, noGrad, ops, requireNumber, SaddlepointError, Tensor, tidy } from '../engine/index.js';
import type { ImageSource } from '../data/index.js';
import { evaluating, type Module } from '../nn/index.js';
import { entries, perExample } from './norms/shared.js';
import type { Objective } from './objectives/index.js';
import { runInParts, type RunInParts } from './run-in-parts.js';
import { ball, box, sequence } from './projections.js';
import type { ThreatModel } from './threat-models/threat-model.js';
import { batchOf, requireBatch, requireClasses } from './attacked-batch.js';
import { isTransformation, limit, type Transformation } from './threat-models/transformation.js';
import { checkedNetwork } from './checked-network.js';
import { AttackContext, type Observation, type AttackContextOptions } from './attack-context.js';
import type { AttackRandomness } from './attack-randomness.js';

/** What an attack found for each example of a batch. */
export interface AttackResult extends Observation {
  /** The adversarial images, float32 [N, C, H, W], within the budget and in [0, 1]. */
  readonly images: Tensor;
  /** Of a transformation: what each image was made with, float32 [N, P], from which anyone can make it again. */
  readonly parameters?: Tensor | undefined;
}

/** What a search found; it may leave the last look at the images to whoever needs it. */
export type SearchResult = Pick<AttackResult, 'images' | 'parameters'> & Partial<Observation>;

/** The base of all attacks: evaluation mode, budget, box and the bookkeeping; a subclass writes `search`. */
export abstract class Attack {
  /** What may change, measured by epsilon. */
  readonly norm: ThreatModel;
  /** The budget for images in [0, 1]. */
  readonly epsilon: number;
  readonly objective: Objective;
  /** Weight of the perturbation's size in what the search maximises; 0 for none. */
  readonly penalty: number;

  /** @throws SaddlepointError ARGUMENT for a budget that is not a number of at least 0, or is on the wrong scale. */
  constructor(norm: ThreatModel, epsilon: number, objective: Objective, penalty = 0) {
    norm.requireEpsilon(requireNumber('epsilon', epsilon, 0));
    this.penalty = requireNumber('penalty', penalty, 0);
    this.norm = norm;
    this.epsilon = epsilon;
    this.objective = objective;
  }

  /** As results write it, e.g. `pgd`. */
  abstract readonly name: string;

  /** Whether an example takes no further part once it is fooled. */
  readonly untilFooled: boolean = false;

  /** Passes of a randomised network that each look at it averages; 1 for one that draws nothing. */
  readonly draws: number = 1;

  /**
   * The noise of an attack on noisy copies, which the same randomness always gives: for methods that train on the
   * copies it looked at. Default: an attack has none.
   *
   * @param images float32 [N, C, H, W]
   * @returns float32 [S · N, C, H, W]: the first copy of every image, then the second
   */
  noiseOfCopies?(randomness: AttackRandomness, images: Tensor): Tensor;

  /** Finds the adversarial images of one batch. Runs without gradient recording, in a scope of its own. */
  protected abstract search(context: AttackContext): SearchResult;

  /**
   * Attacks a batch. The network is put into evaluation mode and left as it was; its gradients are not
   * touched; the result obeys budget and box.
   *
   * @example
   * const { images, fooled } = pgd({ epsilon: '8/255' }).run(model, readFileSync('cat.png'), [3], { seed: 1 });
   *
   * @param images float32 [N, C, H, W] in [0, 1], or another form that `imageTensor` reads
   * @param labels int64 [N]: the true classes; or their numbers
   * @param randomness the stream and the examples' indices; or a seed, and the examples count from 0. Default: seed 1
   * @param options see {@link AttackContextOptions.scaleFree}; an evaluation's attacks are
   * @returns new tensors; nothing else stays alive
   * @throws SaddlepointError ARGUMENT for images or labels of another form, or a budget larger than any perturbation
   *   of such images can be
   */
  run(
    model: Module,
    images: ImageSource,
    labels: Tensor | readonly number[],
    randomness: AttackRandomness | { readonly seed?: number; readonly indices?: Tensor } = {},
    options: Pick<AttackContextOptions, 'scaleFree'> = {},
  ): AttackResult {
    if (!(images instanceof Tensor && labels instanceof Tensor && 'stream' in randomness)) {
      return tidy(() => {
        const { images: made, labels: classes, ...known } = batchOf(model, images, labels, randomness);
        return this.run(model, made, classes, known, options);
      });
    }
    requireClasses(labels);
    this.requireFits(model, images, labels, randomness.indices);
    const { scaleFree = false } = options;
    return this.#enter(model, images, labels, randomness, { scaleFree, checked: true }, (context) => {
      const { value, success, ...found } = this.#found(images, this.search(context));
      const allowed = isTransformation(this.norm)
        ? this.#made(this.norm, images, found)
        : { images: this.enforce(images, found.images) };
      return {
        ...allowed,
        ...(value === undefined || success === undefined ? context.query(allowed.images) : { value, success }),
      };
    });
  }

  /**
   * As {@link run}, and other work goes on meanwhile: between some images and the next, as many at a time as take a
   * twentieth of a second. Results are those of `run` to rounding, whatever the parts.
   *
   * @throws SaddlepointError as {@link run}; INTERRUPTED after the signal
   */
  async runAsync(
    model: Module,
    images: ImageSource,
    labels: Tensor | readonly number[],
    randomness: AttackRandomness | { readonly seed?: number; readonly indices?: Tensor } = {},
    options: Pick<AttackContextOptions, 'scaleFree'> & RunInParts = {},
  ): Promise<AttackResult> {
    const batch = batchOf(model, images, labels, randomness);
    const { stream } = batch;
    try {
      requireClasses(batch.labels);
      this.requireFits(model, batch.images, batch.labels, batch.indices);
      const attack = (start: number, length: number) => {
        const part = (tensor: Tensor) => tensor.narrow(0, start, length);
        const own = { stream, indices: part(batch.indices) };
        return this.run(model, part(batch.images), part(batch.labels), own, options);
      };
      return await runInParts(batch.images.size(0), attack, options);
    } finally {
      for (const tensor of [batch.images, batch.labels, batch.indices]) tensor.dispose();
    }
  }

  /**
   * As {@link run}, but only the adversarial images, and as the search's projections leave them: within the
   * budget to a rounding error. Spares training the exact check, and a forward pass where the search ends
   * without having looked at its last iterate (measured: 5 % of the demo's training step).
   *
   * @param labels int64 [N], or float32 [N, K] with a distribution a row: an objective that takes none is given the
   *   class with the largest share
   */
  perturb(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): Tensor {
    this.requireFits(model, images, labels, randomness.indices);
    return this.#perturb(model, images, labels, randomness, true);
  }

  /**
   * Checks network and batch as {@link run} does.
   *
   * @throws SaddlepointError ARGUMENT for a batch or a budget that {@link run} refuses
   */
  requireFits(model: Module, images: Tensor, labels: Tensor, indices: Tensor): void {
    requireBatch(model, images, labels, indices);
    this.#requireScale(images);
  }

  /**
   * As {@link perturb}, of a batch that was checked with {@link requireFits}, which waits for the device.
   */
  perturbUnchecked(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): Tensor {
    return this.#perturb(model, images, labels, randomness, false);
  }

  #perturb(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness, checked: boolean): Tensor {
    const options = { scaleFree: false, checked };
    const found = (context: AttackContext) => this.#found(images, this.search(context)).images;
    return this.#enter(model, images, labels, randomness, options, found);
  }

  /**
   * A way of one's own to measure with an attack, whatever the logits' scale: checks, evaluation mode, no gradient
   * recording, a scope.
   */
  protected withContext<Result>(
    model: Module,
    images: Tensor,
    labels: Tensor,
    randomness: AttackRandomness,
    use: (context: AttackContext) => Result,
  ): Result {
    requireClasses(labels);
    this.requireFits(model, images, labels, randomness.indices);
    return this.#enter(model, images, labels, randomness, { scaleFree: true, checked: true }, use);
  }

  #enter<Result>(
    model: Module,
    images: Tensor,
    labels: Tensor,
    randomness: AttackRandomness,
    { scaleFree, checked }: { scaleFree: boolean; checked: boolean },
    use: (context: AttackContext) => Result,
  ): Result {
    const restore = evaluating(model);
    try {
      return tidy(() =>
        noGrad(() => {
          const penalty = this.penalty === 0 ? undefined : { norm: this.norm, weight: this.penalty };
          const network = checked ? checkedNetwork(model, labels) : model;
          return use(new AttackContext(network, this.objective, images, labels, randomness, { penalty, scaleFree }));
        }),
      );
    } finally {
      restore();
    }
  }

  /**
   * Brings candidates into the box [0, 1] and into the ball around the images. The ball is smaller by what
   * float32 may round, so that no iterate leaves the budget and the last projection changes none.
   */
  protected project(images: Tensor, candidates: Tensor): Tensor {
    const radius = this.norm.searchRadius(this.epsilon, entries(images.shape.slice(1)));
    return sequence(box, ball(this.norm, radius))(images, candidates);
  }

  /**
   * What leaves the attack obeys budget and box exactly, whatever the search did: projected in float64 to a
   * radius that leaves room for the error of float64 sums, measured again and shrunk by what it is too large,
   * and a pixel that float32 would round away from its image takes the next number towards it instead. So no
   * entry exceeds what was allowed, and the size, which grows with every entry, does not either.
   */
  private enforce(images: Tensor, candidates: Tensor): Tensor {
    return tidy(() => {
      const exact = images.to({ dtype: 'float64' });
      const wide = box(exact, candidates.to({ dtype: 'float64' }));
      const radius = this.norm.finalRadius(this.epsilon);
      const projected = this.norm.project(wide.sub(exact), radius);
      // A norm without sums makes no error.
      const allowed = radius === this.epsilon ? projected : shrunk(this.norm, projected, radius);
      const rounded = exact.add(allowed).to({ dtype: 'float32' });
      const beyond = rounded.to({ dtype: 'float64' }).sub(exact).abs().gt(allowed.abs());
      return ops.where(beyond, rounded.nextafter(images), rounded);
    });
  }

  /** Of a transformation the image is what its parameters make of the original, and nothing else. */
  #made(transformation: Transformation, images: Tensor, { parameters }: SearchResult) {
    const expected = [images.size(0), transformation.parameters(images.shape.slice(1))];
    if (parameters?.shape.join() !== expected.join()) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected the search of ${this.name} to return parameters of ${transformation.name}, float32 ` +
          `[${expected.join(', ')}], received ${describeValue(parameters)}`,
      );
    }
    const allowed = limit(parameters, this.epsilon);
    return { images: transformation.apply(images, allowed), parameters: allowed };
  }

  /** What a search returned, which attacks from outside may get wrong. */
  #found(images: Tensor, result: SearchResult): SearchResult {
    const found: unknown = (result as Partial<SearchResult> | undefined)?.images;
    if (found instanceof Tensor && found.shape.join() === images.shape.join() && found.dtype === 'float32')
      return result;
    const received = found === undefined ? describeValue(result) : `images ${describeValue(found)}`;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected the search of ${this.name} to return { images } as float32 [${images.shape.join(', ')}], ` +
        `received ${received}`,
    );
  }

  #requireScale(images: Tensor): void {
    const { name, counts, diameter } = this.norm;
    const most = diameter(images.shape.slice(1));
    if (this.epsilon <= most) return;
    const hint = counts !== undefined ? '' : `. Did you mean ${this.epsilon}/255?`;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an epsilon of at most ${Number(most.toFixed(4))}, the largest ${name} distance of images of ` +
        `shape [${images.shape.slice(1).join(', ')}] in [0, 1], received ${this.epsilon}${hint}`,
    );
  }
}

/** Perturbations that a projection may have left too large by rounding, scaled to size `radius`. */
function shrunk(norm: ThreatModel, perturbation: Tensor, radius: number): Tensor {
  const factor = norm
    .magnitude(perturbation)
    .clamp({ min: 2 ** -1000 })
    .reciprocal()
    .mul(radius);
  return perturbation.mul(perExample(factor.clamp({ max: 1 }), perturbation));
}

/**
 * The better of two results, an example at a time: a misclassified one before a correctly classified one,
 * then the one with the larger objective.
 */
export function better(first: AttackResult, second: AttackResult): AttackResult {
  return tidy(() => {
    const onlySecond = second.success.logicalAnd(first.success.logicalNot());
    const tie = second.success.eq(first.success).logicalAnd(second.value.gt(first.value));
    const take = onlySecond.logicalOr(tie);
    return { ...pick(take, first, second), success: ops.where(take, second.success, first.success) };
  });
}

/** The second's images, with what they were made with and their values, where `take` says so. */
function pick(take: Tensor, first: AttackResult, second: AttackResult) {
  const each = (old: Tensor, other: Tensor) => ops.where(perExample(take, old), other, old);
  return {
    images: each(first.images, second.images),
    value: each(first.value, second.value),
    ...(first.parameters && second.parameters && { parameters: each(first.parameters, second.parameters) }),
  };
}

/** As {@link better}, where there may be none yet. */
export function stronger(best: AttackResult | undefined, candidate: AttackResult): AttackResult {
  return best === undefined ? candidate : better(best, candidate);
}

/**
 * As {@link better}, but what has fooled the network is not replaced: so a result does not depend on when its batch
 * shrank.
 */
export function betterUntilFooled(found: AttackResult, next: AttackResult): AttackResult {
  return tidy(() => {
    const take = next.success.logicalOr(next.value.gt(found.value)).logicalAnd(found.success.logicalNot());
    return { ...pick(take, found, next), success: found.success.logicalOr(next.success) };
  });
}
