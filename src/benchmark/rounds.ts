/**
 * Saddlepoint beside several processes of PyTorch that take turns: a round is one measurement of every kind of work on
 * every side, so that all figures of a network come from the same minutes, and one row of a table can be compared with
 * the next.
 *
 * @module
 */
import { SaddlepointError } from '../engine/errors.js';
import type { Prepared, PrepareWorkload, Ran, Work, WorkloadWorker } from './protocol.js';
import { endsBenchmark, requireUnchanged } from './python.js';
import { quiet } from './quiet.js';
import { summarise, type Summary } from './statistics.js';

export interface RoundsOptions {
  /** Rounds at least. */
  readonly pairs: number;
  /** Rounds at most. */
  readonly most: number;
  /** Seconds a measurement takes at least: shorter steps are repeated. */
  readonly atLeast: number;
  /** Seconds until the first step, in which PyTorch may compile, must be over. */
  readonly limit: number;
  /** The version of PyTorch that it must be. Default: any. */
  readonly pytorch?: string | undefined;
  /** Waits until nothing else runs; returns whether that was so. */
  readonly untilQuiet?: () => Promise<boolean>;
}

/** One process that takes part. */
export interface Side {
  readonly worker: WorkloadWorker;
  readonly prepare: PrepareWorkload;
}

/** What one side gave for one kind of work. */
export interface Timed {
  /** Seconds of one step. */
  readonly seconds: Summary;
  readonly peakBytes: number;
  readonly peakDeviceBytes: number | null;
  /** Of the last measurement; see protocol.ts. */
  readonly loss: number;
}

/** One process of PyTorch beside ours. */
export interface Beside extends Timed {
  /** Time PyTorch / Saddlepoint of each round. */
  readonly ratio: Summary;
}

export interface Rounds {
  /** Mean loss of the clean images. */
  readonly clean: number;
  readonly saddlepoint: ReadonlyMap<Work, Timed>;
  /** In the order of the sides: by the kind of work, or why there is nothing. */
  readonly pytorch: readonly (ReadonlyMap<Work, Beside> | { readonly failed: string })[];
  readonly count: number;
  /** Rounds before which the machine did not come to rest. */
  readonly disturbed: number;
}

/** The middle half of a ratio's measurements is to lie within this share of its median: until then rounds go on. */
export const SPREAD = 0.05;
/** Repetitions of one measurement, at most. */
const MOST_REPEATS = 10_000;
/** Seconds in which a process must have loaded its libraries and its weights, and in ours measured its plan. */
const START_LIMIT = 600;
/** What two float32 sums of the same numbers may differ by, relative to their size. */
const SAME_LOSS = 1e-3;

/**
 * Prepares every side, requires that all compute the same, warms up and measures round after round.
 *
 * @throws SaddlepointError INTERNAL when our side fails, ENGINE for another PyTorch; a side of PyTorch that fails says
 *   so in its place
 */
export async function measureRounds(
  ours: Side,
  theirs: readonly Side[],
  works: readonly Work[],
  options: RoundsOptions,
): Promise<Rounds> {
  const first = new Runner('Saddlepoint', ours, works);
  await first.begin(options);
  const others = theirs.map((side) => new Runner('PyTorch', side, works, first.clean));
  for (const other of others) await other.attempt(() => other.begin(options));
  const { untilQuiet = quiet } = options;
  let [count, disturbed] = [0, 0];
  while (count < options.pairs || (count < options.most && !isSettled(first, others, works))) {
    disturbed += (await untilQuiet()) ? 0 : 1;
    // Who goes first changes, so that a drift of the machine favours nobody.
    const turns = [first, ...others];
    const turn = count % turns.length;
    for (const runner of [...turns.slice(turn), ...turns.slice(0, turn)]) {
      await (runner === first ? runner.measure() : runner.attempt(() => runner.measure()));
    }
    count += 1;
  }
  first.requireAttacks();
  for (const other of others) {
    await other.attempt(() => {
      other.requireAttacks();
    });
  }
  return {
    clean: first.clean,
    saddlepoint: new Map(works.map((work) => [work, first.timed(work)])),
    pytorch: others.map((other) =>
      other.failed === undefined
        ? new Map(works.map((work) => [work, { ...other.timed(work), ratio: ratios(first, other, work) }]))
        : { failed: other.failed },
    ),
    count,
    disturbed,
  };
}

