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
import { ball, box, sequence } from './projections.js';

/** What makes a run of an attack repeatable, whatever the batches. */
export interface AttackRandomness {
  /** Named by the seed and the purpose; restarts derive their own from it. */
  readonly stream: RandomStream;
  /** int64 [N]: the images' indices in their data set. */
  readonly indices: Tensor;
}

/** What the attacked network said of one batch of iterates. */
export interface Observation {
  /** Objective value of each example, less its norm penalty where there is one, float [N]. */
  readonly value: Tensor;
  /** Whether each example is misclassified, bool [N]. */
  readonly fooled: Tensor;
}

/** Subtracts `weight` times the size of the perturbation from the objective. */
export interface Penalty {
  readonly norm: Norm;
  readonly weight: number;
}

/** One batch under attack: all that a search may ask of the network. */
export class Victim {
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly randomness: AttackRandomness;
  readonly #model: Module;
  readonly #objective: Objective;
  readonly #targets: Tensor | undefined;
  readonly #penalty: Penalty | undefined;

  /** A targeted objective's targets are chosen here, from the unperturbed images; they stay alive with the scope. */
  constructor(
    model: Module,
    objective: Objective,
    images: Tensor,
    labels: Tensor,
    randomness: AttackRandomness,
    penalty?: Penalty,
  ) {
    this.#model = model;
    this.#objective = objective;
    this.images = images;
    this.labels = labels;
    this.randomness = randomness;
    this.#penalty = penalty;
    const { targets } = objective;
    this.#targets =
      targets &&
      tidy(() =>
        targets.choose(
          noGrad(() => this.#logits(images)),
          labels,
          randomness,
        ),
      );
  }

  /** Looks at candidates without a gradient: one forward pass. */
  observe(candidates: Tensor): Observation {
    return tidy(() => noGrad(() => this.#observation(candidates, this.#logits(candidates))));
  }

  /** Looks, and also returns the objective's gradient with respect to the candidates; weights get none. */
  observeWithGradient(candidates: Tensor): Observation & { readonly gradient: Tensor } {
    return tidy(() => {
      const input = candidates.detach();
      input.requiresGrad = true;
      const { value, fooled } = enableGrad(() => this.#observation(input, this.#logits(input)));
      const [gradient] = grad(
        enableGrad(() => value.sum()),
        [input],
      ) as [Tensor];
      return { gradient, value: value.detach(), fooled };
    });
  }

  #observation(candidates: Tensor, logits: Tensor): Observation {
    const objective = this.#objective.value(logits, this.labels, this.#targets);
    const value =
      this.#penalty === undefined
        ? objective
        : objective.sub(this.#penalty.norm.magnitude(candidates.sub(this.images)), { alpha: this.#penalty.weight });
    return { value, fooled: misclassified(logits.detach(), this.labels) };
  }

  /** Logits of at least two classes: a single logit z becomes (-z/2, z/2), whose softmax is the sigmoid of z. */
  #logits(candidates: Tensor): Tensor {
    const logits = this.#model.forward(candidates);
    if (logits.dimension(1) > 1) return logits;
    return ops.cat([logits.div(-2), logits.div(2)], { dim: 1 });
  }
}

export interface AttackResult extends Observation {
  /** The adversarial images, float32 [N, C, H, W], within the budget and in [0, 1]. */
  readonly images: Tensor;
}

export abstract class Attack {
  readonly norm: Norm;
  /** The budget for images in [0, 1]. */
  readonly epsilon: number;
  readonly objective: Objective;
  /** Weight of the perturbation's size in what the search maximises; 0 for none. */
  readonly penalty: number;

  /** @throws SaddlepointError ARGUMENT for a budget that is not a number of at least 0, or is on the wrong scale. */
  constructor(norm: Norm, epsilon: number, objective: Objective, penalty = 0) {
    norm.requireEpsilon(requireNumber('epsilon', epsilon, 0));
    this.penalty = requireNumber('penalty', penalty, 0);
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
   * @throws SaddlepointError ARGUMENT for images or labels of another form, or a budget larger than any perturbation
   *   of such images can be
   */
  run(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness): AttackResult {
    requireBatch(model, images, labels, randomness.indices);
    this.#requireScale(images);
    const modes = Array.from(model.modules(), ([, module]) => [module, module.training] as const);
    model.evaluate();
    try {
      return tidy(() =>
        noGrad(() => {
          const penalty = this.penalty === 0 ? undefined : { norm: this.norm, weight: this.penalty };
          const result = this.search(new Victim(model, this.objective, images, labels, randomness, penalty));
          return { ...result, images: this.enforce(images, result.images) };
        }),
      );
    } finally {
      for (const [module, training] of modes) module.training = training;
    }
  }

  /**
   * Brings candidates into the box [0, 1] and into the ball around the images. The ball is smaller by what
   * float32 may round, so that no iterate leaves the budget and {@link enforce} changes none.
   */
  protected project(images: Tensor, candidates: Tensor): Tensor {
    const radius = this.norm.searchRadius(this.epsilon, sizeOf(images));
    return sequence(box, ball(this.norm, radius))(images, candidates);
  }

  /**
   * What leaves the attack obeys budget and box exactly, whatever the search did: projected in float64, to a
   * radius that leaves room for the error of float64 sums, and a pixel that float32 would round away from its
   * image takes the next number towards it instead. So no entry exceeds what was allowed, and the size, which
   * grows with every entry, does not either.
   */
  private enforce(images: Tensor, candidates: Tensor): Tensor {
    return tidy(() => {
      const exact = images.to({ dtype: 'float64' });
      const wide = box(exact, candidates.to({ dtype: 'float64' }));
      const allowed = this.norm.project(wide.sub(exact), this.norm.finalRadius(this.epsilon));
      const rounded = exact.add(allowed).to({ dtype: 'float32' });
      const beyond = rounded.to({ dtype: 'float64' }).sub(exact).abs().gt(allowed.abs());
      return ops.where(beyond, rounded.nextafter(images), rounded);
    });
  }

  #requireScale(images: Tensor): void {
    const { name, diameter } = this.norm;
    const most = diameter(sizeOf(images));
    if (this.epsilon <= most) return;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an epsilon of at most ${Number(most.toFixed(4))}, the largest ${name} distance of images of shape [${images.shape.slice(1).join(', ')}] in [0, 1], received ${this.epsilon}. Did you mean ${this.epsilon}/255?`,
    );
  }
}

/** Entries of one image. */
function sizeOf(images: Tensor): number {
  return images.shape.slice(1).reduce((product, length) => product * length, 1);
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
