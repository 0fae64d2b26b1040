/**
 * What the server tells a page of the runs. Types alone: both sides are compiled with them.
 *
 * @module
 */

/** What came to a curve: its points from the index `from` on are these. */
export interface CurveChange {
  readonly from: number;
  readonly step: readonly number[];
  readonly epoch: readonly number[];
  readonly seconds: readonly number[];
  readonly value: readonly number[];
}

/** `trained`: to its end, and not evaluated; `stopped`: neither, and nobody works on it. */
export type RunState = 'training' | 'evaluating' | 'finished' | 'trained' | 'stopped';

export interface RunStatus {
  readonly state: RunState;
  /** Who works on it, where somebody does: `process 12 on a, since …`. */
  readonly holder?: string;
}

/** A rate as the report writes it. */
export interface ShownRate {
  readonly error: string;
  readonly interval: string;
}

/** The robust error with what it was measured with, and what speaks against it. */
export interface ShownRobustRate extends ShownRate {
  readonly name: string;
  readonly settings: string;
  readonly bound: string;
  readonly doubt: string;
}

/** What a run's files say of it besides its curves. */
export interface ShownFacts {
  readonly dataset: string;
  readonly training: string;
  readonly architecture: string;
  /** `L∞ ≤ 8/255`; empty of a training without an attack. */
  readonly budget: string;
  readonly startedAt: string;
  /** The machine and how it computes, as label and value. */
  readonly machine: readonly (readonly [label: string, value: string])[];
  readonly clean: ShownRate | null;
  readonly robust: ShownRobustRate | null;
  /** What lies in the folder and is not shown, with the reason. */
  readonly remarks: readonly string[];
}

export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  /** When the last line was written. */
  readonly lastLine: string;
  /** From 0 to 1; null where nobody says how long it is to be. */
  readonly share: number | null;
  readonly epochs: number | null;
  /** In words: `12 min`; empty where it is not known, or nobody trains. */
  readonly left: string;
}

/** What a page shows of a run besides its curves. */
export interface RunCard {
  readonly name: string;
  readonly path: string;
  readonly status: RunStatus;
  readonly facts: ShownFacts;
  readonly progress: Progress | null;
  /** Errors on validation images, as measured last; null where they were not. */
  readonly validation: { readonly clean: number | null; readonly attacked: number | null };
}

/** Of `/pictures`: the last one of a tag. */
export interface ShownPicture {
  readonly tag: string;
  readonly step: number;
}

/** The event `run`. */
export interface RunUpdate {
  readonly card: RunCard;
  /** The curves before count no more. */
  readonly anew: boolean;
  readonly curves: Readonly<Record<string, CurveChange>>;
}

/** The event `gone`: the run's folder was removed. */
export interface RunGone {
  readonly name: string;
}

/** The event `ready`: all there is has been told. */
export interface RunsReady {
  readonly names: readonly string[];
}
