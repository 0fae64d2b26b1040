/**
 * The same work in Saddlepoint and in PyTorch, with the same LibTorch, threads, weights and data, in
 * alternating pairs of one run.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDataset, loadDataset } from '../../data/index.js';
import { engineDescription, projectRoot, SaddlepointError, tidy, writeSafetensors } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { Worker, type PrepareAnswer, type WorkloadName } from './worker.js';

export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  /** Steps of one measurement. */
  readonly steps: number;
  readonly unit: 'ms' | 'µs';
}

const WORKLOADS: readonly Workload[] = [
  { name: 'normal', title: 'normal training step, batch 128', steps: 60, unit: 'ms' },
  { name: 'adversarial', title: 'PGD-5 adversarial training step, batch 128', steps: 12, unit: 'ms' },
  { name: 'tiny', title: 'add of 4 floats, result freed', steps: 100_000, unit: 'µs' },
];

export interface Measurement {
  readonly workload: Workload;
  /** Medians, seconds a step. */
  readonly saddlepoint: number;
  readonly pytorch: number;
  /** Time Saddlepoint / PyTorch of each pair. */
  readonly ratios: readonly number[];
}

export interface Comparison {
  readonly saddlepoint: PrepareAnswer;
  readonly pytorch: PrepareAnswer;
  readonly measurements: readonly Measurement[];
}

/**
 * Runs the comparison.
 *
 * @throws SaddlepointError ENGINE when no Python imports this engine's LibTorch; INTERNAL when the two
 *   sides do not compute the same
 */
export async function compareWithPyTorch(
  pairs: number,
  data: string | undefined,
  say: (line: string) => void,
): Promise<Comparison> {
  const { libtorch } = engineDescription();
  if (libtorch.python === null) {
    throw new SaddlepointError(
      'ENGINE',
      `expected a Python that imports the LibTorch ${libtorch.version} of this engine, found none. ` +
        'On Debian: apt-get install python3-torch, then npm run setup; or npm run setup -- --libtorch wheel --default',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-bench-'));
  const environment: Record<string, string> = libtorch.pythonPath === null ? {} : { PYTHONPATH: libtorch.pythonPath };
  const script = join(projectRoot(), 'benchmarks', 'pytorch', 'training_step.py');
  const ours = new Worker(
    'Saddlepoint',
    process.execPath,
    [fileURLToPath(new URL('saddlepoint-side.js', import.meta.url))],
    {},
  );
  const theirs = new Worker('PyTorch', libtorch.python, [script], environment);
  try {
    const files = await writeCommonFiles(folder, data, say);
    const prepare = { do: 'prepare', ...files, threads: availableParallelism() } as const;
    const [saddlepoint, pytorch] = [await ours.ask(prepare), await theirs.ask(prepare)];
    await requireSameWork(ours, theirs);
    const measurements: Measurement[] = [];
    for (const workload of WORKLOADS) {
      say(`measuring: ${workload.title}`);
      measurements.push(await measure(workload, pairs, ours, theirs));
    }
    return { saddlepoint, pytorch, measurements };
  } finally {
    ours.close();
    theirs.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The starting weights and the first training images, where both sides can read them. */
async function writeCommonFiles(folder: string, data: string | undefined, say: (line: string) => void) {
  const source = data ?? (await fetchDataset('fashion-mnist', say));
  return tidy(() => {
    const weights = join(folder, 'weights.safetensors');
    using model = createModel({ architecture: 'small-cnn', options: { width: 16, hidden: 128 } }, 1);
    writeSafetensors(weights, model.stateDict());
    const images = join(folder, 'images.safetensors');
    const { train } = loadDataset('fashion-mnist', source);
    const part = { images: train.images.narrow(0, 0, 12_800), labels: train.labels.narrow(0, 0, 12_800) };
    writeSafetensors(images, new Map(Object.entries(part)));
    return { weights, data: images };
  });
}

/** From equal weights and data, equal losses: otherwise the times say nothing. */
async function requireSameWork(ours: Worker, theirs: Worker): Promise<void> {
  const command = { do: 'run', workload: 'normal', steps: 5 } as const;
  const [a, b] = [(await ours.ask(command)).loss, (await theirs.ask(command)).loss];
  if (!(Math.abs(a - b) < 1e-4)) {
    throw new SaddlepointError('INTERNAL', `the two sides differ: loss ${a} and ${b} after 5 equal steps`);
  }
}

async function measure(workload: Workload, pairs: number, ours: Worker, theirs: Worker): Promise<Measurement> {
  const command = { do: 'run', workload: workload.name, steps: workload.steps } as const;
  const once = async (worker: Worker) => (await worker.ask(command)).seconds / workload.steps;
  await once(ours); // warms up
  await once(theirs);
  const times: { ours: number; theirs: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Who goes first changes, so that a drift of the machine favours neither.
    if (pair % 2 === 0) times.push({ ours: await once(ours), theirs: await once(theirs) });
    else {
      const first = await once(theirs);
      times.push({ ours: await once(ours), theirs: first });
    }
  }
  return {
    workload,
    saddlepoint: median(times.map((time) => time.ours)),
    pytorch: median(times.map((time) => time.theirs)),
    ratios: times.map((time) => time.ours / time.theirs),
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
