/**
 * One workload beside one way of doing it in PyTorch: two processes that take turns.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/errors.js';
import type { Prepared, PrepareWorkload, Ran, WorkloadWorker } from './protocol.js';
import { requireUnchanged } from './python.js';
import type { Pair } from './result.js';
import { summarise } from './statistics.js';

export interface MeasureOptions {
  readonly pairs: number;
  /** Seconds a measurement takes at least: shorter steps are repeated. */
  readonly atLeast: number;
  /** Seconds until the first step, in which PyTorch may compile, must be over. */
  readonly limit: number;
  /** The version of PyTorch that it must be. Default: any. */
  readonly pytorch?: string | undefined;
}

/** Repetitions of one measurement, at most. */
const MOST_REPEATS = 10_000;
/** Seconds in which a process must have loaded its libraries and its weights, and in ours measured its plan. */
const START_LIMIT = 600;
/** What two float32 sums of the same numbers may differ by, relative to their size. */
const SAME_LOSS = 1e-3;

/**
 * Prepares both sides, requires that they compute the same, warms up and measures alternating pairs.
 *
 * @throws SaddlepointError INTERNAL when a side fails or they do not do the same work; ENGINE for another PyTorch
 */
export async function measurePair(
  ours: WorkloadWorker,
  theirs: WorkloadWorker,
  prepare: PrepareWorkload,
  { pairs, atLeast, limit, pytorch: version }: MeasureOptions,
): Promise<Omit<Pair, 'way' | 'variant'>> {
  const [here, there] = [await prepared(ours, prepare), await prepared(theirs, prepare)];
  requireUnchanged(version, there.version);
  requireSameLoss(here.loss, there.loss);
  const repeats = { ours: await warmUp(ours, atLeast, limit), theirs: await warmUp(theirs, atLeast, limit) };
  const runs: { ours: Ran; theirs: Ran }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Who goes first changes, so that a drift of the machine favours neither.
    const oursFirst = pair % 2 === 0;
    const first = oursFirst ? await ours.ask('run', { repeats: repeats.ours }) : undefined;
    const their = await theirs.ask('run', { repeats: repeats.theirs });
    runs.push({ ours: first ?? (await ours.ask('run', { repeats: repeats.ours })), theirs: their });
  }
  const last = runs.at(-1)!;
  if (prepare.work === 'attack') {
    requireAttack('Saddlepoint', here.loss, last.ours.loss);
    requireAttack('PyTorch', here.loss, last.theirs.loss);
  }
  const saddlepoint = runs.map((run) => run.ours.seconds / repeats.ours);
  const pytorch = runs.map((run) => run.theirs.seconds / repeats.theirs);
  return {
    saddlepoint: summarise(saddlepoint),
    pytorch: summarise(pytorch),
    ratio: summarise(pytorch.map((seconds, pair) => seconds / saddlepoint[pair]!)),
    peakBytes: { saddlepoint: last.ours.peakBytes, pytorch: last.theirs.peakBytes },
    peakDeviceBytes: last.theirs.peakDeviceBytes,
    losses: { clean: here.loss, saddlepoint: last.ours.loss, pytorch: last.theirs.loss },
  };
}

/**
 * Starts a side. Nothing is compiled yet.
 *
 * @throws SaddlepointError INTERNAL when the process cannot do it
 */
export async function prepared(worker: WorkloadWorker, prepare: PrepareWorkload): Promise<Prepared> {
  const answer = await worker.ask('prepare', prepare, START_LIMIT);
  if (!('unavailable' in answer)) return answer;
  throw new SaddlepointError('INTERNAL', answer.unavailable);
}

/** Runs until nothing is done for the first time any more. Returns how many repetitions one measurement has. */
export async function warmUp(worker: WorkloadWorker, atLeast: number, limit: number): Promise<number> {
  await worker.ask('run', { repeats: 1 }, limit);
  const { seconds } = await worker.ask('run', { repeats: 1 }, limit);
  if (seconds >= atLeast) return 1;
  // One step may be too short to be timed well: a second look at several.
  const few = Math.min(MOST_REPEATS, Math.max(1, Math.ceil((atLeast / seconds) * 0.2)));
  const several = await worker.ask('run', { repeats: few }, limit);
  return Math.min(MOST_REPEATS, Math.max(1, Math.ceil((atLeast * few) / several.seconds)));
}

/** From equal weights and data, equal losses: otherwise the times say nothing. */
function requireSameLoss(ours: number, theirs: number): void {
  if (Math.abs(ours - theirs) <= SAME_LOSS * Math.max(1, Math.abs(ours))) return;
  throw new SaddlepointError('INTERNAL', `the two sides differ: loss ${ours} and ${theirs} on equal images`);
}

function requireAttack(name: string, clean: number, attacked: number): void {
  if (attacked > clean) return;
  throw new SaddlepointError('INTERNAL', `${name}'s attack did not raise the loss: ${clean} before, ${attacked} after`);
}
