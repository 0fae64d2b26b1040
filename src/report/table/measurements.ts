/**
 * Collects what the evaluations of a run measured: one result for each set of images and each budget.
 *
 * @module
 */
import { ratesOf } from '../../evaluation/combine.js';
import type { ErrorRate, EvaluationResult, RobustErrorRate } from '../../evaluation/results.js';
import type { RunFolder } from '../../monitoring/run-folder.js';
import { epsilon } from '../format.js';
import { readJson } from '../read-run.js';
import { evaluationSchema } from '../schemas.js';
import { datasetKey, isFrontOfTest, nameImages } from './names.js';

/** A set of images; errors on different ones stand in different tables. */
export interface Images {
  readonly key: string;
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
}

/** Everything `evaluation/*.json` holds, and what could not be read. */
export function measurements(folder: RunFolder): { measured: Measurement[]; problems: string[] } {
  const results: EvaluationResult[] = [];
  const problems: string[] = [];
  for (const file of folder.evaluations) {
    const part = readJson(folder, file, evaluationSchema);
    if (part.value === null) problems.push(part.reason);
    else results.push(part.value);
  }
  return { measured: combine(results), problems };
}

/** Images, by key, with the clean error on them and the attacks by budget. */
interface Collected {
  readonly images: Images;
  clean: ErrorRate | null;
  readonly attacks: Map<string, RobustErrorRate[]>;
}

function combine(results: readonly EvaluationResult[]): Measurement[] {
  const found = new Map<string, Collected>();
  const on = (result: EvaluationResult, examples: number): Collected => {
    const images = describeImages(result, examples);
    const collected = found.get(images.key) ?? { images, clean: null, attacks: new Map<string, RobustErrorRate[]>() };
    found.set(images.key, collected);
    return collected;
  };
  for (const result of results) {
    on(result, result.clean.examples).clean ??= result.clean;
    // An attack may have had fewer images than the clean error beside it.
    for (const [, rate] of ratesOf(result)) {
      const { attacks } = on(result, rate.examples);
      const budget = `${rate.norm.toLowerCase()} ${epsilon(rate.epsilon)}`;
      attacks.set(budget, [...(attacks.get(budget) ?? []), rate]);
    }
  }
  return [...found.values()].flatMap(({ images, clean, attacks }): Measurement[] => {
    const tried = [...attacks.values()];
    if (tried.length === 0) return [{ images, clean, budget: null, pgd: null, autoattack: null }];
    return tried.map((rates) => {
      const { norm, epsilon } = rates[0]!;
      const [pgd, autoattack] = [worst(rates, /^pgd/i), worst(rates, /^autoattack/i)];
      return { images, clean, budget: { norm, epsilon }, pgd, autoattack };
    });
  });
}

/** Of several attacks of a kind against the same budget the one that found most errors: the others missed some. */
function worst(rates: readonly RobustErrorRate[], kind: RegExp): RobustErrorRate | null {
  const [first, ...others] = rates.filter(({ attack }) => kind.test(attack));
  if (first === undefined) return null;
  return others.reduce((most, rate) => (rate.robustError > most.robustError ? rate : most), first);
}

function describeImages({ dataset, split, clean }: EvaluationResult, examples: number): Images {
  // The first images of the test set are the same under any name of the split: "test[0:1000]" or "test".
  const part = isFrontOfTest(split) ? 'test' : split;
  const title = nameImages(dataset, split, examples, examples === clean.examples);
  return { key: `${datasetKey(dataset)} ${part} ${examples}`, title, dataset, examples };
}
