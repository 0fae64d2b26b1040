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
  answerIn,
  compiledFile,
  evenShares,
  ops,
  pack,
  packState,
  requireInteger,
  runtime,
  tidy,
  unpack,
  withThreads,
  WorkerThread,
  type Packed,
  type Tensor,
  type WorkerReply,
} from '../../engine/index.js';
import type { Attack } from '../../attacks/index.js';
import type { Batch } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { backendOf } from './attack-backend.js';
import { attackPart, type BatchAttacker, type PartAttack, type Position } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import type { PoolAttack, PoolTask } from './pool-messages.js';

type PoolThread = WorkerThread<PoolAttack, PoolTask, Packed>;

/** Makes a step's adversarial images in several threads. */
export class AttackPool implements BatchAttacker {
  readonly #workers: readonly PoolThread[];
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
    this.#threads = Math.max(1, Math.floor(runtime().threads / shares));
    const [file, who] = [
      compiledFile('training/acceleration/pool-worker.js'),
      'a thread that shares the attack of a step',
    ];
    this.#workers = Array.from({ length: shares - 1 }, () => new WorkerThread(file, attack, this.#threads, who));
  }

  /**
   * The adversarial images of a batch, float32 [N, C, H, W].
   *
   * @param model on the CPU; every share attacks its weights as they are now
   * @throws SaddlepointError MEMORY when a thread has ended for want of it, ENGINE when one does not start; else what
   *   one of them threw, with its code
   */
  perturb(model: Module, batch: Batch, position: Position): Tensor {
    // Until all have answered: what they multiply by may not change under them, nor they under what this thread does
    // next.
    return withThreads(this.#threads, () => this.#perturb(model, batch, position));
  }

  #perturb(model: Module, batch: Batch, position: Position): Tensor {
    return tidy(() => {
      const [own, ...others] = sharesOf(batch, this.#workers.length + 1) as [Batch, ...Batch[]];
      const busy: PoolThread[] = [];
      let ours: Tensor;
      let theirs: WorkerReply<Packed>[];
      try {
        others.forEach((share, number) => {
          const worker = this.#workers[number]!;
          const task = taskOf(model, share, position);
          worker.begin(task, [task.images, task.labels, task.indices, ...task.state.values()]);
          busy.push(worker);
        });
        ours = attackPart(this.#part, model, own, position);
      } finally {
        // Drain every worker even on error; a stale reply would be read as the next step's.
        theirs = busy.map((worker) => worker.wait());
      }
      return ops.cat([ours, ...theirs.map((reply) => unpack(answerIn(reply)))]);
    });
  }

  attackAt({ step }: Position): Attack {
    return this.#part.attack(step);
  }

  /** Ends the threads. */
  [Symbol.dispose](): void {
    for (const worker of this.#workers) void worker.close();
  }
}

function sharesOf({ images, labels, indices }: Batch, most: number): Batch[] {
  return evenShares(images.size(0), most).map(([start, end]) => {
    const take = (tensor: Tensor) => tensor.narrow(0, start, end - start);
    return { images: take(images), labels: take(labels), indices: take(indices) };
  });
}

function taskOf(model: Module, { images, labels, indices }: Batch, position: Position): PoolTask {
  return {
    position,
    state: packState(model.stateDict()),
    images: pack(images),
    labels: pack(labels),
    indices: pack(indices),
  };
}
