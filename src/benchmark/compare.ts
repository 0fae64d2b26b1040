/**
 * Single steps of the demo network in Saddlepoint and in PyTorch, with the same LibTorch, threads, weights and
 * data, in alternating pairs of one run: shows what TypeScript costs, where nothing is done differently.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDataset, loadDataset } from '../data/index.js';
import { projectRoot, SaddlepointError, tidy, writeSafetensors } from '../engine/index.js';
import { createModel } from '../models/index.js';
import type { Python } from './python.js';
import { median } from './statistics.js';
import type { PrepareAnswer, StepCommands, StepName } from './step-protocol.js';
import { Worker } from './worker.js';

type StepWorker = Worker<keyof StepCommands, StepCommands>;

export interface Step {
  readonly name: StepName;
  readonly title: string;
  /** Steps of one measurement. */
  readonly steps: number;
  readonly unit: 'ms' | 'µs';
}

const STEPS: readonly Step[] = [
  { name: 'standard', title: 'standard training step, batch 128', steps: 60, unit: 'ms' },
  { name: 'adversarial', title: 'PGD-5 adversarial training step, batch 128', steps: 12, unit: 'ms' },
  { name: 'tiny', title: 'add of 4 floats, result freed', steps: 100_000, unit: 'µs' },
];

export interface Measurement {
  readonly workload: Step;
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
 * @throws SaddlepointError INTERNAL when the two sides do not compute the same
 */
export async function compareWithPyTorch(
  options: { python: Python; pairs: number; threads: number; data: string | undefined },
  say: (line: string) => void,
): Promise<Comparison> {
  const { python, pairs, threads, data } = options;
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-bench-'));
  const script = join(projectRoot(), 'benchmarks', 'pytorch', 'training_step.py');
  const side = fileURLToPath(new URL('saddlepoint-side.js', import.meta.url));
  const ours: StepWorker = new Worker('Saddlepoint', process.execPath, [side]);
  const theirs: StepWorker = new Worker('PyTorch', python.command, [script], python.environment);
  try {
    const files = await writeCommonFiles(folder, data, say);
    const prepare = { ...files, threads };
    const [saddlepoint, pytorch] = [await ours.ask('prepare', prepare), await theirs.ask('prepare', prepare)];
    await requireSameWork(ours, theirs);
    const measurements: Measurement[] = [];
    for (const workload of STEPS) {
      say(`measuring: ${workload.title}`);
      measurements.push(await measure(workload, pairs, ours, theirs));
    }
    return { saddlepoint, pytorch, measurements };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
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
async function requireSameWork(ours: StepWorker, theirs: StepWorker): Promise<void> {
  const command = { workload: 'standard', steps: 5 } as const;
  const [a, b] = [(await ours.ask('run', command)).loss, (await theirs.ask('run', command)).loss];
  if (!(Math.abs(a - b) < 1e-4)) {
    throw new SaddlepointError('INTERNAL', `the two sides differ: loss ${a} and ${b} after 5 equal steps`);
  }
}

async function measure(workload: Step, pairs: number, ours: StepWorker, theirs: StepWorker): Promise<Measurement> {
  const command = { workload: workload.name, steps: workload.steps };
  const once = async (worker: StepWorker) => (await worker.ask('run', command)).seconds / workload.steps;
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
