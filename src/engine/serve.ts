/**
 * The other side of a {@link WorkerThread}: what the module of a thread calls, once.
 *
 * @module
 */
// Nothing here loads the engine: a thread that cannot load it has to be heard.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Packed } from './packed.js';
import type { ThreadFailure } from './threads.js';

/** Where the signal says {@link REPLIED} as soon as there is a reply, {@link ENDED} if none will ever come. */
export const STATE = 0;
export const [REPLIED, ENDED] = [1, 2];
/** Where it has the thread's number, as soon as the thread has loaded the engine. */
export const NUMBER = 1;

/** What a thread begins with. */
export interface WorkerStart<Start> {
  readonly start: Start;
  /** Of its operators. */
  readonly threads: number;
  /** Where its replies go. */
  readonly port: MessagePort;
  /** int32 each: {@link STATE} and {@link NUMBER}. */
  readonly signal: SharedArrayBuffer;
}

/** Plain data, without a tensor. */
export type WorkerReply<Answer> = { readonly answer: Answer } | { readonly failed: ThreadFailure };

export interface Served<Answer> {
  readonly answer: Answer;
  /** What of it need not be copied on its way. */
  readonly packed: readonly Packed[];
}

/**
 * Answers the tasks that come, one after the other, each in a scope of its own.
 *
 * @param open makes what does them, from what the thread begins with; imports what it needs, so that whoever waits
 *   hears of a module that does not load
 */
export async function serve(open: (start: never) => Promise<(task: never) => Served<unknown>>): Promise<void> {
  const { start, threads, port, signal } = workerData as WorkerStart<never>;
  const flags = new Int32Array(signal);
  const wake = (what: number) => {
    Atomics.store(flags, STATE, what);
    Atomics.notify(flags, STATE);
  };
  // Who waits for this thread cannot turn to anything else, not even to hear that it has ended.
  process.once('exit', () => {
    wake(ENDED);
  });
  const { describeFailure, threadNumber } = await import('./threads.js');
  const { importInherited } = await import('./imports.js');
  const { setOwnThreads } = await import('./runtime.js');
  const { tidy } = await import('./scopes.js');
  const { transferable } = await import('./packed.js');
  Atomics.store(flags, NUMBER, threadNumber());
  await importInherited();
  setOwnThreads(threads);
  const work = await open(start);
  parentPort!.on('message', (task) => {
    let reply: WorkerReply<unknown>;
    let packed: readonly Packed[] = [];
    try {
      const served = tidy(() => work(task as never));
      ({ packed } = served);
      reply = { answer: served.answer };
    } catch (error) {
      reply = { failed: describeFailure(error) };
    }
    port.postMessage(reply, transferable(packed));
    wake(REPLIED);
  });
}
