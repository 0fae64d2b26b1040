/**
 * What the two processes of the comparison of single steps are asked, and what they answer.
 *
 * @module
 */

/** Files both sides start from: safetensors with the weights, and with `images` and `labels`. */
export interface PrepareCommand {
  readonly weights: string;
  readonly data: string;
  readonly threads: number;
}

export type StepName = 'standard' | 'adversarial' | 'tiny';

export interface RunCommand {
  readonly workload: StepName;
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

export interface StepCommands {
  readonly prepare: { command: PrepareCommand; answer: PrepareAnswer };
  readonly run: { command: RunCommand; answer: RunAnswer };
}
