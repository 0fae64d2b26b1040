/**
 * The attack on all networks side by side: one that fails stays behind, and the others go on.
 *
 * @module
 */
import type { AttackRun } from './attack-run.js';

export class AttackRuns {
  readonly runs: readonly AttackRun[];
  readonly #problems: (string | undefined)[];

  /** @param problems why a network cannot be attacked at all, in the runs' order */
  constructor(runs: readonly AttackRun[], problems: readonly (string | undefined)[] = []) {
    this.runs = runs;
    this.#problems = runs.map((_, i) => problems[i]);
  }

  /** Why a network computes no further; undefined where it does. */
  problem(number: number): string | undefined {
    return this.#problems[number];
  }

  /** The step that all networks that go on have reached; where none goes on, the last computed. It never falls. */
  get computed(): number {
    const going = this.#going();
    const steps = (runs: readonly AttackRun[]) => runs.map(({ frames }) => frames.length - 1);
    return going.length > 0 ? Math.min(...steps(going)) : Math.max(0, ...steps(this.runs));
  }

  /**
   * One more step of those that are not ahead.
   *
   * @throws Error where no network goes on
   */
  async advance(): Promise<void> {
    const step = this.computed;
    const behind = this.#going().filter(({ frames }) => frames.length - 1 === step);
    await Promise.all(behind.map((run) => this.#advance(run)));
    if (this.#going().length === 0) throw new Error(`No network computes any further: ${this.#problems[0]!}`);
  }

  async #advance(run: AttackRun): Promise<void> {
    try {
      await run.advance();
    } catch (error) {
      this.#problems[this.runs.indexOf(run)] = (error as Error).message;
    }
  }

  #going(): readonly AttackRun[] {
    return this.runs.filter((_, number) => this.#problems[number] === undefined);
  }
}
