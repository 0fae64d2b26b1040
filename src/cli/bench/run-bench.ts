/**
 * The benchmark from beginning to end: every workload beside PyTorch, its file written after each, so that an
 * interrupted benchmark goes on where it stopped. A side that fails is reported with its reason.
 *
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineDescription, projectRoot, SaddlepointError, writeFileAtomically } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { countOperations } from '../../models/operations.js';
import type { MachinePlan } from '../../training/machine-plan.js';
import { chooseBest } from './choose-best.js';
import { compareWithPyTorch } from './compare.js';
import { writeCommonFiles } from './common-files.js';
import { describeMachine, load, measureRates } from './machine.js';
import { measurePair, prepared, type MeasureOptions } from './measure.js';
import type { BenchDevice, PrepareWorkload, Profiled, WorkloadWorker } from './protocol.js';
import { endsBenchmark, findPython, requireSameVersion, requireUnchanged, type Python } from './python.js';
import { isFailure, readResult, type BenchResult, type BestChoice, type Failure, type Pair, type WorkloadResult } from './result.js'; // prettier-ignore
import { Worker } from './worker.js';
import { variantsOf, workloadsOf, type NamedVariant, type Way, type Workload } from './workloads.js';

export interface BenchOptions extends MeasureOptions {
  readonly full: boolean;
  readonly device: BenchDevice;
  readonly threads: number;
  /** Names, or beginnings of names, of workloads; empty: all. `steps` are the demo's single steps. */
  readonly only: readonly string[];
  /** Pairs of the demo's single steps, which are short. */
  readonly stepPairs: number;
  readonly data: string | undefined;
  readonly python: string | undefined;
  /** Where the result goes. */
  readonly out: string;
  /** Keep what `out` already has. */
  readonly resume: boolean;
  readonly command: string;
  readonly say: (line: string) => void;
}

/** Pairs at most of a workload that only shows how time grows. */
const GROWTH_PAIRS = 3;

/** Steps of a profile. */
const PROFILED = 3;