/** Whether every ratio is known as well as it is to be. */
function isSettled(ours: Runner, others: readonly Runner[], works: readonly Work[]): boolean {
  return others
    .filter(({ failed }) => failed === undefined)
    .every((other) =>
      works.every((work) => {
        const { median, quartiles } = ratios(ours, other, work);
        return quartiles[1] - quartiles[0] <= SPREAD * median;
      }),
    );
}

function ratios(ours: Runner, theirs: Runner, work: Work): Summary {
  const [here, there] = [ours.seconds(work), theirs.seconds(work)];
  return summarise(there.map((seconds, round) => seconds / here[round]!));
}

/** One side during a comparison. */
class Runner {
  readonly #name: string;
  readonly #side: Side;
  readonly #works: readonly Work[];
  readonly #expected: number | undefined;
  readonly #repeats = new Map<Work, number>();
  readonly #ran = new Map<Work, Ran[]>();
  clean = NaN;
  failed: string | undefined;

  constructor(name: string, side: Side, works: readonly Work[], expected?: number) {
    this.#name = name;
    this.#side = side;
    this.#works = works;
    this.#expected = expected;
  }

  /** Does it unless this side failed before; a failure is kept as its reason. */
  async attempt(work: () => Promise<void> | void): Promise<void> {
    if (this.failed !== undefined) return;
    try {
      await work();
    } catch (error) {
      if (endsBenchmark(error)) throw error;
      this.failed = error instanceof Error ? error.message : String(error);
    }
  }

  async begin({ atLeast, limit, pytorch }: RoundsOptions): Promise<void> {
    const { worker, prepare } = this.#side;
    const { loss, version } = await prepared(worker, prepare);
    if (this.#expected !== undefined) {
      requireUnchanged(pytorch, version);
      requireSameLoss(this.#expected, loss);
    }
    this.clean = loss;
    for (const work of this.#works) {
      this.#repeats.set(work, await warmUp(worker, work, atLeast, limit));
      this.#ran.set(work, []);
    }
  }

  /** One measurement of each kind of work. */
  async measure(): Promise<void> {
    for (const work of this.#works) {
      this.#ran.get(work)!.push(await this.#side.worker.ask('run', { work, repeats: this.#repeats.get(work)! }));
    }
  }

  /** Seconds of one step, a round each. */
  seconds(work: Work): number[] {
    return this.#ran.get(work)!.map(({ seconds }) => seconds / this.#repeats.get(work)!);
  }

  timed(work: Work): Timed {
    const { peakBytes, peakDeviceBytes, loss } = this.#ran.get(work)!.at(-1)!;
    return { seconds: summarise(this.seconds(work)), peakBytes, peakDeviceBytes, loss };
  }

  requireAttacks(): void {
    const last = this.#ran.get('attack')?.at(-1);
    if (last === undefined || last.loss > last.clean) return;
    throw new SaddlepointError(
      'INTERNAL',
      `${this.#name}'s attack did not raise the loss: ${last.clean} before, ${last.loss} after`,
    );
  }
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
async function warmUp(worker: WorkloadWorker, work: Work, atLeast: number, limit: number): Promise<number> {
  await worker.ask('run', { work, repeats: 1 }, limit);
  const { seconds } = await worker.ask('run', { work, repeats: 1 }, limit);
  if (seconds >= atLeast) return 1;
  // One step may be too short to be timed well: a second look at several.
  const few = Math.min(MOST_REPEATS, Math.max(1, Math.ceil((atLeast / seconds) * 0.2)));
  const several = await worker.ask('run', { work, repeats: few }, limit);
  return Math.min(MOST_REPEATS, Math.max(1, Math.ceil((atLeast * few) / several.seconds)));
}

/** From equal weights and data, equal losses: otherwise the times say nothing. */
function requireSameLoss(ours: number, theirs: number): void {
  if (Math.abs(ours - theirs) <= SAME_LOSS * Math.max(1, Math.abs(ours))) return;
  throw new SaddlepointError('INTERNAL', `the two sides differ: loss ${ours} and ${theirs} on equal images`);
}
