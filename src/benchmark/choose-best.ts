/**
 * PyTorch at its best: each variant is tried in a process of its own, since a compiler may fail, hang or eat
 * memory. The fastest take part in the rounds, and whichever is fastest there stands for PyTorch.
 *
 * @module
 */
import { endsBenchmark, requireUnchanged } from './python.js';
import type { PrepareWorkload, Work, WorkloadWorker } from './protocol.js';
import type { BestChoice, Candidate } from './result.js';
import { prepared } from './rounds.js';
import type { NamedVariant } from './workloads.js';

/** Steps timed after the first one, in which PyTorch compiles; the best counts. */
const REPETITIONS = 3;
const WORKS: readonly Work[] = ['attack', 'training'];

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
 * Times an attack and a training step in each variant. Failures are part of the answer.
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
    const { seconds, reason } = candidate;
    const inMilliseconds = (value: number) => `${(1000 * value).toFixed(1)} ms`;
    const outcome =
      seconds === null
        ? reason
        : `attack ${inMilliseconds(seconds.attack)}, training step ${inMilliseconds(seconds.training)}`;
    say(`PyTorch at its best, ${network}: ${variant.name}: ${outcome}`);
  }
  return { network, batch, finalists: finalistsOf(candidates), candidates };
}

async function attempt(
  variant: NamedVariant,
  worker: WorkloadWorker,
  prepare: PrepareWorkload,
  { limit, pytorch }: Pick<ChooseOptions, 'limit' | 'pytorch'>,
): Promise<Candidate> {
  try {
    const { version } = await prepared(worker, { ...prepare, baseline: 'best', variant });
    requireUnchanged(pytorch, version);
    const once = async (work: Work) => (await worker.ask('run', { work, repeats: 1 }, limit)).seconds;
    const seconds = { attack: Infinity, training: Infinity };
    for (const work of WORKS) {
      await once(work);
      for (let i = 0; i < REPETITIONS; i += 1) seconds[work] = Math.min(seconds[work], await once(work));
    }
    return { variant, seconds, reason: null };
  } catch (error) {
    if (endsBenchmark(error)) throw error;
    return { variant, seconds: null, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await worker.close();
  }
}

/**
 * The fastest in the attack and the two fastest in the training step: a look at three steps does not order those two.
 */
function finalistsOf(candidates: readonly Candidate[]): NamedVariant[] {
  const fastest = (work: Work) =>
    candidates
      .filter(({ seconds }) => seconds !== null)
      .sort((a, b) => a.seconds![work] - b.seconds![work])
      .map(({ variant }) => variant);
  return [...new Set([...fastest('training').slice(0, 2), ...fastest('attack').slice(0, 1)])];
}
