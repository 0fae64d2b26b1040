/**
 * A benchmark process that is sent commands as lines of JSON and answers each with a line of JSON. While
 * it waits it uses no processor, so that two of them can take turns.
 *
 * @module
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SaddlepointError } from '../../engine/errors.js';

/** Files both sides start from: safetensors with the weights, and with `images` and `labels`. */
export interface PrepareCommand {
  readonly do: 'prepare';
  readonly weights: string;
  readonly data: string;
  readonly threads: number;
}

export type WorkloadName = 'normal' | 'adversarial' | 'tiny';

export interface RunCommand {
  readonly do: 'run';
  readonly workload: WorkloadName;
  readonly steps: number;
}

export interface PrepareAnswer {
  readonly version: string;
  readonly threads: number;
}

export interface RunAnswer {
  readonly seconds: number;
  /** Of the last step. */
  readonly loss: number;
}

export class Worker {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(name: string, command: string, values: readonly string[], environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.#child = spawn(command, values, {
      env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  ask(command: PrepareCommand): Promise<PrepareAnswer>;
  ask(command: RunCommand): Promise<RunAnswer>;
  async ask(command: PrepareCommand | RunCommand): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) {
      throw new SaddlepointError('INTERNAL', `the ${this.name} process ended during ${JSON.stringify(command)}`);
    }
    return JSON.parse(answer.value) as unknown;
  }

  close(): void {
    this.#child.stdin.end();
  }
}
