/**
 * PyTorch at its best: each way to compute is tried in a process of its own, since a compiler may fail, hang or eat
 * memory, and the fastest that works stands for PyTorch.
 *
 * @module
 */
import { prepared } from './measure.js';
import { endsBenchmark, requireUnchanged } from './python.js';
import type { PrepareWorkload, WorkloadWorker } from './protocol.js';
import type { BestChoice, Candidate } from './result.js';
import type { NamedVariant } from './workloads.js';

/** Steps timed after the first one, in which PyTorch compiles; the best counts. */
const REPETITIONS = 3;

export interface ChooseOptions {
  readonly variants: readonly NamedVariant[];
  /** Seconds a candidate may take until its first step is done. */
  readonly limit: number;
  /** The version of PyTorch that it must be. Default: any. */
  readonly pytorch?: string | undefined;
  readonly start: (name: string) => WorkloadWorker;
  readonly say: (line: string) => void;
}

/**
 * Times one step of `prepare`'s work in each variant. Failures are part of the answer.
 *
 * @throws SaddlepointError ENGINE for another PyTorch
 */
export async function chooseBest(
  network: string,
  batch: number,
  prepare: PrepareWorkload,
  { variants, limit, pytorch, start, say }: ChooseOptions,
): Promise<BestChoice> {
  const candidates: Candidate[] = [];
  for (const variant of variants) {
    const candidate = await attempt(variant, start(`PyTorch (${variant.name})`), prepare, { limit, pytorch });
    candidates.push(candidate);
    const outcome = candidate.seconds === null ? candidate.reason : `${(1000 * candidate.seconds).toFixed(1)} ms`;
    say(`PyTorch at its best, ${network}: ${variant.name}: ${outcome}`);
  }
  return { network, batch, winner: fastest(candidates), candidates };
}

async function attempt(
  variant: NamedVariant,
  worker: WorkloadWorker,
  prepare: PrepareWorkload,
  { limit, pytorch }: Pick<ChooseOptions, 'limit' | 'pytorch'>,
): Promise<Candidate> {
  try {
    const { version } = await prepared(worker, { ...prepare, way: 'best', variant });
    requireUnchanged(pytorch, version);
    await worker.ask('run', { repeats: 1 }, limit);
    let seconds = Infinity;
    for (let i = 0; i < REPETITIONS; i += 1) {
      seconds = Math.min(seconds, (await worker.ask('run', { repeats: 1 }, limit)).seconds);
    }
    return { variant, seconds, reason: null };
  } catch (error) {
    if (endsBenchmark(error)) throw error;
    return { variant, seconds: null, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await worker.close();
  }
}

function fastest(candidates: readonly Candidate[]): NamedVariant | null {
  const working = candidates.filter(({ seconds }) => seconds !== null);
  return working.sort((a, b) => a.seconds! - b.seconds!)[0]?.variant ?? null;
}
