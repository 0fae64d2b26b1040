/**
 * The benchmark from beginning to end: every network beside PyTorch, its file written after each, so that an
 * interrupted benchmark goes on where it stopped. A side that fails is reported with its reason.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { Bench, type BenchOptions } from './bench.js';
import { findPython } from './python.js';
import { isFailure, type BenchResult, type WorkloadResult } from './result.js';
import { workloadsOf, type Workload } from './workloads.js';

export type { BenchOptions };

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
    const replace = (measured: readonly WorkloadResult[]) => {
      const names = new Set(measured.map(({ name }) => name));
      keep({ workloads: [...result.workloads.filter(({ name }) => !names.has(name)), ...measured] });
    };
    keep({});
    if (steps && (result.steps === null || 'failed' in result.steps)) {
      say('measuring: single steps of the demo network');
      keep({ steps: await bench.steps() });
    }
    for (const group of groupsOf(workloads)) {
      const [first] = group as [Workload];
      const isDone = ({ name }: Workload) =>
        result.workloads.some((done) => done.name === name && !done.pairs.some(isFailure));
      if (group.every(isDone)) continue;
      let best = result.best.find(({ network }) => network === first.network.name);
      if (best === undefined && first.baselines.includes('best')) {
        best = await bench.best(first);
        keep({ best: [...result.best, best] });
      }
      replace(await bench.network(group, best));
    }
    keep({ finishedAt: new Date().toISOString() });
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The workloads that are measured together: the attack and the training step of one network. */
function groupsOf(workloads: readonly Workload[]): Workload[][] {
  const groups = new Map<string, Workload[]>();
  for (const workload of workloads) {
    const key = workload.growth === undefined ? workload.network.name : workload.name;
    groups.set(key, [...(groups.get(key) ?? []), workload]);
  }
  return [...groups.values()];
}
