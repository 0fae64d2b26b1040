/**
 * `saddlepoint bounds`: the certified error of a network by bounds, beside what attacks have found of the same network
 * on the same images.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatBudget } from '../attacks/index.js';
import { disposeSplit, pick } from '../data/index.js';
import { makeFolder } from '../engine/folders.js';
import { requireDevice, requireKnown, SaddlepointError, writeFileAtomically } from '../engine/index.js';
import {
  BOUND_METHODS,
  certifiedError,
  checkBeforeEvaluation,
  describeSource,
  hashExamples,
  networkKey,
  provenanceOf,
  type BoundedAttack,
  type BoundMethod,
  type BoundsResult,
  type CertifiedErrors,
  type Provenance,
} from '../evaluation/index.js';
import { RunFolder } from '../monitoring/index.js';
import { readJson } from '../report/read-json.js';
import { evaluationSchema } from '../report/schemas.js';
import { openBoundedImages, type BoundedImagesOptions } from './bounded-images.js';
import { openSubject, type EvaluationSubject, type SubjectOptions } from './evaluate-subject.js';
import { normalizationNotes } from './normalization-notes.js';
import { toJson } from './write-result.js';

/** What {@link certifyBounds} proves, and by which bounds; the network's own options besides. */
export interface CertifyBoundsOptions extends SubjectOptions, BoundedImagesOptions {
  /** Default: ibp. */
  readonly method?: BoundMethod | undefined;
  /** Default: cpu. */
  readonly device?: string | undefined;
}

export type { BoundsResult };

/** What {@link certifyBounds} found, and where it lies. */
export interface CertifiedNetwork {
  readonly result: BoundsResult;
  readonly file: string;
  /** The result in lines to read. */
  readonly lines: string;
}

/**
 * Measures clean and certified error, and writes them into the network's folder of results.
 *
 * @example
 * const { lines } = await certifyBounds('runs/ibp', { epsilon: 0.1, examples: 100 });
 * console.log(lines);
 *
 * @param path a run folder, a checkpoint, or a file of weights as {@link loadModel} reads them
 * @throws SaddlepointError ARGUMENT for a layer without bounds, or where nothing says a budget in L-infinity or a data
 *   set; EVALUATION where an attack found more than the bounds allow, which would be a fault of theirs
 */
export async function certifyBounds(
  path: string,
  options: CertifyBoundsOptions,
  signal?: AbortSignal,
): Promise<CertifiedNetwork> {
  const { method = 'ibp', device = 'cpu' } = options;
  requireKnown('a method of bounds', method, [...BOUND_METHODS]);
  requireDevice(device);
  const subject = openSubject(path, options);
  try {
    const result = await measure(subject, { ...options, method, device }, signal);
    const file = join(subject.output, 'bounds', `${nameOf(result)}.json`);
    makeFolder(dirname(file));
    writeFileAtomically(file, toJson(result));
    return { result, file, lines: describe(result) };
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

async function measure(
  subject: EvaluationSubject,
  options: CertifyBoundsOptions & { readonly method: BoundMethod; readonly device: string },
  signal: AbortSignal | undefined,
): Promise<BoundsResult> {
  const { model, source, output } = subject;
  const { method, device } = options;
  const { dataset, test, selection, epsilon, notes: said } = openBoundedImages(subject, options, device);
  const { positions, name: split } = selection;
  const part = pick(test, positions);
  try {
    const started = performance.now();
    const budget = { norm: 'linf', epsilon };
    const { notes } = await checkBeforeEvaluation(model, part, { budget, allLabels: test.labels, signal });
    const errors = await certifiedError(model, part, { method, epsilon, signal });
    const data = { name: dataset.name, selection: split, sha256: hashExamples(test, positions) };
    const of = { ...provenanceOf(describeSource(model, source), data, device), date: new Date().toISOString() };
    return {
      of,
      dataset: dataset.name,
      split,
      examples: positions.length,
      method,
      norm: 'linf',
      epsilon,
      ...errors,
      attacks: attacksOf(output, of, epsilon, errors),
      notes: [
        ...(source.notes ?? []),
        ...said,
        ...normalizationNotes(subject, test),
        ...notes.map(({ message }) => message),
      ],
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    for (const images of [part, test]) disposeSplit(images);
  }
}

/** What lies in the folder of results of the same network and images. @throws SaddlepointError EVALUATION for more */
function attacksOf(output: string, of: Provenance, epsilon: number, { certified }: CertifiedErrors): BoundedAttack[] {
  const folder = new RunFolder(dirname(output));
  const files = existsSync(output) ? readdirSync(output).filter((name) => name.endsWith('.json')) : [];
  const attacks = files.flatMap((file): BoundedAttack[] => {
    const { value } = readJson(folder, join(output, file), evaluationSchema); // null for what is no evaluation
    if (value?.of === undefined || networkKey(value.of.network) !== networkKey(of.network)) return [];
    return Object.values(value.attacks)
      .filter((rate) => (rate.of?.data ?? value.of!.data).sha256 === of.data.sha256)
      .filter((rate) => rate.norm === 'linf' && rate.epsilon <= epsilon)
      .map(({ attack, label = attack, epsilon: own, errors, robustError: error }) => {
        return { name: label, epsilon: own, errors, error };
      });
  });
  const more = attacks.find(({ errors }) => errors > certified.errors);
  if (more === undefined) return attacks.filter((one) => one === largestOf(attacks, one));
  throw new SaddlepointError(
    'EVALUATION',
    `expected at most the ${certified.errors} errors that the bounds allow, but ${more.name} found ` +
      `${more.errors}. The bounds are wrong for this network; please report it`,
  );
}

/** An evaluation may be told in two files. */
function largestOf(attacks: readonly BoundedAttack[], { name, epsilon }: BoundedAttack): BoundedAttack {
  const same = attacks.filter((each) => each.name === name && each.epsilon === epsilon);
  return same.reduce((most, each) => (each.errors > most.errors ? each : most));
}

function nameOf({ method, epsilon, examples, of }: BoundsResult): string {
  const budget = formatBudget(epsilon).replace('/', '-');
  return [method, budget, examples, of.network.weights.slice(0, 8), of.data.sha256.slice(0, 8)].join('-');
}

function describe({
  dataset,
  split,
  method,
  epsilon,
  clean,
  certified,
  attacks,
  notes,
  seconds,
}: BoundsResult): string {
  const rate = (name: string, { error, interval }: CertifiedErrors['clean']) =>
    `  ${name.padEnd(18)} ${percent(error)} (95 %: ${interval.map(percent).join(' to ')})`;
  return [
    `${dataset}, ${split}; linf, epsilon ${formatBudget(epsilon)}; ${method}, ${seconds.toFixed(1)} s`,
    rate('clean error', clean),
    ...attacks
      .filter((attack) => attack.epsilon === epsilon)
      .map(({ name, error }) => `  ${`${name} error`.padEnd(18)} ${percent(error)}`),
    rate('certified error', certified),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
