/**
 * Worker threads that share a task: each computes a part of it with a part of the machine's cores, so that they need
 * not wait for each other after every operator. The attack of a training step and of an evaluation are shared like
 * this.
 *
 * @module
 */
import type { Packed } from './packed.js';
import { runtime } from './runtime.js';
import type { WorkerReply } from './serve.js';
import { answerIn, WorkerThread } from './worker-thread.js';

/** What one worker is to do. */
export interface WorkerShare<Task> {
  readonly task: Task;
  /** What of the task need not be copied; it is gone here then. */
  readonly packed: Iterable<Packed>;
}

/** Of threads that serve by `engine/serve.ts`, all from the same module. */
export class WorkerPool<Start, Task, Answer> {
  readonly #workers: readonly WorkerThread<Start, Task, Answer>[];

  /**
   * @param size how many threads
   * @param file the compiled module
   * @param start plain data that each begins with
   * @param threads of each one's operators
   * @param who they are, for errors
   */
  constructor(size: number, file: string, start: Start, threads: number, who: string) {
    this.#workers = Array.from({ length: size }, () => new WorkerThread(file, start, threads, who));
  }

  get size(): number {
    return this.#workers.length;
  }

  /**
   * The answers to at most {@link size} shares, in their order, while this thread may do other things.
   *
   * @throws once all have answered, what the first that failed has thrown
   */
  async ask(shares: readonly WorkerShare<Task>[]): Promise<Answer[]> {
    const asked = shares.map(({ task, packed }, number) => this.#workers[number]!.ask(task, packed));
    // A reply that nobody waits for any more would be read as the next task's.
    await Promise.allSettled(asked);
    return Promise.all(asked);
  }

  /**
   * The answers to at most {@link size} shares, for which this call waits, and what this thread computes meanwhile.
   *
   * @throws once all have answered, what this thread's part has thrown, or the first that failed
   */
  beside<Own>(shares: Iterable<WorkerShare<Task>>, own: () => Own): { own: Own; answers: Answer[] } {
    const busy: WorkerThread<Start, Task, Answer>[] = [];
    let ours: Own;
    let replies: WorkerReply<Answer>[];
    try {
      // One begins before the next is packed.
      for (const { task, packed } of shares) {
        const worker = this.#workers[busy.length]!;
        worker.begin(task, packed);
        busy.push(worker);
      }
      ours = own();
    } finally {
      replies = busy.map((worker) => worker.wait());
    }
    return { own: ours, answers: replies.map(answerIn) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

/** How many threads each of so many that compute at the same time has for its operators. */
export function threadsEach(many: number): number {
  return Math.max(1, Math.floor(runtime().threads / many));
}
