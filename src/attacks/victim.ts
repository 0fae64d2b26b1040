/**
 * One batch under attack, and what a search may ask of the network.
 *
 * @module
 */
import { enableGrad, grad, noGrad, ops, tidy, type RandomStream, type Tensor } from '../engine/index.js';
import { misclassified, type Module } from '../nn/index.js';
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
