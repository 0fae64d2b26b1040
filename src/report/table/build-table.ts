/**
 * Builds Stutz's table from runs: what every format then only writes down.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/errors.js';
import type { RunFolder } from '../../monitoring/run-folder.js';
import type { BoundsResult } from '../../evaluation/bounds-result.js';
import type { CorruptionResult } from '../../evaluation/corruptions/corruption-result.js';
import type { Doubt } from '../../evaluation/masking/verdict.js';
import type { SmoothingResult } from '../../evaluation/smoothing/certificate.js';
import { attackSettings, count, DOUBT_EXPLANATION, plain, sampledBound, rateName } from '../format.js';
import { describeMean } from '../corruption-rows.js';
import { pairResults, type PairedMeasure } from '../paired/index.js';
import { readRun } from '../read-run.js';
import { certifiedAccuracy } from '../../evaluation/smoothing/certified-curve.js';
import { datasetKey } from '../data-sets.js';
import { ARTICLE, ARTICLE_MODELS, ARTICLE_NOTE, type ArticleModel, INFERRED_NOTE } from './article.js';
import { type Images, type Measurement, measurements } from './measurements.js';
import { BOUND_NAMES, nameBudget, nameModel, nameTraining } from './names.js';

/** An error in a cell: a fraction, its interval where there is one, and the numbers of the notes it needs. */
export interface Cell {
  readonly error: number;
  readonly interval: readonly [number, number] | null;
  readonly notes: readonly number[];
  /** Where the attack may not have been able to search: `suspect` or `fail`. */
  readonly doubt?: Doubt | undefined;
}

/** Why a cell has no error: nobody measured it yet, or the article's figure is lost. */
export type Empty = 'not run' | 'not known';

export interface Row {
  /** The name of the run, or `article`. */
  readonly source: string;
  readonly model: string;
  readonly training: string;
  /** Of the attacks of this row. */
  readonly budget: string;
  readonly clean: Cell | Empty;
  readonly pgd: Cell | Empty;
  readonly autoattack: Cell | Empty;
  /** Mean error on common corruptions, where that was measured on these images. */
  readonly corruptions?: Cell | Empty;
  /**
   * Of the images, those that no bounds prove; of a smoothed classifier, those not certified within an L2 radius of
   * sigma.
   */
  readonly certified?: Cell | undefined;
}

/** The rows for one set of images. */
export interface Group {
  readonly title: string;
  readonly dataset: string;
  readonly examples: number;
  readonly rows: readonly Row[];
}

export interface ResultsTable {
  readonly groups: readonly Group[];
  /** Numbered from 1. */
  readonly notes: readonly string[];
  /** What could not be shown, or does not belong to the rest, and why. */
  readonly problems: readonly string[];
  /** What is not known of what is shown. */
  readonly remarks: readonly string[];
  /** Two runs compared image by image, where that was asked for. */
  readonly paired?: {
    readonly first: string;
    readonly second: string;
    readonly measures: readonly PairedMeasure[];
  };
}

export interface NamedRun {
  readonly name: string;
  readonly folder: RunFolder;
}

interface RunRows {
  readonly run: string;
  readonly model: ReturnType<typeof nameModel>;
  readonly training: string;
  readonly measured: readonly Measurement[];
}

/** Reads the runs and arranges what they measured, the fewest images first, beside the article's figures. */
export function buildTable(runs: readonly NamedRun[]): ResultsTable {
  const problems: string[] = [];
  const remarks: string[] = [];
  const read = runs.map(({ name, folder }): RunRows => {
    const { facts } = readRun(name, folder);
    const { measured, problems: unread, remarks: unknown } = measurements(folder, facts.model);
    remarks.push(...unknown.map((remark) => `${name}: ${remark}`));
    problems.push(...unread.map((reason) => `${name}: ${reason}`));
    if (measured.length === 0) problems.push(`${name}: it has not been evaluated`);
    return { run: name, model: nameModel(facts), training: nameTraining(facts), measured };
  });
  const notes = new Notes();
  const sets = setsOf(read.flatMap(({ measured }) => measured.map(({ images }) => images)));
  const groups = sets.map((set) => group(set, read, notes));
  return { groups, notes: notes.all, problems, remarks };
}

/**
 * The table of two runs, and their errors compared image by image.
 *
 * @throws SaddlepointError ARGUMENT for another number of runs; EVALUATION where they were measured on different images
 *   or by different attacks, saying which
 */
export function buildPairedTable(runs: readonly NamedRun[]): ResultsTable {
  const [one, other] = runs;
  if (one === undefined || other === undefined || runs.length > 2) {
    throw new SaddlepointError('ARGUMENT', `expected two runs with --paired, received ${runs.length}`);
  }
  const [first, second] = [one, other].map(({ name, folder }) => readRun(name, folder));
  const { measures, problems } = pairResults(first!.results, second!.results);
  if (measures.length === 0) {
    const reasons = problems.length === 0 ? 'no measurement that both have' : problems.join('; ');
    throw new SaddlepointError(
      'EVALUATION',
      `expected ${one.name} and ${other.name} to be measured by the same attack on the same images, received ` +
        reasons,
    );
  }
  const table = buildTable(runs);
  const unpaired = problems.map((problem) => `not paired, ${problem}`);
  const paired = { first: one.name, second: other.name, measures };
  return { ...table, problems: [...table.problems, ...unpaired], paired };
}

/** Images that share a table: of one name, and where results tell several apart under it, of one hash. */
interface ImageSet extends Images {
  readonly has: (images: Images) => boolean;
}

