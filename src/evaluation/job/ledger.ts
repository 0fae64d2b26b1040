/**
 * What is known of each example, as the journal's lines tell it.
 *
 * @module
 */
import type { JournalLine } from './store.js';

type AttackLine = Extract<JournalLine, { kind: 'attack' }>;
export type Group = AttackLine['group'];

/** Where in the journal an example's adversarial image lies. */
export interface Found {
  readonly stage: string;
  readonly line: number;
  /** Of the images saved with that line. */
  readonly row: number;
}

/** What one stage did. */
export interface StageTally {
  /** Examples it was run on, and of these the fooled ones. */
  readonly attacked: Set<number>;
  readonly fooled: Set<number>;
  seconds: number;
}

export class Ledger {
  readonly #wrong = new Set<number>();
  readonly #seen = new Set<number>();
  readonly #found = new Map<number, Found>();
  readonly #rounds = new Map<string, Set<number>>();
  readonly #stages = new Map<string, StageTally>();
  #lines = 0;
  #cleanSeconds = 0;
  /** By stage: the sample it is tried on. */
  readonly audits = new Map<string, readonly number[]>();

  constructor(lines: readonly JournalLine[] = []) {
    for (const line of lines) this.add(line);
  }

  add(line: JournalLine): void {
    if (line.kind === 'audit') this.audits.set(line.stage, line.positions);
    if (line.kind === 'clean') {
      for (const position of line.positions) this.#seen.add(position);
      for (const position of line.wrong) this.#wrong.add(position);
      this.#cleanSeconds += line.seconds;
    }
    if (line.kind === 'attack') {
      const round = this.#round(line.stage, line.group, line.round);
      const tally = this.tally(line.stage);
      for (const position of line.positions) {
        round.add(position);
        tally.attacked.add(position);
      }
      line.fooled.forEach((position, row) => {
        tally.fooled.add(position);
        this.#found.set(position, { stage: line.stage, line: this.#lines, row });
      });
      tally.seconds += line.seconds;
    }
    this.#lines += 1;
  }

  /** Not looked at yet. */
  unseen(positions: readonly number[]): number[] {
    return positions.filter((position) => !this.#seen.has(position));
  }

  /** Classified correctly as they are, and fooled by nothing so far. */
  stillRobust(positions: readonly number[]): number[] {
    return positions.filter((position) => !this.#wrong.has(position) && !this.#found.has(position));
  }

  /** Those that a round has still to attack, in order. */
  remaining(positions: readonly number[], stage: string, group: Group, round: number): number[] {
    const done = this.#round(stage, group, round);
    return this.stillRobust(positions).filter((position) => !done.has(position));
  }

  isWrong(position: number): boolean {
    return this.#wrong.has(position);
  }

  found(position: number): Found | undefined {
    return this.#found.get(position);
  }

  tally(stage: string): StageTally {
    const tally = this.#stages.get(stage) ?? { attacked: new Set<number>(), fooled: new Set<number>(), seconds: 0 };
    this.#stages.set(stage, tally);
    return tally;
  }

  get seconds(): number {
    return [...this.#stages.values()].reduce((sum, { seconds }) => sum + seconds, this.#cleanSeconds);
  }

  #round(stage: string, group: Group, round: number): Set<number> {
    const key = `${stage} ${group} ${round}`;
    const done = this.#rounds.get(key) ?? new Set<number>();
    this.#rounds.set(key, done);
    return done;
  }
}