/**
 * Runs the benchmark and keeps its file up to date.
 *
 * @throws SaddlepointError ENGINE without a Python of the same LibTorch, ARGUMENT when `only` names nothing
 */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { full, device, only, out, say } = options;
  const wanted = (name: string) => only.length === 0 || only.some((prefix) => name.startsWith(prefix));
  const workloads = workloadsOf(full, device).filter(({ name }) => wanted(name));
  const steps = device === 'cpu' && wanted('steps');
  if (workloads.length === 0 && !steps) {
    const known = ['steps', ...workloadsOf(full, device).map(({ name }) => name)].join(', ');
    throw new SaddlepointError('ARGUMENT', `expected names out of ${known}, received ${only.join(', ')}`);
  }
  const python = findPython(options.python);
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-bench-'));
  const bench = new Bench(options, python, folder);
  try {
    let result = await bench.begin(workloadsOf(full, device)[0]!);
    const keep = (change: Partial<BenchResult>) => {
      result = { ...result, ...change };
      writeFileAtomically(out, `${JSON.stringify(result, null, 2)}\n`);
    };
    const replace = (measured: WorkloadResult) => {
      const isSame = ({ name }: WorkloadResult) => name === measured.name;
      const { workloads: before } = result;
      const known = before.some(isSame);
      keep({ workloads: known ? before.map((one) => (isSame(one) ? measured : one)) : [...before, measured] });
    };
    keep({});
    if (steps && (result.steps === null || 'failed' in result.steps)) {
      say('measuring: single steps of the demo network');
      keep({ steps: await bench.steps() });
    }
    for (const workload of workloads) {
      const earlier = result.workloads.find(({ name }) => name === workload.name);
      if (earlier !== undefined && !earlier.pairs.some(isFailure)) {
        if (earlier.profile === undefined)
          replace({ ...earlier, profile: await bench.profile(workload, earlier.plan) });
        continue;
      }
      let best = result.best.find(({ network }) => network === workload.network.name);
      if (best === undefined && workload.ways.includes('best')) {
        best = await bench.best(workload);
        keep({ best: [...result.best, best] });
      }
      replace(await bench.workload(workload, best));
    }
    keep({ finishedAt: new Date().toISOString() });
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The processes of one benchmark, and what each part of it asks them. */
class Bench {
  readonly #options: BenchOptions;
  readonly #python: Python;
  readonly #folder: string;
  /** The version of PyTorch that this benchmark began with. */
  #pytorchAtStart: string | undefined;

  constructor(options: BenchOptions, python: Python, folder: string) {
    this.#options = options;
    this.#python = python;
    this.#folder = folder;
  }

  /** The result as it is before anything is measured: the machine, or all of an earlier part of this benchmark. */
  async begin(first: Workload): Promise<BenchResult> {
    const { full, device, threads, pairs, out, resume, command } = this.#options;
    const [startedAt, loadAtStart] = [new Date().toISOString(), load()];
    const pytorch = await this.#ask(this.#pyTorch('PyTorch'), this.#prepare(first, 'attack')).catch(
      (cause: unknown) => {
        const { version } = engineDescription().libtorch;
        throw new SaddlepointError(
          'ENGINE',
          `expected ${this.#python.command} to run torch ${version}; ${reason(cause)}. ` +
            'npm run setup -- --libtorch wheel --default installs one that fits',
          { cause },
        );
      },
    );
    const machine = describeMachine(threads, loadAtStart, pytorch);
    requireSameVersion(machine.libtorch, machine.pytorch);
    this.#pytorchAtStart = machine.pytorch;
    if (resume && existsSync(out)) {
      const earlier = readResult(out);
      requireSameBenchmark(out, earlier, { device, pairs, machine });
      const commands = [...new Set([...earlier.command.split('\n'), command])].join('\n');
      return { ...earlier, full: earlier.full || full, command: commands, finishedAt: null };
    }
    const rates = measureRates(threads, device);
    const none = { steps: null, best: [], workloads: [] };
    return { format: 1, full, device, command, startedAt, finishedAt: null, pairs, machine, rates, ...none };
  }

  async steps(): Promise<BenchResult['steps']> {
    const { stepPairs, threads, data, say } = this.#options;
    try {
      const compared = await compareWithPyTorch({ python: this.#python, pairs: stepPairs, threads, data }, say);
      requireUnchanged(this.#pytorchAtStart, compared.pytorch.version);
      return compared;
    } catch (error) {
      if (endsBenchmark(error)) throw error;
      return { failed: reason(error) };
    }
  }

  /** Chosen by a training step, which has both an attack and an update. */
  best(workload: Workload): Promise<BestChoice> {
    const { device, limit, say } = this.#options;
    const start = (name: string) => this.#pyTorch(name);
    const options = { variants: variantsOf(device), limit, pytorch: this.#pytorchAtStart, start, say };
    return chooseBest(workload.network.name, workload.batch, this.#prepare(workload, 'training'), options);
  }

  async workload(workload: Workload, best: BestChoice | undefined): Promise<WorkloadResult> {
    const { network, work, batch, attack, growth } = workload;
    const prepare = this.#prepare(workload, work);
    const { plan, failed } = await this.#plan(prepare);
    const pairs: (Pair | Failure)[] = [];
    for (const way of workload.ways) {
      this.#options.say(`measuring: ${workload.name}, batch ${batch}, beside ${way}`);
      pairs.push(
        failed === undefined
          ? await this.#pair(
              { ...prepare, way, plan },
              best?.winner ?? null,
              growth === undefined ? Infinity : GROWTH_PAIRS,
            )
          : { way, failed: `Saddlepoint: ${failed}` },
      );
    }
    using model = createModel(network.description, 1);
    return {
      ...{ name: workload.name, network: network.name, title: network.title, work, batch, attack },
      growth: growth ?? null,
      operations: countOperations(model, network.shape),
      plan,
      pairs,
      profile: await this.profile(workload, plan),
    };
  }

  /** Where the time of a main workload's training step goes, on our side. */
  async profile(workload: Workload, plan: MachinePlan | null): Promise<Profiled | null> {
    if (workload.growth !== undefined || workload.work !== 'training' || plan === null) return null;
    const { say, device } = this.#options;
    if (device !== 'cpu') return null; // there it would time the launches of operators
    say(`measuring: ${workload.name}, where its time goes`);
    const worker = this.#saddlepoint();
    try {
      await prepared(worker, { ...this.#prepare(workload, 'training'), plan });
      await worker.ask('run', { repeats: 1 }); // warms up
      return await worker.ask('profile', { repeats: PROFILED });
    } catch (error) {
      say(`no profile: ${reason(error)}`); // what was measured before must not be lost for it
      return null;
    } finally {
      await worker.close();
    }
  }

  /** How Saddlepoint computes this workload here, as training would measure it. */
  async #plan(prepare: PrepareWorkload): Promise<{ plan: MachinePlan | null; failed?: string }> {
    try {
      return { plan: (await this.#ask(this.#saddlepoint(), prepare)).plan ?? null };
    } catch (error) {
      return { plan: null, failed: reason(error) };
    }
  }

  async #pair(prepare: PrepareWorkload, winner: NamedVariant | null, most: number): Promise<Pair | Failure> {
    const pairs = Math.min(most, this.#options.pairs);
    const { way } = prepare;
    if (way === 'best' && winner === null) return { way, failed: 'none of the ways to compute worked, see the table' };
    const variant = way === 'best' ? winner : null;
    const [ours, theirs] = [this.#saddlepoint(), this.#pyTorch(`PyTorch (${way})`)];
    try {
      const measured = await measurePair(
        ours,
        theirs,
        { ...prepare, variant },
        { ...this.#options, pairs, pytorch: this.#pytorchAtStart },
      );
      return { way, ...measured, variant: variant?.name ?? null };
    } catch (error) {
      if (endsBenchmark(error)) throw error;
      return { way, failed: reason(error) };
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  }

  async #ask(worker: WorkloadWorker, prepare: PrepareWorkload) {
    try {
      return await prepared(worker, prepare);
    } finally {
      await worker.close();
    }
  }

  #prepare(workload: Workload, work: PrepareWorkload['work'], way: Way = 'eager'): PrepareWorkload {
    const { device, threads } = this.#options;
    const files = writeCommonFiles(join(this.#folder, workload.name), workload);
    const { attack, network } = workload;
    return { network: network.description, work, attack, ...files, threads, device, way, variant: null, plan: null };
  }

  #saddlepoint(): WorkloadWorker {
    const script = fileURLToPath(new URL('saddlepoint-workload.js', import.meta.url));
    return new Worker('Saddlepoint', process.execPath, [script]);
  }

  #pyTorch(name: string): WorkloadWorker {
    const script = join(projectRoot(), 'benchmarks', 'pytorch', 'workload.py');
    return new Worker(name, this.#python.command, [script], this.#python.environment);
  }
}

/** @throws SaddlepointError ARGUMENT when figures of different conditions would stand in one table */
function requireSameBenchmark(
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

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