/** The fewest images first. */
function setsOf(measured: readonly Images[]): ImageSet[] {
  const keys = [...new Set(measured.map(({ key }) => key))];
  const sets = keys.flatMap((key): ImageSet[] => {
    const all = measured.filter((images) => images.key === key);
    const first = all[0]!;
    const known = new Set(all.flatMap(({ sha256 }) => sha256 ?? []));
    if (known.size < 2) return [{ ...first, has: (images) => images.key === key }];
    const hashes = new Set(all.map(({ sha256 }) => sha256));
    return [...hashes].map((sha256) => ({
      ...first,
      title: `${first.title}, ${sha256 === undefined ? 'which images is not known' : `images ${sha256.slice(0, 8)}`}`,
      has: (images) => images.key === key && images.sha256 === sha256,
    }));
  });
  return sets.sort((first, second) => first.examples - second.examples);
}

function group(set: ImageSet, runs: readonly RunRows[], notes: Notes): Group {
  const rows = runs.flatMap(({ run, model, training, measured }) =>
    measured
      .filter(({ images }) => set.has(images))
      .map((measurement) => ({ model, row: runRow(run, model.name, training, measurement, notes) })),
  );
  const { title, dataset, examples } = set;
  const comparable = datasetKey(dataset) === datasetKey(ARTICLE.dataset) && examples === ARTICLE.examples;
  if (!comparable) return { title, dataset, examples, rows: rows.map(({ row }) => row) };
  // Each of the article's networks, below the runs of the same one; runs of other networks come last.
  const beside = ARTICLE_MODELS.flatMap((article) => [
    ...rows.filter(({ model }) => model.article === article).map(({ row }) => row),
    articleRow(article, notes),
  ]);
  const others = rows.filter(({ model }) => model.article === undefined).map(({ row }) => row);
  return { title, dataset, examples, rows: [...beside, ...others] };
}

function runRow(source: string, model: string, training: string, measurement: Measurement, notes: Notes): Row {
  const { clean, budget, pgd, autoattack, corruptions, smoothing, bounds } = measurement;
  if (smoothing !== undefined) return smoothedRow(source, model, training, smoothing, notes);
  const attacked = (rate: Measurement['pgd']): Cell | Empty => {
    if (rate === null) return 'not run';
    const bound = sampledBound(rate);
    const note = notes.number(`${rateName(rate)}: ${attackSettings(rate)}${bound === '' ? '' : `; ${bound}`}.`);
    const { robustError: error, interval, doubt } = rate;
    if (doubt === undefined) return { error, interval, notes: [note] };
    return { error, interval, notes: [note, notes.number(DOUBT_EXPLANATION)], doubt };
  };
  return {
    source,
    model,
    training,
    budget: budget === null ? '–' : nameBudget(budget.norm, budget.epsilon),
    clean: clean === null ? 'not run' : { error: clean.error, interval: clean.interval, notes: [] },
    pgd: attacked(pgd),
    autoattack: attacked(autoattack),
    ...(bounds === undefined ? {} : { certified: bounded(bounds, notes) }),
    ...(corruptions === null ? {} : { corruptions: corrupted(corruptions, notes) }),
  };
}

function bounded({ method, certified: { error, interval } }: BoundsResult, notes: Notes): Cell {
  const note = `Certified error: ${BOUND_NAMES[method]} bounds, which no attack within the budget can exceed.`;
  return { error, interval, notes: [notes.number(note)] };
}

function corrupted(result: CorruptionResult, notes: Notes): Cell | Empty {
  const { meanError: error, interval } = result;
  if (error === null) return 'not run';
  return { error, interval, notes: [notes.number(`Common corruptions: ${describeMean(result)}.`)] };
}

/** A smoothed classifier is another than its network: it has a row of its own, where an abstention is an error. */
function smoothedRow(source: string, model: string, training: string, result: SmoothingResult, notes: Notes): Row {
  const { sigma, selectionSamples, samples, alpha, certificates } = result;
  const note = notes.number(
    `Smoothed: randomised smoothing, ${selectionSamples} + ${count(samples, 'sample')}, alpha ${alpha}; an ` +
      'abstention is an error.',
  );
  const errorWithin = (radius: number): Cell => {
    const { accuracy, interval } = certifiedAccuracy(certificates, radius);
    return { error: 1 - accuracy, interval: [1 - interval[1], 1 - interval[0]], notes: [note] };
  };
  return {
    source,
    model: `${model}, smoothed with σ\u00a0=\u00a0${plain(sigma)}`,
    training,
    budget: nameBudget('l2', sigma),
    clean: errorWithin(0),
    pgd: 'not run',
    autoattack: 'not run',
    certified: errorWithin(sigma),
  };
}

function articleRow(article: ArticleModel, notes: Notes): Row {
  const terms = notes.number(ARTICLE_NOTE);
  const numbers = article.inferred ? [terms, notes.number(INFERRED_NOTE)] : [terms];
  const cell = (error: number | null): Cell | Empty =>
    error === null ? 'not known' : { error, interval: null, notes: numbers };
  return {
    source: 'article',
    model: article.name,
    training: `${ARTICLE.training}, ${nameBudget(ARTICLE.norm, ARTICLE.epsilon)}`,
    budget: nameBudget(ARTICLE.norm, ARTICLE.epsilon),
    clean: cell(article.clean),
    pgd: cell(article.pgd),
    autoattack: cell(article.autoattack),
  };
}

/** Notes in the order in which cells first need them. */
class Notes {
  readonly all: string[] = [];

  number(text: string): number {
    if (!this.all.includes(text)) this.all.push(text);
    return this.all.indexOf(text) + 1;
  }
}
