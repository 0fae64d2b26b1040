/**
 * A copy of all that a training changes: weights, statistics, the optimizer's memory, the average.
 *
 * @module
 */
import { keep, noGrad, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import type { Optimizer } from '../../optim/index.js';

/** The state of a run, as it goes on changing. */
export interface RunState {
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** The running average of the weights, where there is one. */
  readonly average?: Module | undefined;
}

type Part = Pick<Optimizer, 'stateDict' | 'loadStateDict'>;

export class Snapshot implements Disposable {
  readonly #parts: readonly (readonly [prefix: string, part: Part])[];
  #copies = new Map<string, Tensor>();

  /** Begins with a copy of the state as it is. */
  constructor({ model, optimizer, average }: RunState) {
    this.#parts = [
      ['model/', model],
      ['optimizer/', optimizer],
      ...(average === undefined ? [] : ([['average/', average]] as const)),
    ];
    this.take();
  }

  /** Copies the state as it is now, in place of what was copied before. */
  take(): void {
    this.#copy([...this.#now()]);
  }

  /** Puts the copy back, to the bit. */
  restore(): void {
    for (const [prefix, part] of this.#parts) {
      const own = [...this.#copies].filter(([name]) => name.startsWith(prefix));
      part.loadStateDict(new Map(own.map(([name, copy]) => [name.slice(prefix.length), copy])));
    }
  }

  /** The copies themselves. */
  stateDict(): ReadonlyMap<string, Tensor> {
    return this.#copies;
  }

  /** Takes over what {@link stateDict} gave. @throws SaddlepointError CHECKPOINT where it is of another network */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    const lacking = [...this.#now()].find(
      ([name, tensor]) => !name.startsWith('optimizer/') && state.get(name)?.shape.join() !== tensor.shape.join(),
    );
    if (lacking !== undefined)
      throw new SaddlepointError(
        'CHECKPOINT',
        `the checkpoint has no last good weights that fit this run: expected good/${lacking[0]} of shape ` +
          `[${lacking[1].shape.join(', ')}]. Was it written without training.overfittingWatch? Use another run name`,
      );
    this.#copy([...state]);
  }

  [Symbol.dispose](): void {
    this.#copy([]);
  }

  #now(): Map<string, Tensor> {
    const named = this.#parts.flatMap(([prefix, part]) =>
      [...part.stateDict()].map(([name, tensor]) => [prefix + name, tensor] as const),
    );
    return new Map(named);
  }

  #copy(tensors: readonly (readonly [string, Tensor])[]): void {
    const copyOf = (tensor: Tensor) => tidy(() => keep(noGrad(() => tensor.clone())));
    const copies = tensors.map(([name, tensor]) => [name, copyOf(tensor)] as const);
    for (const copy of this.#copies.values()) copy.dispose();
    this.#copies = new Map(copies);
  }
}
