/**
 * The processes of one benchmark, and what each part of it asks them.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineDescription, projectRoot, SaddlepointError } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { countOperations } from '../models/operations.js';
import type { MachinePlan } from '../training/acceleration/plan-file.js';
import { chooseBest } from './choose-best.js';
import { compareWithPyTorch } from './compare.js';
import { writeCommonFiles } from './common-files.js';
import { describeMachine, load, measureRates } from './machine.js';
import type { BenchDevice, PrepareWorkload, Profiled, Work, WorkloadWorker } from './protocol.js';
import { endsBenchmark, requireSameVersion, requireUnchanged, type Python } from './python.js';
import {
  readResult,
  requireSameBenchmark,
  type BenchResult,
  type BestChoice,
  type Failure,
  type Pair,
  type WorkloadResult,
} from './result.js';
import { measureRounds, prepared, type Rounds, type RoundsOptions } from './rounds.js';
import { Worker } from './worker.js';
import { sidesOf, variantsOf, type PyTorchSide, type WaitPolicy, type Workload } from './workloads.js';

export interface BenchOptions extends RoundsOptions {
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

/** Steps of a profile. */
const PROFILED = 3;

/** The processes of one benchmark, and what each part of it asks them. */
export class Bench {
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
    const pytorch = await this.#ask(this.#pyTorch('PyTorch'), this.#prepare(first)).catch((cause: unknown) => {
      const { version } = engineDescription().libtorch;
      throw new SaddlepointError(
        'ENGINE',
        `expected ${this.#python.command} to run torch ${version}; ${reason(cause)}. ` +
          'npm run setup -- --libtorch wheel --default installs one that fits',
        { cause },
      );
    });
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
    return { format: 2, full, device, command, startedAt, finishedAt: null, pairs, machine, rates, ...none };
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

  best(workload: Workload): Promise<BestChoice> {
    const { device, limit, say } = this.#options;
    const start = (name: string) => this.#pyTorch(name);
    const options = { variants: variantsOf(device), limit, pytorch: this.#pytorchAtStart, start, say };
    return chooseBest(workload.network.name, workload.batch, this.#prepare(workload), options);
  }

  /** One network's kinds of work, on every side, in the same rounds. */
  async network(group: readonly Workload[], best: BestChoice | undefined): Promise<WorkloadResult[]> {
    const [first] = group as [Workload];
    const works = group.map(({ work }) => work);
    this.#options.say(`measuring: ${group.map(({ name }) => name).join(' and ')}, batch ${first.batch}`);
    const sides = sidesOf(first, best?.finalists ?? []);
    const { plan, failed } = await this.#plan(this.#prepare(first));
    const rounds = failed === undefined ? await this.#rounds(first, sides, works, plan) : { failed };
    const results: WorkloadResult[] = [];
    for (const workload of group) {
      const { network, work, batch, attack, growth } = workload;
      using model = createModel(network.description, 1);
      results.push({
        ...{ name: workload.name, network: network.name, title: network.title, work, batch, attack },
        growth: growth ?? null,
        operations: countOperations(model, network.shape),
        plan,
        pairs: sides.map(({ baseline, variant, waitPolicy }, index) => ({
          ...{ baseline, variant: variant?.name ?? null, waitPolicy },
          ...pairOf(rounds, index, work),
        })),
        rounds: 'failed' in rounds ? 0 : rounds.count,
        disturbed: 'failed' in rounds ? 0 : rounds.disturbed,
        profile: await this.profile(workload, plan),
      });
    }
    return results;
  }

  /** Where the time of a main workload's training step goes, on our side. */
  async profile(workload: Workload, plan: MachinePlan | null): Promise<Profiled | null> {
    if (workload.growth !== undefined || workload.work !== 'training' || plan === null) return null;
    const { say, device } = this.#options;
    if (device !== 'cpu') return null; // there it would time the launches of operators
    say(`measuring: ${workload.name}, where its time goes`);
    const worker = this.#saddlepoint();
    try {
      await prepared(worker, { ...this.#prepare(workload), plan });
      await worker.ask('run', { work: 'training', repeats: 1 }); // warms up
      return await worker.ask('profile', { work: 'training', repeats: PROFILED });
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

  async #rounds(
    workload: Workload,
    sides: readonly PyTorchSide[],
    works: readonly Work[],
    plan: MachinePlan | null,
  ): Promise<Rounds | { readonly failed: string }> {
    const most = workload.growth === undefined ? this.#options.most : this.#options.pairs;
    const options = { ...this.#options, most, pytorch: this.#pytorchAtStart };
    const prepare = { ...this.#prepare(workload), plan };
    const ours = { worker: this.#saddlepoint(), prepare };
    const theirs = sides.map(({ baseline, variant, waitPolicy }) => ({
      worker: this.#pyTorch(`PyTorch (${variant?.name ?? baseline})`, waitPolicy),
      prepare: { ...prepare, baseline, variant },
    }));
    try {
      return await measureRounds(ours, theirs, works, options);
    } catch (error) {
      if (endsBenchmark(error)) throw error;
      return { failed: reason(error) };
    } finally {
      await Promise.all([ours, ...theirs].map(({ worker }) => worker.close()));
    }
  }

  async #ask(worker: WorkloadWorker, prepare: PrepareWorkload) {
    try {
      return await prepared(worker, prepare);
    } finally {
      await worker.close();
    }
  }

  #prepare(workload: Workload): PrepareWorkload {
    const { device, threads } = this.#options;
    const files = writeCommonFiles(join(this.#folder, workload.name), workload);
    const { attack, network } = workload;
    return {
      ...{ network: network.description, attack, ...files, threads, device },
      ...{ baseline: 'eager', variant: null, plan: null },
    };
  }

  #saddlepoint(): WorkloadWorker {
    const script = fileURLToPath(new URL('saddlepoint-workload.js', import.meta.url));
    return new Worker('Saddlepoint', process.execPath, [script]);
  }

  #pyTorch(name: string, waitPolicy: WaitPolicy = 'passive'): WorkloadWorker {
    const script = join(projectRoot(), 'benchmarks', 'pytorch', 'workload.py');
    const policy = waitPolicy === 'default' ? { OMP_WAIT_POLICY: undefined, GOMP_SPINCOUNT: undefined } : {};
    return new Worker(name, this.#python.command, [script], { ...this.#python.environment, ...policy });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What one process of PyTorch gave beside ours for this kind of work. */
function pairOf(
  rounds: Rounds | { readonly failed: string },
  index: number,
  work: Work,
): Omit<Pair, 'baseline' | 'variant' | 'waitPolicy'> | Pick<Failure, 'failed'> {
  if ('failed' in rounds) return { failed: `Saddlepoint: ${rounds.failed}` };
  const theirs = rounds.pytorch[index]!;
  if ('failed' in theirs) return theirs;
  const [saddlepoint, pytorch] = [rounds.saddlepoint.get(work)!, theirs.get(work)!];
  return {
    saddlepoint: saddlepoint.seconds,
    pytorch: pytorch.seconds,
    ratio: pytorch.ratio,
    peakBytes: { saddlepoint: saddlepoint.peakBytes, pytorch: pytorch.peakBytes },
    peakDeviceBytes: pytorch.peakDeviceBytes,
    losses: { clean: rounds.clean, saddlepoint: saddlepoint.loss, pytorch: pytorch.loss },
  };
}
