/**
 * Collects what the evaluations of a run measured: one result for each set of images and each budget.
 *
 * @module
 */
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ratesOf } from '../../evaluation/combine.js';
import type { BoundsResult } from '../../evaluation/bounds-result.js';
import type { CorruptionResult } from '../../evaluation/corruptions/corruption-result.js';
import { errorRate } from '../../evaluation/interval.js';
import type { DataProvenance } from '../../evaluation/provenance/provenance.js';
import type { ErrorRate, EvaluationResult, RobustErrorRate } from '../../evaluation/results.js';
import type { SmoothingResult } from '../../evaluation/smoothing/certificate.js';
import type { RunFolder } from '../../monitoring/run-folder.js';
import { epsilon } from '../format.js';
import { readBounds } from '../read-bounds.js';
import { readJson } from '../read-json.js';
import { evaluationSchema } from '../schemas.js';
import { belongTogether, type FoundResult, type RecipeModel } from '../belonging.js';
import { datasetKey } from '../data-sets.js';
import { isFrontOfTest, nameImages } from './names.js';

/** A set of images; errors on different ones stand in different tables. */
export interface Images {
  readonly key: string;
  /** SHA-256 of images and labels; results from before do not say. */
  readonly sha256: string | undefined;
  readonly title: string;
  readonly dataset: string;
  readonly examples: number;
}

/** What was measured on one set of images, against one budget. */
export interface Measurement {
  readonly images: Images;
  readonly clean: ErrorRate | null;
  /** The budget of the attacks; null where none was run. */
  readonly budget: { readonly norm: string; readonly epsilon: number } | null;
  readonly pgd: RobustErrorRate | null;
  readonly autoattack: RobustErrorRate | null;
  readonly corruptions: CorruptionResult | null;
  /** By the tightest bounds, within this budget and on these images. */
  readonly bounds?: BoundsResult | undefined;
  /** Of a smoothed classifier, which no attack was run on. */
  readonly smoothing?: SmoothingResult | undefined;
}

/** What `evaluation/*.json` holds of the network evaluated last, and what could not be read or is of another one. */
export function measurements(folder: RunFolder, model: RecipeModel | undefined): Measured {
  const found: FoundResult[] = [];
  const problems: string[] = [];
  for (const file of folder.evaluations) {
    const part = readJson(folder, file, evaluationSchema);
    if (part.value === null) problems.push(part.reason);
    else found.push({ file: relative(folder.path, file), result: part.value });
  }
  const { kept, leftOut, remarks } = belongTogether(found, model);
  const results = kept.map(({ result }) => result);
  const { bounds, leftOut: notBounds } = readBounds(folder, results, model);
  return { measured: combine(results, bounds), problems: [...problems, ...leftOut, ...notBounds], remarks };
}

interface Measured {
  readonly measured: Measurement[];
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Images, by key, with the clean error on them and the attacks by budget. */
interface Collected {
  readonly images: Images;
  clean: ErrorRate | null;
  corruptions: CorruptionResult | null;
  readonly attacks: Map<string, RobustErrorRate[]>;
  readonly smoothing: SmoothingResult[];
  readonly bounds: BoundsResult[];
}

function combine(results: readonly EvaluationResult[], bounds: readonly BoundsResult[]): Measurement[] {
  const found = new Map<string, Collected>();
  const on = (
    result: Pick<EvaluationResult, 'dataset' | 'split' | 'clean'>,
    examples: number,
    data: DataProvenance | undefined,
  ): Collected => {
    const images = describeImages(result, examples, data);
    const key = `${images.key} ${images.sha256 ?? ''}`;
    const collected = found.get(key) ?? {
      images,
      clean: null,
      corruptions: null,
      attacks: new Map<string, RobustErrorRate[]>(),
      smoothing: [],
      bounds: [],
    };
    found.set(key, collected);
    return collected;
  };
  for (const result of results) {
    on(result, result.clean.examples, result.of?.data).clean ??= result.clean;
    const { corruptions } = result;
    if (corruptions !== undefined) {
      const { examples, cleanErrors, data } = corruptions;
      const corrupted = on(result, examples, data);
      corrupted.corruptions ??= corruptions;
      corrupted.clean ??= errorRate(cleanErrors, examples);
    }
    // An attack may have had fewer images than the clean error beside it.
    for (const [, rate] of ratesOf(result)) {
      const { attacks } = on(result, rate.examples, rate.of?.data);
      const budget = budgetKey(rate);
      attacks.set(budget, [...(attacks.get(budget) ?? []), rate]);
    }
    // A run's own result and a file beside it may hold the same.
    for (const one of result.smoothing ?? []) {
      const { smoothing } = on(result, one.examples, one.data);
      if (!smoothing.some((other) => isDeepStrictEqual(one, other))) smoothing.push(one);
    }
  }
  for (const result of bounds) {
    const bounded = on(result, result.examples, result.of.data);
    bounded.clean ??= result.clean;
    bounded.bounds.push(result);
    const budget = budgetKey(result);
    bounded.attacks.set(budget, bounded.attacks.get(budget) ?? []);
  }
  return [...found.values()].flatMap((one): Measurement[] => {
    const { images, clean, corruptions, attacks, smoothing } = one;
    const none = { images, clean, budget: null, pgd: null, autoattack: null, corruptions };
    const attacked = [...attacks].map(([key, rates]): Measurement => {
      const tightest = tightestOf(one.bounds.filter((result) => budgetKey(result) === key));
      const { norm, epsilon } = (rates[0] ?? tightest)!;
      const [pgd, autoattack] = [worst(rates, /^pgd/i), worst(rates, /^autoattack/i)];
      const measured = { images, clean, budget: { norm, epsilon }, pgd, autoattack, corruptions };
      return tightest === undefined ? measured : { ...measured, bounds: tightest };
    });
    const isMeasured = clean !== null || corruptions !== null;
    const network = attacked.length > 0 || !isMeasured ? attacked : [none];
    return [...network, ...smoothing.map((one) => ({ ...none, corruptions: null, smoothing: one }))];
  });
}

function budgetKey({ norm, epsilon: size }: { readonly norm: string; readonly epsilon: number }): string {
  return `${norm.toLowerCase()} ${epsilon(size)}`;
}

/** All are proofs: the one that leaves the fewest images open says most. */
function tightestOf(bounds: readonly BoundsResult[]): BoundsResult | undefined {
  const [first, ...others] = bounds;
  return others.reduce((least, result) => (result.certified.errors < least!.certified.errors ? result : least), first);
}

/** Of several attacks of a kind against the same budget the one that found most errors: the others missed some. */
function worst(rates: readonly RobustErrorRate[], kind: RegExp): RobustErrorRate | null {
  const [first, ...others] = rates.filter(({ attack }) => kind.test(attack));
  if (first === undefined) return null;
  return others.reduce((most, rate) => (rate.robustError > most.robustError ? rate : most), first);
}

function describeImages(
  { dataset, split: first, clean }: Pick<EvaluationResult, 'dataset' | 'split' | 'clean'>,
  examples: number,
  data: DataProvenance | undefined,
): Images {
  const split = data?.selection ?? first;
  // The first images of the test set are the same under any name of the split: "test[0:1000]" or "test".
  const part = isFrontOfTest(split) ? 'test' : split;
  const title = nameImages(dataset, split, examples, examples === clean.examples);
  return { key: `${datasetKey(dataset)} ${part} ${examples}`, sha256: data?.sha256, title, dataset, examples };
}
