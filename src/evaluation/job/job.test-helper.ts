/**
 * A small network with a job to evaluate it: some examples fall to each stage, some to none.
 *
 * @module
 */
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { count, disposeSplit, makeSplit, type Split } from '../../data/index.js';
import { NORMS, Pgd, Square, type AttackStage } from '../../attacks/index.js';
import { noGrad, tidy } from '../../engine/index.js';
import { BatchNorm2d, Conv2d, Flatten, initialize, Linear, ReLU, Sequential, type Module } from '../../nn/index.js';
import type { AttackPlan, EvaluationJobOptions } from './index.js';
import { selectExamples } from './selection.js';

const [CLASSES, SIZE] = [4, 6];

export function smallNetwork(seed = 3): Module {
  const layers = [new Conv2d(1, 4, { kernelSize: 3 }), new BatchNorm2d(4), new ReLU(), new Flatten()];
  return initialize(new Sequential(...layers, new Linear(4 * (SIZE - 2) ** 2, CLASSES)), seed);
}

export interface SmallNetwork {
  readonly model: Module;
  readonly split: Split;
  /** Where nothing lies yet. */
  readonly folder: string;
}

/**
 * Before every test a small network with images, which are freed after it; then nothing else may be alive either.
 *
 * @param take given them before every test
 */
export function withSmallNetwork(take: (made: SmallNetwork) => void, examples?: number): void {
  leavesNothingAlive();
  let made: SmallNetwork;
  beforeEach(() => {
    const model = smallNetwork();
    made = { model, split: smallSplit(model, examples), folder: join(temporaryFolder(), 'state') };
    take(made);
  });
  afterEach(() => {
    made.model.dispose();
    disposeSplit(made.split);
  });
}

/** Images whose label is mostly what the network says. */
export function smallSplit(model: Module, examples = 40): Split {
  const bytes = Uint8Array.from({ length: examples * SIZE ** 2 }, (_, i) => (i * 40503 + ((i * i) % 251)) % 256);
  const guess = makeSplit('test', bytes, new Uint8Array(examples), [1, SIZE, SIZE], CLASSES);
  const said = tidy(() =>
    noGrad(() =>
      model
        .eval()
        .forward(guess.images.to({ dtype: 'float32' }).div(255))
        .argmax({ dim: 1 }),
    ).toNumbers(),
  );
  guess.images.dispose();
  guess.labels.dispose();
  const labels = Uint8Array.from(said, (label, i) => (i % 9 === 4 ? (label + 1) % CLASSES : label));
  return makeSplit('test', bytes, labels, [1, SIZE, SIZE], CLASSES);
}

/** Two cheap stages and two that the sampled order audits, short enough for tests. */
export function smallPlan(epsilon = 0.06, stages: AttackStage[] = smallStages(epsilon)): AttackPlan {
  const settings = JSON.stringify({ name: 'made-up', epsilon, stages: stages.map(({ name }) => name) });
  const known = { attack: 'autoattack', label: 'AutoAttack', version: 'standard', norm: 'linf' } as const;
  return { ...known, epsilon, steps: 3, restarts: 2, stages, settings };
}

export function smallStages(epsilon: number): AttackStage[] {
  const norm = NORMS.linf;
  const pgd = (name: string, steps: number, restarts: number, audited: boolean): AttackStage => ({
    name,
    rounds: Array.from({ length: restarts }, (_, restart) => ({
      restart,
      create: (few = steps) => new Pgd({ norm, epsilon, steps: few, name }),
    })),
    steps,
    untilFooled: false,
    blackBox: false,
    audited,
    notes: [],
  });
  const square: AttackStage = {
    name: 'square',
    rounds: [{ restart: 0, create: (queries = 30) => new Square({ norm, epsilon, queries, untilFooled: true }) }],
    steps: 30,
    untilFooled: true,
    blackBox: true,
    audited: true,
    notes: [],
  };
  return [pgd('first', 1, 2, false), square, pgd('last', 8, 3, true)];
}

export function smallJob(model: Module, split: Split, folder: string): EvaluationJobOptions {
  return {
    model,
    split,
    dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
    plan: smallPlan(),
    selection: selectExamples(split, count(split)),
    seed: 1,
    batchSize: 7,
    folder,
  };
}
