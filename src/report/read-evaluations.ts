/**
 * The evaluations in a run's folder: what belongs to one network and one data set, put together, and what was left out.
 *
 * @module
 */
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { combineEvaluations, ratesOf } from '../evaluation/combine.js';
import type { NetworkProvenance } from '../evaluation/provenance/provenance.js';
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import { belongTogether, type FoundResult } from './belonging.js';
import { datasetKey } from './data-sets.js';
import { attackSettings, rateName } from './format.js';
import { readJson, type Part } from './read-json.js';
import type { RecipeFacts } from './recipe-facts.js';
import { evaluationSchema } from './schemas.js';

export interface Evaluations {
  /** All that is shown, as one. */
  readonly evaluation: Part<EvaluationResult>;
  /** What that was put together from. */
  readonly results: readonly EvaluationResult[];
  /** The one they are of, where they say so. */
  readonly network: NetworkProvenance | undefined;
  /** What is not shown, with the reason, and what is not known of what is. */
  readonly remarks: readonly string[];
}

/** The run's own evaluation, where it is of the network evaluated last, with what others of the same network add. */
export function readEvaluations(folder: RunFolder, facts: RecipeFacts): Evaluations {
  const own = readJson(folder, folder.evaluation, evaluationSchema);
  const files = [folder.evaluation, ...folder.evaluations.filter((file) => file !== folder.evaluation)];
  const found = files.flatMap((file): FoundResult[] => {
    const result = readJson(folder, file, evaluationSchema).value;
    return result === null ? [] : [{ file: relative(folder.path, file), result }];
  });
  const { kept, network, leftOut, remarks } = belongTogether(found, facts.model);
  // One data set a report: that of the recipe, if it was measured.
  const dataset = kept.find(({ result }) => datasetKey(result.dataset) === datasetKey(facts.dataset ?? '')) ?? kept[0];
  const same = kept.filter(({ result }) => result.dataset === dataset?.result.dataset);
  const other = kept.filter((one) => !same.includes(one));
  const [first, ...others] = same.map(({ result }) => result);
  const none: Part<EvaluationResult> = own.value === null ? own : { value: null, reason: leftOut.join('; ') };
  const evaluation: Part<EvaluationResult> =
    first === undefined ? none : { value: combineEvaluations([first, ...others]) };
  const notShown = [
    ...leftOut,
    ...other.map(({ file, result }) => `${file} is of another data set, ${result.dataset}`),
    ...overshadowed(same),
  ];
  const results = same.map(({ result }) => result);
  return { evaluation, results, network, remarks: [...notShown.map((reason) => `left out: ${reason}`), ...remarks] };
}

/** A report shows an attack once: of several of a name the first. */
function overshadowed(results: readonly FoundResult[]): string[] {
  const shown = new Map<string, RobustErrorRate>();
  return results.flatMap(({ file, result }) =>
    ratesOf(result).flatMap(([name, rate]) => {
      const before = shown.get(name);
      if (before === undefined) shown.set(name, rate);
      if (before === undefined || isDeepStrictEqual(before, rate)) return [];
      return [`${rateName(rate)} of ${file} (${attackSettings(rate)}), as ${attackSettings(before)} is shown`];
    }),
  );
}
