/**
 * The images a masking report attacks, and the attacks on them.
 *
 * @module
 */
import {
  attackOf,
  crossEntropyObjective,
  marginObjective,
  NORMS,
  AttackContext,
  withRestarts,
  type AttackDescription,
  type ThreatModelName,
  type Objective,
} from '../../attacks/index.js';
import { noGrad, RandomStream, SaddlepointError, tidy } from '../../engine/index.js';
import { type Batch, type Split } from '../../data/index.js';
import { misclassified, type Module } from '../../nn/index.js';
import { walkBatches } from '../batch-walk.js';

export interface SubjectOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onAttack: (name: string) => void;
}

/** A network in evaluation mode, and the positions of the images it gets right. */
export class Subject {
  readonly #model: Module;
  readonly #split: Split;
  readonly #options: SubjectOptions;
  readonly #stream: RandomStream;
  /** In the split. */
  readonly positions: readonly number[];

  private constructor(model: Module, split: Split, positions: readonly number[], options: SubjectOptions) {
    this.#model = model;
    this.#split = split;
    this.positions = positions;
    this.#options = options;
    this.#stream = new RandomStream(options.seed, 'masking');
  }

  /** Keeps the images among these that the network gets right. */
  static async of(model: Module, split: Split, sample: readonly number[], options: SubjectOptions): Promise<Subject> {
    const all = new Subject(model, split, sample, options);
    const wrong = await all.#each('clean', ({ images, labels }) =>
      tidy(() => noGrad(() => misclassified(model.forward(images), labels)).toNumbers()),
    );
    return new Subject(
      model,
      split,
      sample.filter((_, row) => !wrong[row]!),
      options,
    );
  }

  /** Which examples an attack fools; `judged` is asked instead of the attacked network, for transfer. */
  async fooledBy(
    name: string,
    description: AttackDescription,
    restarts = 1,
    attacked: Module = this.#model,
  ): Promise<boolean[]> {
    const attack = attackOf(description);
    return this.#each(name, ({ images, labels, indices }) =>
      tidy(() => {
        const randomness = { stream: this.#stream.derive(description.name), indices };
        const found = withRestarts(attack, restarts, attacked, images, labels, randomness, { scaleFree: true });
        if (attacked === this.#model) return found.success.toNumbers();
        return noGrad(() => misclassified(this.#model.forward(found.images), labels)).toNumbers();
      }),
    );
  }

  /** Which images have no gradient of the objective: all entries zero, or one not a number. */
  async withoutGradient(objective: Objective = crossEntropyObjective): Promise<boolean[]> {
    return this.#each('gradients', (batch) =>
      tidy(() => {
        const { gradient } = this.#context(batch, objective).queryWithGradient(batch.images);
        const size = gradient.abs().flatten({ startDim: 1 }).sum([1]);
        return size.gt(0).logicalAnd(size.isfinite()).logicalNot().toNumbers();
      }),
    );
  }

  /** Which images' margins a step of `length` along their gradient raises. */
  async raisedByStep(norm: ThreatModelName, length: number): Promise<boolean[]> {
    return this.#each('loss surface', (batch) =>
      tidy(() => {
        const context = this.#context(batch, marginObjective);
        const { gradient, value } = context.queryWithGradient(batch.images);
        // Along the gradient itself where the norm's step is made of few entries, which need not be smooth.
        const direction = NORMS[norm === 'linf' ? 'linf' : 'l2'].steepestAscent(gradient);
        return context
          .query(batch.images.add(direction.mul(length)))
          .value.gt(value)
          .toNumbers();
      }),
    );
  }

  #context({ images, labels, indices }: Batch, objective: Objective): AttackContext {
    return new AttackContext(this.#model, objective, images, labels, { stream: this.#stream, indices });
  }

  async #each(name: string, flagsOf: (batch: Batch) => number[]): Promise<boolean[]> {
    const { batchSize, signal, onAttack } = this.#options;
    const flags: boolean[] = [];
    const between = () => {
      if (signal?.aborted === true) throw new SaddlepointError('INTERRUPTED', 'the masking report was stopped');
    };
    const walk = { model: this.#model, split: this.#split, positions: this.positions, batchSize, between };
    await walkBatches(walk, (batch) => {
      flags.push(...flagsOf(batch).map((flag) => flag !== 0));
    });
    onAttack(name);
    return flags;
  }
}
