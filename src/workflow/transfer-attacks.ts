/**
 * The transfer matrix of trained networks: images are attacked on each, and shown to all.
 *
 * @module
 */
import { join } from 'node:path';
import { ATTACKS, normsOf, UNION_EXAMPLE, type AttackDescription } from '../attacks/index.js';
import { count, disposeSplit, slice, splitTo, type Split } from '../data/index.js';
import { makeFolder } from '../engine/folders.js';
import { requireDevice, SaddlepointError, tidy, writeFileAtomically } from '../engine/index.js';
import { describeSource, requireFit, selectExamples } from '../evaluation/index.js';
import { transferMatrix, type TransferMatrix } from '../evaluation/transfer/index.js';
import { transferPage } from '../report/transfer/index.js';
import { checkBudget } from './budget-hint.js';
import { openData, type DataOptions } from './evaluation-data.js';
import { openSubject, type EvaluationSubject } from './evaluate-subject.js';
import { toJson } from './write-result.js';

export interface TransferAttackOptions extends DataOptions {
  /** Default: pgd. */
  readonly attack?: string | undefined;
  readonly norm?: string | undefined;
  readonly epsilon: number;
  /** Default: the attack's usual ones. */
  readonly steps?: number | undefined;
  /** Of MI-FGSM: with what probability images are resized, and the side of the kernel. */
  readonly diversity?: number | undefined;
  readonly kernel?: number | undefined;
  /** Whose test images are attacked. Default: the first run's. */
  readonly dataset?: string | undefined;
  /** The first of them. Default: 1000. */
  readonly examples?: number | undefined;
  /** Default: 1. */
  readonly seed?: number | undefined;
  readonly batchSize?: number | undefined;
  /** Default: cpu. */
  readonly device?: string | undefined;
  /** The folder of `transfer.json` and `transfer.html`. Default: runs/transfer. */
  readonly out?: string | undefined;
}

export interface TransferCalls {
  readonly say?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FinishedTransfer extends TransferMatrix {
  /** The page's path; beside it lies `transfer.json`. */
  readonly page: string;
}

const EXAMPLES = 1000;

/**
 * Attacks test images on each of the networks and counts every network's errors on them; writes a page and the figures.
 * All networks are opened before the first attack begins.
 *
 * @param paths run folders, checkpoints, or files of weights whose names tell the network
 * @throws SaddlepointError ARGUMENT for fewer than two networks, the same one twice, or an attack that is none; DATA
 *   for a network of other images or classes; CHECKPOINT for what cannot be read; INTERRUPTED after the signal
 */
export async function transferAttacks(
  paths: readonly string[],
  options: TransferAttackOptions,
  { say = () => undefined, signal }: TransferCalls = {},
): Promise<FinishedTransfer> {
  const attack = describeAttack(options, say);
  const { device = 'cpu', out = join('runs', 'transfer'), seed = 1, batchSize } = options;
  requireDevice(device);
  const subjects: EvaluationSubject[] = [];
  let split: Split | undefined;
  try {
    for (const path of paths) subjects.push(openSubject(path, {}));
    split = examplesFor(subjects, { ...options, device });
    for (const { model } of subjects) model.to(device);
    const networks = subjects.map(({ model }, i) => ({ name: paths[i]!, model }));
    const matrix = await transferMatrix(networks, split, {
      attack,
      seed,
      batchSize,
      signal,
      onProgress: (source, examples) => {
        say(`  ${source}: ${examples} attacked`);
      },
    });
    makeFolder(out);
    const weights = subjects.map(({ model, source }) => describeSource(model, source).weights);
    const figures = { ...matrix, weights, date: new Date().toISOString() };
    writeFileAtomically(join(out, 'transfer.json'), toJson(figures));
    const page = join(out, 'transfer.html');
    writeFileAtomically(page, transferPage(matrix));
    return { ...matrix, page };
  } finally {
    if (split !== undefined) disposeSplit(split);
    for (const { model, lock } of subjects) {
      lock?.release();
      model.dispose();
    }
  }
}

function describeAttack(options: TransferAttackOptions, say: (line: string) => void): AttackDescription {
  const { attack: name = 'pgd', epsilon, diversity, kernel } = options;
  const definition = ATTACKS.get(name);
  const norm = options.norm ?? normsOf(definition)[0];
  if (norm === undefined)
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --norm for ${name}, a union such as ${UNION_EXAMPLE}, received none`,
    );
  const unusual = checkBudget(norm, epsilon);
  if (unusual !== undefined) say(`warning: ${unusual}`);
  const steps = options.steps ?? definition.steps;
  return {
    ...{ name, norm, epsilon, steps },
    ...(diversity !== undefined && { diversity }),
    ...(kernel !== undefined && { kernel }),
  };
}

/** The first test images, which every network has to take. */
function examplesFor(
  subjects: readonly EvaluationSubject[],
  options: TransferAttackOptions & { readonly device: string },
): Split {
  const recipe = subjects.find((subject) => subject.recipe !== undefined)?.recipe;
  const name = options.dataset ?? recipe?.dataset.name;
  if (name === undefined)
    throw new SaddlepointError('ARGUMENT', 'expected --dataset for networks outside of their run folders');
  const data = openData(name, recipe, options);
  disposeSplit(data.train);
  try {
    for (const { model } of subjects) requireFit(model, data.test, data.name, data.classes.length);
    const { positions } = selectExamples(data.test, options.examples ?? Math.min(EXAMPLES, count(data.test)));
    return tidy(() => splitTo(slice(data.test, 0, positions.length), options.device));
  } finally {
    disposeSplit(data.test);
  }
}
