/**
 * One batch under attack, and what a search may ask of the network.
 *
 * @module
 */
import {
  advance,
  enableGrad,
  enterScope,
  grad,
  keep,
  noGrad,
  ops,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../engine/index.js';
import { classLogits, largestClass, misclassified, type Module } from '../nn/index.js';
import type { AttackRandomness } from './attack-randomness.js';
import type { Objective } from './objectives/index.js';
import type { ThreatModel } from './threat-models/threat-model.js';

/** What the attacked network said of one batch of iterates. */
export interface Observation {
  /** Objective value of each example, less its norm penalty where there is one, float [N]. */
  readonly value: Tensor;
  /** Whether each example is misclassified, bool [N]. */
  readonly success: Tensor;
}

/** Subtracts `weight` times the size of the perturbation from the objective. */
export interface Penalty {
  readonly norm: ThreatModel;
  readonly weight: number;
}

/**
 * Logits of an image that differ by no more than the first number are taken to differ by the second: between them lies
 * what networks say, and far below, cross-entropy is linear and mistakes the mean of the wrong classes for the nearest
 * one.
 */
const [FLAT, USUAL] = [2, 10] as const;
/** The most that logits are multiplied by. */
const LARGEST_FACTOR = 1e6;

/** How a context scores a search's candidates. */
export interface AttackContextOptions {
  readonly penalty?: Penalty | undefined;
  /**
   * Whether logits that hardly differ are brought to a usual scale for an objective whose direction depends on it: so
   * that the number an evaluation gives does not depend on it. Default: false, the objective as it is, as training has
   * it.
   */
  readonly scaleFree?: boolean | undefined;
  /** Of the context that this one is a part of. */
  readonly inherited?: Inherited | undefined;
}

/** What a subset has from the context it is a part of. */
interface Inherited {
  readonly clean: Tensor | undefined;
  readonly targets: Tensor | undefined;
  readonly factor: Tensor | undefined;
}

/** One batch under attack: all that a search may ask of the network. */
export class AttackContext {
  readonly images: Tensor;
  /** int64 [N]: the true classes; of labels that are distributions, those with the largest share. */
  readonly labels: Tensor;
  /** What the objective is given: distributions where it takes them. */
  readonly #truth: Tensor;
  readonly randomness: AttackRandomness;
  readonly #model: Pick<Module, 'forward'>;
  readonly #objective: Objective;
  readonly #targets: Tensor | undefined;
  /** float [N, K]: logits of the unperturbed images, where the objective compares with them. */
  readonly #clean: Tensor | undefined;
  readonly #penalty: Penalty | undefined;
  readonly #scaleFree: boolean;
  /**
   * float [N]: what the objective's logits are multiplied by, see {@link Objective.dependsOnScale}; from the first look
   * on.
   */
  #factor: Tensor | undefined;
  /** What {@link dispose} frees: nothing, unless this is a subset. */
  readonly #owned: Tensor[] = [];
  readonly #isSubset: boolean;

  /**
   * A targeted objective's targets are chosen here, from the unperturbed images, unless they are inherited; so is what
   * the network says of these images, where the objective asks for it. They stay alive with the scope.
   */
  constructor(
    model: Pick<Module, 'forward'>,
    objective: Objective,
    images: Tensor,
    labels: Tensor,
    randomness: AttackRandomness,
    { penalty, scaleFree = false, inherited }: AttackContextOptions = {},
  ) {
    this.#model = model;
    this.#objective = objective;
    this.images = images;
    this.labels = largestClass(labels);
    this.#truth = objective.takesDistributions === true ? labels : this.labels;
    this.randomness = randomness;
    this.#penalty = penalty;
    this.#scaleFree = scaleFree && objective.dependsOnScale === true;
    this.#isSubset = inherited !== undefined;
    if (inherited !== undefined) {
      this.#targets = inherited.targets;
      this.#clean = inherited.clean;
      this.#factor = inherited.factor;
      return;
    }
    // Not by `dispose`, as a search's state may hold this context and be left.
    enterScope({ dispose: () => this.#factor?.dispose() });
    const { targets, comparesWithClean = false } = objective;
    this.#clean = comparesWithClean ? tidy(() => noGrad(() => this.logits(images))) : undefined;
    this.#targets =
      targets &&
      tidy(() =>
        targets.choose(
          noGrad(() => this.logits(images)),
          this.labels,
          randomness,
        ),
      );
  }

  /**
   * The same attack on some of its examples: images, labels, indices and targets stay aligned, and nothing is chosen
   * anew.
   *
   * The subset holds copies. It is owned as a tensor is: by the scope it was made in, by what that scope returns, or
   * by the state of an `advance` that carries it on; `dispose` frees it sooner.
   *
   * @param rows int64 [M], M of 0 to N: which of this context's examples, on the images' device
   */
  subset(rows: Tensor): AttackContext {
    const { images, labels, indices, targets, clean, factor } = tidy(() => {
      const take = (tensor: Tensor) =>
        tensor.indexSelect(0, tensor.device === rows.device ? rows : rows.to({ device: tensor.device }));
      return {
        images: take(this.images),
        labels: take(this.#truth),
        indices: take(this.randomness.indices),
        targets: this.#targets && take(this.#targets),
        clean: this.#clean && take(this.#clean),
        factor: this.#factor && take(this.#factor),
      };
    });
    const randomness = { stream: this.randomness.stream, indices };
    const options = { penalty: this.#penalty, scaleFree: this.#scaleFree, inherited: { targets, clean, factor } };
    const smaller = new AttackContext(this.#model, this.#objective, images, labels, randomness, options);
    const classes = smaller.labels === labels ? undefined : smaller.labels;
    for (const tensor of [images, labels, classes, indices, targets, clean, factor])
      if (tensor) smaller.#owned.push(keep(tensor));
    enterScope(smaller);
    return smaller;
  }

  /**
   * The same attack on another function, made from the network's.
   *
   * @param answer the logits of candidates, [N, K], by the network's forward pass; leaves intermediate results for
   *   autograd to the scope it is called in
   */
  through(answer: (forward: Module['forward'], candidates: Tensor) => Tensor): AttackContext {
    const forward: Module['forward'] = (candidates) => this.#model.forward(candidates);
    const other = { forward: (candidates: Tensor) => answer(forward, candidates) };
    const { images, randomness } = this;
    const options = { penalty: this.#penalty, scaleFree: this.#scaleFree };
    return new AttackContext(other, this.#objective, images, this.#truth, randomness, options);
  }

  /** Frees what a {@link subset} holds. The context an attack was given owns nothing and is not changed. */
  dispose(): void {
    for (const tensor of this.#owned) tensor.dispose();
  }

  /** Looks at candidates without a gradient: one forward pass. */
  query(candidates: Tensor): Observation {
    return tidy(() =>
      noGrad(() => {
        const logits = this.logits(candidates);
        return { value: this.#valueOf(candidates, logits), success: this.#success(logits) };
      }),
    );
  }

  /** Looks, and also returns the objective's gradient with respect to the candidates; weights get none. */
  queryWithGradient(candidates: Tensor): Observation & { readonly gradient: Tensor } {
    return tidy(() => {
      const { gradient, value, logits } = this.#differentiate(candidates);
      return { gradient, value, success: this.#success(logits) };
    });
  }

  /**
   * As {@link queryWithGradient}, averaged over several passes of a randomised network: expectation over
   * transformation (Athalye et al., "Synthesizing Robust Adversarial Examples", ICML 2018). Value and gradient
   * are averaged, and an example counts as fooled when more than half of the passes are wrong, so that no lucky draw
   * counts.
   */
  queryExpectation(candidates: Tensor, samples: number): Observation & { readonly gradient: Tensor } {
    if (samples === 1) return this.queryWithGradient(candidates);
    return tidy(() => {
      const draw = () => {
        const { gradient, value, logits } = this.#differentiate(candidates);
        return { gradient, value, wrong: this.#success(logits).to({ dtype: value.dtype }) };
      };
      let sums = draw();
      for (let sample = 1; sample < samples; sample += 1) {
        sums = advance(sums, ({ gradient, value, wrong }) => {
          const next = draw();
          return {
            gradient: gradient.add(next.gradient),
            value: value.add(next.value),
            wrong: wrong.add(next.wrong),
          };
        });
      }
      const { gradient, value, wrong } = sums;
      return {
        gradient: gradient.div(samples),
        value: value.div(samples),
        success: wrong.gt(samples / 2),
      };
    });
  }

  /** What {@link queryExpectation} says of the gradient, for those who ask nothing else. */
  gradient(candidates: Tensor, samples = 1): Tensor {
    return tidy(() =>
      samples === 1 ? this.#differentiate(candidates).gradient : this.queryExpectation(candidates, samples).gradient,
    );
  }

  /** Leaves intermediate results to the scope it is called in. */
  #success(logits: Tensor): Tensor {
    const wrong = misclassified(logits, this.labels);
    return this.#objective.ignoresLabels === true ? wrong.logicalOr(wrong.logicalNot()) : wrong;
  }

  /** One forward and one backward pass. */
  #differentiate(candidates: Tensor): { gradient: Tensor; value: Tensor; logits: Tensor } {
    return tidy(() => {
      const input = candidates.detach();
      input.requiresGrad = true;
      const logits = enableGrad(() => this.logits(input));
      if (!logits.requiresGrad) throw withoutGradient();
      const value = enableGrad(() => this.#valueOf(input, logits));
      const [gradient] = grad(
        enableGrad(() => value.sum()),
        [input],
      ) as [Tensor];
      return { gradient, value: value.detach(), logits: logits.detach() };
    });
  }

  /** Leaves intermediate results for autograd to the scope it is called in. */
  #valueOf(candidates: Tensor, logits: Tensor): Tensor {
    const clean = this.#clean && this.#scaled(this.#clean);
    const objective = this.#objective.value(this.#scaled(logits), this.#truth, this.#targets, clean);
    if (this.#penalty === undefined) return objective;
    return objective.sub(this.#penalty.norm.magnitude(candidates.sub(this.images)), { alpha: this.#penalty.weight });
  }

  /**
   * The logits as the objective sees them. By how much an example's are multiplied is decided at the first look and
   * stays, so that its values can be compared. Where they differ as usual the factor is 1 and changes no bit.
   */
  #scaled(logits: Tensor): Tensor {
    if (!this.#scaleFree) return logits;
    if (this.#factor === undefined) {
      this.#factor = keep(factorOf(logits));
      if (this.#isSubset) this.#owned.push(this.#factor);
    }
    return logits.mul(this.#factor.unsqueeze(1));
  }

  /**
   * Logits of at least two classes, float [N, K]: a single logit z becomes (-z/2, z/2), whose softmax is the sigmoid of
   * z. Leaves intermediate results for autograd to the scope it is called in.
   */
  logits(candidates: Tensor): Tensor {
    return classLogits(this.#model.forward(candidates));
  }
}

function withoutGradient(): SaddlepointError {
  return new SaddlepointError(
    'ARGUMENT',
    'expected logits with a gradient to the images, received some without: the network computes them in noGrad or ' +
      'from plain numbers. Attacks such as square ask for logits alone',
  );
}

function factorOf(logits: Tensor): Tensor {
  return tidy(() =>
    noGrad(() => {
      const spread = logits.amax({ dim: 1 }).sub(logits.amin({ dim: 1 }));
      const flat = spread.gt(0).logicalAnd(spread.lt(FLAT));
      const factor = spread.reciprocal().mul(USUAL).clamp({ max: LARGEST_FACTOR });
      return ops.where(flat, factor, ops.zerosLike(factor).add(1));
    }),
  );
}
