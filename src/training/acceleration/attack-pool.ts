/**
 * Several threads that share the attack of every training step. Each attacks a part of the batch with a part of the
 * machine's cores, so that they need not wait for each other after every operator; the weights stand still meanwhile.
 * The calling thread takes a share too, and waits for the others.
 *
 * The images are those of one thread to float rounding: a run computes as it began, with as many shares.
 *
 * @module
 */
import {
  compiledFile,
  evenShares,
  lendLists,
  lendState,
  ops,
  requireInteger,
  takeBack,
  threadsEach,
  tidy,
  unpack,
  withThreads,
  WorkerPool,
  type LentLists,
  type Packed,
  type Tensor,
  type WorkerShare,
} from '../../engine/index.js';
import type { Attack } from '../../attacks/index.js';
import { packBatch, partOfBatch, type Batch } from '../../data/index.js';
import { AttackNetwork, searchedNetwork } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { backendOf } from './attack-backend.js';
import { attackOn, type BatchAttacker, type PartAttack, type Position } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import type { PoolAttack, PoolTask } from './pool-messages.js';

const WHO = 'a thread that shares the attack of a step';

/** Makes a step's adversarial images in several threads. */
export class AttackPool implements BatchAttacker {
  readonly #workers: WorkerPool<PoolAttack, PoolTask, Packed>;
  readonly #part: PartAttack;
  /** Of each share's operators. */
  readonly #threads: number;

  /**
   * @param shares how many parts a batch has, at least 2
   * @throws SaddlepointError ARGUMENT for fewer; ENGINE when the sources are not compiled
   */
  constructor(attack: PoolAttack, shares: number) {
    requireInteger('shares', shares, 2);
    this.#part = {
      attack: attackSchedule(attack.attack, attack.changes, attack.steps),
      backend: backendOf(attack.backend),
      seed: attack.seed,
    };
    this.#threads = threadsEach(shares);
    const file = compiledFile('training/acceleration/pool-worker.js');
    this.#workers = new WorkerPool(shares - 1, file, attack, this.#threads, WHO);
  }

  /**
   * The adversarial images of a batch, float32 [N, C, H, W].
   *
   * @param model on the CPU; every share attacks its weights as they are now
   * @throws SaddlepointError MEMORY when a thread has ended for want of it, ENGINE when one does not start; else what
   *   one of them threw, with its code
   */
  perturb(model: Module, batch: Batch, position: Position): Tensor {
    return tidy(() => {
      const { backend } = this.#part;
      // By all cores, once for all threads.
      const network = searchedNetwork(model, backend);
      // Until all have answered: what they multiply by may not change under them, nor they under what this thread does
      // next.
      return withThreads(this.#threads, () => this.#perturb(model, network, batch, position));
    });
  }

  #perturb(model: Module, network: Module, batch: Batch, position: Position): Tensor {
    return tidy(() => {
      const spans = evenShares(batch.images.size(0), this.#workers.size + 1);
      const [ours, ...others] = spans.map(([start, end]) => partOfBatch(batch, start, end)) as [Batch, ...Batch[]];
      const state = lendState(model.stateDict());
      let prepared: LentLists | undefined;
      try {
        prepared = network instanceof AttackNetwork ? lendLists(network.prepared) : undefined;
        const shares = sharesOf({ position, state, prepared }, others);
        const { own, answers } = this.#workers.beside(shares, () => attackOn(this.#part, network, ours, position));
        return ops.cat([own, ...answers.map(unpack)]);
      } finally {
        takeBack(state);
        if (prepared !== undefined) takeBack(prepared.state);
      }
    });
  }

  attackAt({ step }: Position): Attack {
    return this.#part.attack(step);
  }

  /** Ends the threads. */
  [Symbol.dispose](): void {
    void this.#workers.close();
  }
}

function* sharesOf(common: Omit<PoolTask, 'batch'>, batches: readonly Batch[]): Generator<WorkerShare<PoolTask>> {
  for (const each of batches) {
    const batch = packBatch(each);
    const { images, labels, indices } = batch;
    yield { task: { ...common, batch }, packed: [images, labels, indices] };
  }
}
