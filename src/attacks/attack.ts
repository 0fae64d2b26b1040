/**
 * The base of every attack: the bookkeeping that must never be forgotten. A subclass writes its
 * mathematics in {@link Attack.search} and nothing else.
 *
 * @module
 */
import {
  describeValue,
  grad,
  enableGrad,
  noGrad,
  ops,
  requireNumber,
  SaddlepointError,
  Tensor,
  tidy,
  type RandomStream,
} from '../engine/index.js';
import { misclassified, Module } from '../nn/index.js';
import type { Norm } from './norms/index.js';
import type { Objective } from './objectives/index.js';

/** What makes a run of an attack repeatable, whatever the batches. */
export interface AttackRandomness {
  /** Named by the seed and the purpose; restarts derive their own from it. */
  readonly stream: RandomStream;
  /** int64 [N]: the images' indices in their data set. */
  readonly indices: Tensor;
}

/** What the attacked network said of one batch of iterates. */
export interface Observation {
  /** Objective value of each example, float [N]. */
  readonly value: Tensor;
  /** Whether each example is misclassified, bool [N]. */
  readonly fooled: Tensor;
}

/** One batch under attack: all that a search may ask of the network. */
export class Victim {
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly randomness: AttackRandomness;
  readonly #model: Module;
  readonly #objective: Objective;

  constructor(model: Module, objective: Objective, images: Tensor, labels: Tensor, randomness: AttackRandomness) {
    this.#model = model;
    this.#objective = objective;
    this.images = images;
    this.labels = labels;
    this.randomness = randomness;
  }

