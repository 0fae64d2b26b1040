/**
 * What the processes of the benchmark are asked, and what they answer. `saddlepoint-workload.ts` and
 * `benchmarks/pytorch/workload.py` speak it.
 *
 * @module
 */
import type { OperatorTime } from '../engine/index.js';
import type { ModelDescription } from '../models/index.js';
import type { MachinePlan } from '../training/acceleration/plan-file.js';
import type { Worker } from './worker.js';

/** `attack`: adversarial images of one batch. `training`: those, and the update of the weights from them. */
export type Work = 'attack' | 'training';

export type BenchDevice = 'cpu' | 'cuda';

/** PGD in the L-infinity ball, from a random start. */
export interface BenchAttack {
  readonly epsilon: number;
  readonly stepSize: number;
  readonly steps: number;
}

/** How PyTorch at its best may compute. */
export interface Variant {
  readonly dtype: 'float32' | 'bfloat16';
  readonly channelsLast: boolean;
  readonly compiled: boolean;
  /** Of `torch.compile`; null: its default. */
  readonly mode: string | null;
  /** Whether the attack runs on a copy whose batch norms are folded into its convolutions. */
  readonly folded: boolean;
}

export interface PrepareWorkload {
  readonly network: ModelDescription;
  readonly attack: BenchAttack;
  /** Safetensors: the model's state dict, by PyTorch's names. */
  readonly weights: string;
  /** Safetensors: `images` uint8 [N, C, H, W] and `labels` int64 [N], the batch every repetition works on. */
  readonly data: string;
  readonly threads: number;
  readonly device: BenchDevice;
  /** Only PyTorch's processes look at these. */
  readonly way: 'article' | 'eager' | 'best';
  readonly variant: Variant | null;
  /** Only ours looks at it: how to compute; null measures. */
  readonly plan: MachinePlan | null;
}

export interface Prepared {
  /** Of LibTorch or PyTorch. */
  readonly version: string;
  readonly threads: number;
  readonly deviceName: string | null;
  /**
   * Mean cross-entropy of the batch in evaluation mode, in float32: equal on both sides, or they do not do the same.
   */
  readonly loss: number;
  /** Ours: how it computes. */
  readonly plan?: MachinePlan;
}

/** The process cannot do this, for a reason that is no failure. */
export interface Unavailable {
  readonly unavailable: string;
}

export interface RunWorkload {
  readonly work: Work;
  readonly repeats: number;
}

export interface Ran {
  /** All repetitions together. */
  readonly seconds: number;
  /** Training: of the last step. Attack: of the adversarial images, in evaluation mode. */
  readonly loss: number;
  /** Of the same images before an attack, as the weights are now. Training: as `loss`. */
  readonly clean: number;
  /** The most memory the process ever had resident. */
  readonly peakBytes: number;
  readonly peakDeviceBytes: number | null;
}

/** Where the time of some repetitions went, on the thread that calls; of ours alone. */
export interface Profiled {
  /** All repetitions together. */
  readonly seconds: number;
  readonly operators: readonly OperatorTime[];
}

export interface WorkloadCommands {
  readonly prepare: { command: PrepareWorkload; answer: Prepared | Unavailable };
  readonly run: { command: RunWorkload; answer: Ran };
  readonly profile: { command: RunWorkload; answer: Profiled };
}

export type WorkloadWorker = Worker<keyof WorkloadCommands, WorkloadCommands>;
