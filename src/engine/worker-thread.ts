/**
 * One thread that computes for another. It does one task at a time. Whoever asks waits for a promise, or, where what it
 * does is one synchronous call, in that call, without giving way to anything else.
 *
 * @module
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { SaddlepointError } from './errors.js';
import { transferable, type Packed } from './packed.js';
import { ENDED, NUMBER, REPLIED, STATE, type WorkerReply, type WorkerStart } from './serve.js';
import { describeFailure, endedEarly, errorOf, threadLives } from './threads.js';

/** Milliseconds of waiting after which a thread looks whether the other one is still there. */
const LOOK_EVERY = 200;
/** Seconds in which a thread must have loaded the engine. */
const START_WITHIN = 120;

/** Of a module that serves by `engine/serve.ts`. */
export class WorkerThread<Start, Task, Answer> {
  readonly #who: string;
  readonly #thread: Worker;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #started = performance.now();
  #failure: Error | undefined;

  /**
   * @param file the compiled module
   * @param start plain data that the module begins with
   * @param threads of its operators
   * @param who it is, for errors
   */
  constructor(file: string, start: Start, threads: number, who: string) {
    const { port1, port2 } = new MessageChannel();
    this.#who = who;
    this.#port = port1;
    const workerData: WorkerStart<Start> = { start, threads, port: port2, signal: this.#signal.buffer };
    this.#thread = new Worker(file, { workerData, transferList: [port2] });
    this.#thread.on('error', (error) => {
      this.#failure ??= endedEarly(who, error);
    });
    // Also while nobody waits for it.
    this.#thread.on('exit', () => {
      this.#failure ??= endedEarly(who);
    });
    // A process that has nothing else to do may end.
    this.#thread.unref();
    this.#port.unref();
  }

  /** @param packed what of the task need not be copied; it is gone here then */
  begin(task: Task, packed: Iterable<Packed>): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#thread.postMessage(task, transferable(packed));
  }

  /** Waits in this call for the reply, or for the end of the thread, of which nobody tells a thread that waits. */
  wait(): WorkerReply<Answer> {
    for (let ended = false; !ended;) {
      Atomics.wait(this.#signal, STATE, 0, LOOK_EVERY);
      // A reply that was waited for by a promise may have left its mark, without a message.
      ended = Atomics.compareExchange(this.#signal, STATE, REPLIED, 0) === ENDED || this.#isGone();
      const received = receiveMessageOnPort(this.#port)?.message as WorkerReply<Answer> | undefined;
      if (received !== undefined) return received;
    }
    this.#failure ??= endedEarly(this.#who);
    return { failed: describeFailure(this.#failure) };
  }

  /**
   * The answer to a task, while this thread may do other things; rejects with what was thrown, or if the thread ends.
   */
  async ask(task: Task, packed: Iterable<Packed>): Promise<Answer> {
    this.begin(task, packed);
    return answerIn(await this.#reply());
  }

  #reply(): Promise<WorkerReply<Answer>> {
    return new Promise((resolve) => {
      const received = (reply: WorkerReply<Answer>) => {
        this.#port.off('message', received);
        this.#thread.off('exit', ended);
        this.#port.unref();
        this.#thread.unref();
        resolve(reply);
      };
      const ended = () => {
        this.#failure ??= endedEarly(this.#who);
        received({ failed: describeFailure(this.#failure) });
      };
      this.#port.on('message', received); // and keeps the process
      this.#thread.on('exit', ended);
      // A thread that ends closes its port: then the thread itself keeps the process, until its end was heard.
      this.#thread.ref();
    });
  }

  /** Whether no reply will come any more. */
  #isGone(): boolean {
    const number = Atomics.load(this.#signal, NUMBER);
    if (number !== 0) return !threadLives(number);
    if (performance.now() - this.#started < 1000 * START_WITHIN) return false;
    this.#failure ??= new SaddlepointError('ENGINE', `${this.#who} did not start within ${START_WITHIN} seconds`);
    return true;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}

/**
 * The answer in a thread's reply.
 *
 * @throws what went wrong in the thread, with its code
 */
export function answerIn<Answer>(reply: WorkerReply<Answer>): Answer {
  if ('failed' in reply) throw errorOf(reply.failed);
  return reply.answer;
}
