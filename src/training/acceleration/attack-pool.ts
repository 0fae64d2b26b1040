/**
 * Several threads that share the attack of every training step. Each attacks a part of the batch with a part of the
 * machine's cores, so that they need not wait for each other after every operator; the weights stand still meanwhile.
 * The calling thread takes a share too, and waits for the others.
 *
 * The images are those of one thread to float rounding: a run computes as it began, with as many shares.
 *
 * @module
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { compiledFile, describeFailure, endedEarly, errorOf, evenShares, ops, pack, packState, requireInteger, runtime, SaddlepointError, threadLives, tidy, transferable, unpack, withThreads, type Tensor } from '../../engine/index.js'; // prettier-ignore
import type { Batch } from '../../data/index.js';
import type { Module } from '../../nn/index.js';
import { backendOf } from './attack-backend.js';
import { attackPart, type BatchAttacker, type PartAttack, type Position } from './attack-part.js';
import { attackSchedule } from '../attack-schedule.js';
import { ANSWERED, NUMBER, type PoolAnswer, type PoolAttack, type PoolStart, type PoolTask } from './pool-messages.js';

/** Milliseconds of waiting after which a thread looks whether the other one is still there. */
const LOOK_EVERY = 200;
/** Seconds in which a thread must have loaded the engine. */
const START_WITHIN = 120;

export class AttackPool implements BatchAttacker {
  readonly #workers: readonly PoolWorker[];
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
    this.#workers = Array.from({ length: shares - 1 }, () => new PoolWorker(attack, this.#threads));
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
      const busy = others.map((share, number) => {
        const worker = this.#workers[number]!;
        worker.begin(taskOf(model, share, position));
        return worker;
      });
      let ours: Tensor;
      let theirs: PoolAnswer[];
      try {
        ours = attackPart(this.#part, model, own, position);
      } finally {
        // All of them, also after an error: an answer left lying would be taken for the next step's.
        theirs = busy.map((worker) => worker.finish());
      }
      return ops.cat([ours, ...theirs.map(imagesOf)]);
    });
  }

  /** Ends the threads. */
  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.end();
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

function imagesOf(answer: PoolAnswer): Tensor {
  if ('failed' in answer) throw errorOf(answer.failed);
  return unpack(answer.images);
}

const WHO = 'a thread that shares the attack of a training step';

/** One thread, and the way to wait for it without giving way to anything else: a training step is one call. */
class PoolWorker {
  readonly #thread: Worker;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #started = performance.now();
  #failure: Error | undefined;

  constructor(attack: PoolAttack, threads: number) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: PoolStart = { ...attack, threads, port: port2, signal: this.#signal.buffer };
    this.#thread = new Worker(compiledFile('training/acceleration/pool-worker.js'), {
      workerData: start,
      transferList: [port2],
    });
    this.#thread.on('error', (error) => {
      this.#failure ??= endedEarly(WHO, error);
    });
    // A process whose training is done may end.
    this.#thread.unref();
    this.#port.unref();
  }

  begin(task: PoolTask): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#thread.postMessage(task, transferable([task.images, task.labels, task.indices, ...task.state.values()]));
  }

  /** Waits for the answer, or for the end of the thread, of which nobody tells a thread that waits. */
  finish(): PoolAnswer {
    while (Atomics.wait(this.#signal, ANSWERED, 0, LOOK_EVERY) === 'timed-out' && !this.#isGone());
    Atomics.store(this.#signal, ANSWERED, 0);
    const received = receiveMessageOnPort(this.#port)?.message as PoolAnswer | undefined;
    if (received !== undefined) return received;
    this.#failure ??= endedEarly(WHO);
    return { failed: describeFailure(this.#failure) };
  }

  /** Whether no answer will come any more. */
  #isGone(): boolean {
    const number = Atomics.load(this.#signal, NUMBER);
    if (number !== 0) return !threadLives(number);
    if (performance.now() - this.#started < 1000 * START_WITHIN) return false;
    this.#failure ??= new SaddlepointError('ENGINE', `${WHO} did not start within ${START_WITHIN} seconds`);
    return true;
  }

  end(): void {
    void this.#thread.terminate();
  }
}
