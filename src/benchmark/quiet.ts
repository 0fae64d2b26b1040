/**
 * Whether anything else runs on the machine: while all sides of a benchmark wait, its cores must be idle.
 *
 * @module
 */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Share of all cores that may be busy while the benchmark waits. */
const QUIET = 0.05;
/** Seconds one look takes, and for how long a disturbance is waited out. */
const LOOK = 0.5;
const PATIENCE = 60;

/** Total and idle time of all cores since the machine started, in the same unit. */
export interface CoreTimes {
  readonly total: number;
  readonly idle: number;
}

export interface QuietOptions {
  readonly times?: () => CoreTimes;
  readonly look?: number;
  readonly patience?: number;
}

/**
 * Waits until the machine is quiet, a minute at most.
 *
 * @returns whether it is; what is measured while it is not counts as disturbed
 */
export async function quiet(options: QuietOptions = {}): Promise<boolean> {
  const { times = coreTimes, look = LOOK, patience = PATIENCE } = options;
  for (let waited = 0; waited <= patience; waited += look) {
    const before = times();
    await sleep(1000 * look);
    const after = times();
    const passed = after.total - before.total;
    const idle = passed === 0 ? 1 : (after.idle - before.idle) / passed;
    if (1 - idle <= QUIET) return true;
  }
  return false;
}

function coreTimes(): CoreTimes {
  const times = cpus().map((core) => core.times);
  const sum = (of: (one: (typeof times)[number]) => number) => times.reduce((total, one) => total + of(one), 0);
  return { total: sum((one) => one.user + one.nice + one.sys + one.idle + one.irq), idle: sum((one) => one.idle) };
}
