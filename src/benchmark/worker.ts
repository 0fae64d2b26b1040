/**
 * A benchmark process that is sent commands as lines of JSON and answers each with a line of JSON. While
 * it waits it uses no processor, so that two of them can take turns.
 *
 * @module
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SaddlepointError } from '../engine/errors.js';
import { WAITING } from '../engine/waiting.js';

/** The commands of a process by name: what goes there, and what comes back. */
export type Protocol<Names extends string> = Readonly<Record<Names, { command: object; answer: object }>>;

/** Seconds an ended process may take to go. */
const PATIENCE = 10;
/** How much of what a process wrote to standard error is kept, in characters. */
const KEPT = 4000;

export class Worker<Names extends string, Commands extends Protocol<Names>> {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  #complaints = '';
  #failure: string | undefined;

  constructor(
    name: string,
    command: string,
    values: readonly string[],
    environment: Readonly<Record<string, string | undefined>> = {},
  ) {
    this.name = name;
    this.#child = spawn(command, values, {
      env: { ...process.env, ...WAITING, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.on('error', (error) => (this.#failure = error.message));
    this.#child.stdin.on('error', () => undefined); // it ended; the missing answer tells
    this.#child.stderr.on('data', (data: Buffer) => {
      this.#complaints = (this.#complaints + data.toString()).slice(-KEPT);
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @param limit seconds; then the process is killed
   * @throws SaddlepointError INTERNAL with the reason when the process answers that it failed, ends, or takes too long
   */
  async ask<Name extends Names>(
    name: Name,
    command: Commands[Name]['command'],
    limit = 3600,
  ): Promise<Commands[Name]['answer']> {
    this.#child.stdin.write(`${JSON.stringify({ do: name, ...command })}\n`);
    const timer = setTimeout(() => {
      this.#failure = `no answer to "${name}" within ${limit} s`;
      this.#child.kill('SIGKILL');
    }, limit * 1000);
    const line = await this.#answers.next().finally(() => {
      clearTimeout(timer);
    });
    if (line.done === true) {
      const reason = this.#failure ?? (await this.#lastWords());
      throw new SaddlepointError('INTERNAL', `${this.name} ended during "${name}": ${reason}`);
    }
    const answer = JSON.parse(line.value) as Commands[Name]['answer'] | { error: string };
    if ('error' in answer) throw new SaddlepointError('INTERNAL', `${this.name} failed: ${answer.error}`);
    return answer;
  }

  /** Why the process ended: what it said last, or how it went. */
  async #lastWords(): Promise<string> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      await Promise.race([once(this.#child, 'close'), new Promise((resolve) => setTimeout(resolve, 1000 * PATIENCE))]);
    }
    if (this.#failure !== undefined) return this.#failure;
    if (this.#child.signalCode !== null) return `killed by ${this.#child.signalCode}, as by a lack of memory`;
    return lastLine(this.#complaints) ?? `exit code ${this.#child.exitCode}`;
  }

  /** Ends the process and waits until it is gone, so that its memory is free for the next one. */
  async close(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return; // never began, or is gone
    const gone = once(this.#child, 'exit');
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE * 1000);
    await gone.finally(() => {
      clearTimeout(timer);
    });
  }
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
