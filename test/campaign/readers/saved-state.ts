/**
 * What an interrupted training or evaluation left for the one that goes on: recipe, plans, checkpoint, journal.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Identity } from '../../../src/evaluation/job/identity.js';
import { Ledger } from '../../../src/evaluation/job/ledger.js';
import { EvaluationStore, type JournalLine } from '../../../src/evaluation/job/store.js';
import { createModel, type ModelDescription } from '../../../src/models/index.js';
import { RunFolder } from '../../../src/monitoring/run-folder.js';
import { Sgd } from '../../../src/optim/index.js';
import { plannedSteps, readRecipe, type Recipe } from '../../../src/training/index.js';
import { resumeFrom, saveCheckpoint, stepOf } from '../../../src/training/checkpoint.js';
import { readPlan } from '../../../src/training/acceleration/plan-file.js';
import { filesIn, mendJson, write, type Reader } from './reader.js';

const plan = JSON.stringify({
  attackBackend: 'plain',
  attackSplit: 2,
  backend: 'winograd',
  attackPassesPerSecond: { plain: 3 },
  splitPassesPerSecond: {},
  trainingPassesPerSecond: {},
});
const timePlan = JSON.stringify({
  within: 60,
  steps: 12,
  epochs: 0.5,
  phases: [{ share: 1, secondsPerStep: 0.2 }],
  secondsPerValidation: 3,
  took: 12.5,
});
/** All that {@link plannedSteps} looks at. */
const timed = { training: { within: 60, batchSize: 100 } } as Recipe;

const identity: Identity = {
  model: 'a',
  architecture: 'f',
  dataset: 'b',
  split: 'c',
  examples: 4,
  sample: null,
  images: 'd',
  attack: 'e',
  seed: 1,
  order: 'exact',
  version: '1',
};
const state = JSON.stringify({ format: 'saddlepoint-evaluation-2', backend: 'plain', identity });
const journal = (
  [
    { kind: 'clean', positions: [0, 1, 2, 3], wrong: [2], seconds: 0.5 },
    { kind: 'attack', stage: 'pgd', group: 'all', round: 0, positions: [0, 1, 3], fooled: [3], seconds: 2 },
    { kind: 'audit', stage: 'square', of: 2, positions: [0] },
    {
      kind: 'attempt',
      stage: 'confident',
      round: 0,
      positions: [0, 1],
      improved: [1],
      wrong: [true],
      confidence: [0.75],
      seconds: 1,
    },
  ] satisfies JournalLine[]
).map((line) => JSON.stringify(line));

/** Goes on with an evaluation whose other file is sound. */
function goOn(folder: string, files: Readonly<Record<'state.json' | 'journal.jsonl', Uint8Array | string>>): void {
  const path = join(folder, 'evaluation');
  for (const [name, content] of Object.entries(files)) write(path, name, content);
  const store = EvaluationStore.open(path, identity, () => 'plain');
  try {
    const ledger = new Ledger(store.lines);
    ledger.remaining([0, 1, 2, 3], 'pgd', 'all', 0);
  } finally {
    store.close();
  }
}

const small: ModelDescription = { architecture: 'small-cnn', options: { resolution: 8, width: 2, hidden: 4 } };

/** Calls with a network and its optimizer, which are gone afterwards. */
function withTraining<Result>(work: (model: ReturnType<typeof createModel>, optimizer: Sgd) => Result): Result {
  using model = createModel(small, 1);
  using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
  return work(model, optimizer);
}

function checkpoint(folder: string): Buffer[] {
  const path = join(folder, 'sound');
  withTraining((model, optimizer) => {
    saveCheckpoint(path, model, small, { step: 7, best: { step: 3, error: 0.5 }, recent: [{ loss: 1 }] }, optimizer);
  });
  return [readFileSync(path)];
}

export const SAVED_STATE: Readonly<Record<string, Reader>> = {
  recipe: {
    seeds: () => filesIn('recipes', '.yaml'),
    read: (bytes, folder) => void readRecipe(write(folder, 'x.yaml', bytes)),
  },
  plan: {
    seeds: () => [Buffer.from(plan)],
    mend: (bytes, random) => mendJson(bytes, random, plan),
    read: (bytes, folder) => void readPlan(new RunFolder(dirname(write(folder, 'plan.json', bytes))).plan),
  },
  'time plan': {
    seeds: () => [Buffer.from(timePlan)],
    mend: (bytes, random) => mendJson(bytes, random, timePlan),
    read: (bytes, folder) =>
      void plannedSteps(timed, new RunFolder(dirname(write(folder, 'time-plan.json', bytes))), 1000),
  },
  'checkpoint of a training': {
    seeds: checkpoint,
    read: (bytes, folder) => {
      const path = write(folder, 'last.safetensors', bytes);
      stepOf(path);
      withTraining((model, optimizer) => resumeFrom(path, model, small, optimizer));
    },
  },
  'state of an evaluation': {
    seeds: () => [Buffer.from(state)],
    mend: (bytes, random) => mendJson(bytes, random, state),
    read: (bytes, folder) => goOn(folder, { 'state.json': bytes, 'journal.jsonl': '' }),
  },
  'journal of an evaluation': {
    seeds: () => [Buffer.from(`${journal.join('\n')}\n`)],
    mend: (bytes, random) => mendJson(bytes, random, `${journal.join('\n')}\n`),
    read: (bytes, folder) => goOn(folder, { 'state.json': state, 'journal.jsonl': bytes }),
  },
};
