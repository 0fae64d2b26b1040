/**
 * The certified errors of a run that belong to what its evaluations say: of the same network and data set, and not
 * below what an attack has found.
 *
 * @module
 */
import { relative } from 'node:path';
import type { BoundsResult } from '../evaluation/bounds-result.js';
import { ratesOf } from '../evaluation/combine.js';
import { nameNetwork, networkKey } from '../evaluation/provenance/provenance.js';
import type { EvaluationResult } from '../evaluation/results.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import { foreign, type RecipeModel } from './belonging.js';
import { datasetKey } from './data-sets.js';
import { readJson } from './read-json.js';
import { boundsSchema } from './schemas.js';

export interface FoundBounds {
  readonly bounds: readonly BoundsResult[];
  /** A sentence a file that is left out. */
  readonly leftOut: readonly string[];
}

/**
 * @param evaluations those of the run that are shown; where there are none, the network that was bounded last counts
 */
export function readBounds(
  folder: RunFolder,
  evaluations: readonly EvaluationResult[],
  model: RecipeModel | undefined,
): FoundBounds {
  const leftOut: string[] = [];
  const found = folder.bounds.flatMap((file) => {
    const part = readJson(folder, file, boundsSchema);
    if (part.value === null) leftOut.push(part.reason);
    return part.value === null ? [] : [{ file: relative(folder.path, file), result: part.value }];
  });
  const newest = found
    .filter(({ result }) => foreign(result, model) === undefined)
    .reduce<BoundsResult | undefined>(
      (last, { result }) => (last === undefined || dateOf(result) > dateOf(last) ? result : last),
      undefined,
    );
  const shown = evaluations.length === 0 ? newest : evaluations.find(({ of }) => of !== undefined);
  const kept = found.filter(({ file, result }) => {
    const reason = foreign(result, model) ?? stranger(result, shown, evaluations) ?? refuted(result, evaluations);
    if (reason !== undefined) leftOut.push(`${file} ${reason}`);
    return reason === undefined;
  });
  return { bounds: kept.map(({ result }) => result), leftOut };
}

/** What is evaluated says which network it is of, or cannot be compared. */
function stranger(
  { of: { network }, dataset }: BoundsResult,
  shown: Pick<EvaluationResult, 'of' | 'dataset'> | undefined,
  evaluations: readonly EvaluationResult[],
): string | undefined {
  if (shown?.of === undefined) return 'cannot be set beside evaluations that do not say which network they are of';
  if (networkKey(shown.of.network) !== networkKey(network))
    return (
      `is of another network (${nameNetwork(network)}) than the one evaluated last ` +
      `(${nameNetwork(shown.of.network)})`
    );
  const others = evaluations.length === 0 ? [shown] : evaluations;
  if (!others.some((other) => datasetKey(other.dataset) === datasetKey(dataset)))
    return `is of another data set, ${dataset}`;
  return undefined;
}

/** No attack within the budget finds more than bounds allow; where one did, which may be later, they are wrong. */
function refuted(
  { of, epsilon, certified }: BoundsResult,
  evaluations: readonly EvaluationResult[],
): string | undefined {
  const rates = evaluations.flatMap((result) =>
    ratesOf(result)
      .filter(([, rate]) => (rate.of?.data ?? result.of?.data)?.sha256 === of.data.sha256)
      .map(([, rate]) => rate),
  );
  const more = rates.find((rate) => rate.norm === 'linf' && rate.epsilon <= epsilon && rate.errors > certified.errors);
  if (more === undefined) return undefined;
  return `cannot be right: ${more.attack} found ${more.errors} errors, more than the ${certified.errors} it allows`;
}

function dateOf({ of }: BoundsResult): string {
  return of.date ?? '';
}