  /** Looks at candidates without a gradient: one forward pass. */
  observe(candidates: Tensor): Observation {
    return tidy(() => this.#observation(noGrad(() => this.#model.forward(candidates))));
  }

  /** Looks, and also returns the objective's gradient with respect to the candidates; weights get none. */
  observeWithGradient(candidates: Tensor): Observation & { readonly gradient: Tensor } {
    return tidy(() => {
      const input = candidates.detach();
      input.requiresGrad = true;
      const logits = enableGrad(() => this.#model.forward(input));
      const value = enableGrad(() => this.#objective.value(logits, this.labels));
      const [gradient] = grad(
        enableGrad(() => value.sum()),
        [input],
      ) as [Tensor];
      return { gradient, value: value.detach(), fooled: misclassified(logits, this.labels) };
    });
  }

  #observation(logits: Tensor): Observation {
    return { value: this.#objective.value(logits, this.labels), fooled: misclassified(logits, this.labels) };
  }
}

export interface AttackResult extends Observation {
  /** The adversarial images, float32 [N, C, H, W], within the budget and in [0, 1]. */
  readonly images: Tensor;
}

/** The most by which float32 rounds a number up to 1, twice: once for the radius, once for image + perturbation. */
const ROUNDING = 2 ** -24;

export abstract class Attack {
  readonly norm: Norm;
  /** The budget for images in [0, 1]. */
  readonly epsilon: number;
  readonly objective: Objective;

  /** @throws SaddlepointError ARGUMENT for a budget that is not a number of at least 0, or is on the wrong scale. */
  constructor(norm: Norm, epsilon: number, objective: Objective) {
    requireNumber('epsilon', epsilon, 0);
    if (norm.name === 'linf' && epsilon > 1) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected an L-infinity epsilon of at most 1 for images in [0, 1], received ${epsilon}. Did you mean ${epsilon}/255?`,
      );
    }
    this.norm = norm;
    this.epsilon = epsilon;
    this.objective = objective;
  }

  /** As results write it, e.g. `pgd`. */
  abstract readonly name: string;

  /** Finds the adversarial images of one batch. Runs without gradient recording, in a scope of its own. */
  protected abstract search(victim: Victim): AttackResult;

  /**
   * Attacks a batch. The network is put into evaluation mode and left as it was; its gradients are not
   * touched; the result obeys budget and box.
   *
   * @param images float32 [N, C, H, W] in [0, 1]
   * @param labels int64 [N]: the true classes
   * @returns new tensors; nothing else stays alive
   * @throws SaddlepointError ARGUMENT for images or labels of another form
   */
  run(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): AttackResult {
    requireBatch(model, images, labels, randomness.indices);
    const modes = Array.from(model.modules(), ([, module]) => [module, module.training] as const);
    model.evaluate();
    try {
      return tidy(() =>
        noGrad(() => {
          const result = this.search(new Victim(model, this.objective, images, labels, randomness));
          return { ...result, images: this.enforce(images, result.images) };
        }),
      );
    } finally {
      for (const [module, training] of modes) module.training = training;
    }
  }

  /**
   * Brings candidates into the ball around the images and into the box [0, 1]. The ball is smaller by what
   * float32 may round (6e-8), so that no iterate leaves the budget and {@link enforce} changes none.
   */
  protected project(images: Tensor, candidates: Tensor): Tensor {
    const radius = Math.max(0, this.epsilon - ROUNDING);
    return images.add(this.norm.project(candidates.sub(images), radius)).clamp({ min: 0, max: 1 });
  }

  /**
   * What leaves the attack obeys budget and box exactly, whatever the search did: projected in float64,
   * and a pixel that float32 would round away from its image takes the next number towards it instead.
   */
  private enforce(images: Tensor, candidates: Tensor): Tensor {
    return tidy(() => {
      const exact = images.to({ dtype: 'float64' });
      const allowed = this.norm.project(candidates.to({ dtype: 'float64' }).sub(exact), this.epsilon);
      const rounded = exact.add(allowed).clamp({ min: 0, max: 1 }).to({ dtype: 'float32' });
      const beyond = rounded.to({ dtype: 'float64' }).sub(exact).abs().gt(allowed.abs());
      return ops.where(beyond, rounded.nextafter(images), rounded);
    });
  }
}

function requireBatch(model: Module, images: Tensor, labels: Tensor, indices: Tensor): void {
  if (!(model instanceof Module)) {
    throw new SaddlepointError('ARGUMENT', `expected a model as a Module, received ${describeValue(model)}`);
  }
  if (!(images instanceof Tensor) || images.rank !== 4 || images.dtype !== 'float32') {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images as float32 [N, C, H, W] in [0, 1], received ${describe(images)}`,
    );
  }
  const [count = 0] = images.shape;
  for (const [name, tensor] of [
    ['labels', labels],
    ['indices', indices],
  ] as const) {
    if (!(tensor instanceof Tensor) || tensor.dtype !== 'int64' || tensor.rank !== 1 || tensor.shape[0] !== count) {
      throw new SaddlepointError('ARGUMENT', `expected ${name} as int64 [${count}], received ${describe(tensor)}`);
    }
  }
  // Written so that a NaN is outside too.
  const outside = tidy(() => images.ge(0).logicalAnd(images.le(1)).logicalNot().sum().item());
  if (outside > 0) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images in [0, 1], received ${outside} of ${images.size} values outside of it. Divide bytes by 255; normalise inside the model`,
    );
  }
}

function describe(value: unknown): string {
  return value instanceof Tensor ? String(value) : describeValue(value);
}

/**
 * The better of two results, an example at a time: a misclassified one before a correctly classified one,
 * then the one with the larger objective.
 */
export function better(first: AttackResult, second: AttackResult): AttackResult {
  return tidy(() => {
    const onlySecond = second.fooled.logicalAnd(first.fooled.logicalNot());
    const tie = second.fooled.eq(first.fooled).logicalAnd(second.value.gt(first.value));
    const take = onlySecond.logicalOr(tie);
    const each = take.reshape([-1, ...first.images.shape.slice(1).map(() => 1)]);
    return {
      images: ops.where(each, second.images, first.images),
      value: ops.where(take, second.value, first.value),
      fooled: ops.where(take, second.fooled, first.fooled),
    };
  });
}
