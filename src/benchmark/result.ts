/**
 * What a benchmark leaves: one JSON file, from which the tables and the page of the machine's kind are made.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { SaddlepointError } from '../engine/errors.js';
import type { Operations } from '../models/operations.js';
import type { MachinePlan } from '../training/acceleration/plan-file.js';
import type { Comparison } from './compare.js';
import type { BenchAttack, BenchDevice, Profiled, Work } from './protocol.js';
import type { Summary } from './statistics.js';
import type { Growth, NamedVariant, WaitPolicy, Baseline } from './workloads.js';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly threads: number;
  readonly memoryGiB: number;
  readonly vectorUnits: string;
  /** Whether it multiplies matrices of bfloat16 as such (AMX); earlier results do not say. */
  readonly matrixUnits?: boolean;
  readonly gpu: string | null;
  readonly platform: string;
  readonly node: string;
  readonly libtorch: string;
  readonly libtorchSource: string;
  readonly pytorch: string;
  /** Of the operating system when the benchmark began: anything well above 0 disturbed it. */
  readonly loadAtStart: number;
}

/** Rates of large matrix products, operations a second. */
export interface MatrixRates {
  readonly float32: number;
  /** Null where the machine has no such arithmetic. */
  readonly bfloat16: number | null;
}

/** A variant of PyTorch at its best, as tried. */
export interface Candidate {
  readonly variant: NamedVariant;
  /** Of one step, the best of a few; null when it did not work. */
  readonly seconds: Readonly<Record<Work, number>> | null;
  readonly reason: string | null;
}

export interface BestChoice {
  readonly network: string;
  readonly batch: number;
  /** Those that take part in the rounds; none when no candidate worked. */
  readonly finalists: readonly NamedVariant[];
  readonly candidates: readonly Candidate[];
}

/** Saddlepoint beside one process of PyTorch. */
export interface Pair {
  readonly baseline: Baseline;
  /** Of PyTorch at its best. */
  readonly variant: string | null;
  readonly waitPolicy: WaitPolicy;
  /** Seconds of one step. */
  readonly saddlepoint: Summary;
  readonly pytorch: Summary;
  /** Time PyTorch / Saddlepoint, of each round. */
  readonly ratio: Summary;
  readonly peakBytes: { readonly saddlepoint: number; readonly pytorch: number };
  readonly peakDeviceBytes: number | null;
  /** Of the last measurement; see protocol.ts. */
  readonly losses: { readonly clean: number; readonly saddlepoint: number; readonly pytorch: number };
}

export interface Failure {
  readonly baseline: Baseline;
  readonly variant: string | null;
  readonly waitPolicy: WaitPolicy;
  readonly failed: string;
}

export interface WorkloadResult {
  readonly name: string;
  readonly network: string;
  readonly title: string;
  readonly work: Work;
  readonly batch: number;
  readonly attack: BenchAttack;
  readonly growth: Growth | null;
  /** Multiply-adds for one image. */
  readonly operations: Operations;
  readonly plan: MachinePlan | null;
  readonly pairs: readonly (Pair | Failure)[];
  /** In each, every side was measured once. */
  readonly rounds: number;
  /** Rounds before which something else kept the machine busy. */
  readonly disturbed: number;
  /** Where the time of our training step goes; null where it was not asked, or failed. Results of before have none. */
  readonly profile?: Profiled | null | undefined;
}

export interface BenchResult {
  readonly format: 2;
  readonly full: boolean;
  readonly device: BenchDevice;
  /** One a line: a resumed benchmark has several. */
  readonly command: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Rounds at least. */
  readonly pairs: number;
  readonly machine: Machine;
  readonly rates: MatrixRates;
  /** The single steps of the demo network, or why there are none. */
  readonly steps: Comparison | { readonly failed: string } | null;
  readonly best: readonly BestChoice[];
  readonly workloads: readonly WorkloadResult[];
}

export function isFailure(pair: Pair | Failure): pair is Failure {
  return 'failed' in pair;
}

/**
 * Floating-point operations of one step; a multiply-add is two. The last is what the mathematics needs, on any side.
 */
export function operationsOf({ operations, work, batch, attack }: WorkloadResult): number {
  const pass = operations.forward + operations.backwardToInput;
  const update = work === 'training' ? operations.forward + operations.backwardToWeights : 0;
  return 2 * batch * (attack.steps * pass + update);
}

/** @throws SaddlepointError FILE when the file is missing or not a benchmark's */
export function readResult(path: string): BenchResult {
  const missing = !existsSync(path);
  let value: unknown;
  try {
    value = missing ? undefined : JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && (value as { format?: unknown }).format === 2) {
    return withBaselines(value as BenchResult);
  }
  throw new SaddlepointError(
    'FILE',
    `expected the JSON file of a benchmark at ${path}, found ${missing ? 'none' : 'something else'}; npm run bench writes one ` +
      '(one of an older version, format 1, has to be measured anew)',
  );
}

/** Results of before call a pair's baseline `way`. */
function withBaselines(result: BenchResult): BenchResult {
  const renamed = (pair: (Pair | Failure) & { readonly way?: Baseline }): Pair | Failure => {
    const { way, ...rest } = pair;
    return way === undefined ? pair : { ...rest, baseline: way };
  };
  const workloads = result.workloads.map((workload) => ({ ...workload, pairs: workload.pairs.map(renamed) }));
  return { ...result, workloads };
}

/** @throws SaddlepointError ARGUMENT when figures of different conditions would stand in one table */
export function requireSameBenchmark(
  path: string,
  earlier: BenchResult,
  now: Pick<BenchResult, 'device' | 'pairs' | 'machine'>,
): void {
  const conditions = ({ device, pairs, machine }: typeof now) =>
    [
      device,
      `${pairs} pairs`,
      machine.processor,
      `${machine.threads} threads`,
      machine.libtorch,
      `PyTorch ${machine.pytorch}`,
    ].join(', ');
  if (conditions(earlier) === conditions(now)) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected to resume the benchmark in ${path} under its conditions (${conditions(earlier)}), received ${conditions(now)}; ` +
      'leave --resume out to begin anew',
  );
}
