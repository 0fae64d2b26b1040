/**
 * Which evaluations in a run's folder belong together: those of one network. A folder may hold results from before more
 * training, of another checkpoint, or of another network altogether; their figures side by side would be nobody's.
 *
 * @module
 */
import type { EvaluationResult, RobustErrorRate } from '../evaluation/results.js';
import { nameNetwork, networkKey, type NetworkProvenance } from '../evaluation/provenance/provenance.js';
import { list } from './format.js';

/** A result, and the file it is from, relative to the run's folder. */
export interface FoundResult {
  readonly file: string;
  readonly result: EvaluationResult;
}

export interface Belonging {
  readonly kept: readonly FoundResult[];
  /** The network they are of; undefined where they do not say. */
  readonly network: NetworkProvenance | undefined;
  /** A sentence a result that is left out. */
  readonly leftOut: readonly string[];
  /** What is not known of those that are kept. */
  readonly remarks: readonly string[];
}

/** What a recipe's `model` says, with all defaults. */
export interface RecipeModel {
  readonly architecture: string;
  readonly options: unknown;
}

/**
 * Keeps the results of the network that was evaluated last, and of the recipe's architecture. Results that do not say
 * which network they are of, as earlier versions wrote them, are kept only where no other says it.
 */
export function belongTogether(found: readonly FoundResult[], model?: RecipeModel): Belonging {
  const leftOut: string[] = [];
  const keep = (results: readonly FoundResult[], reasonOf: (one: FoundResult) => string | undefined) =>
    results.filter((one) => {
      const reason = reasonOf(one);
      if (reason !== undefined) leftOut.push(`${one.file} ${reason}`);
      return reason === undefined;
    });
  const possible = keep(found, ({ result }) => impossible(result) ?? foreign(result, model));
  const said = possible.filter(({ result }) => result.of !== undefined);
  const last = said.reduce<FoundResult | undefined>(
    (newest, one) => (newest === undefined || dateOf(one) > dateOf(newest) ? one : newest),
    undefined,
  );
  const network = last?.result.of?.network;
  if (network === undefined) return { kept: possible, network, leftOut, remarks: unknown(possible) };
  const kept = keep(possible, ({ result: { of } }) => {
    if (of === undefined) return 'does not say which network it is of, as an earlier version wrote it';
    if (networkKey(of.network) === networkKey(network)) return undefined;
    return `is of another network (${nameNetwork(of.network)}) than the one evaluated last (${nameNetwork(network)})`;
  });
  return { kept, network, leftOut, remarks: [] };
}

function dateOf({ result }: FoundResult): string {
  return result.of?.date ?? '';
}

/** An error under attack counts every clean error, too. */
function impossible({ clean, attacks, of }: EvaluationResult): string | undefined {
  const sameImages = (rate: RobustErrorRate) =>
    rate.examples === clean.examples && rate.of?.data.sha256 === of?.data.sha256;
  const below = Object.values(attacks).find((rate) => sameImages(rate) && rate.errors < clean.errors);
  if (below === undefined) return undefined;
  return `cannot be right: ${below.errors} errors under ${below.attack}, fewer than the ${clean.errors} without attack`;
}

/** Evaluated into this folder, but not what its recipe trains. */
export function foreign({ of }: Pick<EvaluationResult, 'of'>, model: RecipeModel | undefined): string | undefined {
  const made = of?.network.description;
  if (made === undefined || model === undefined) return undefined;
  if (made.architecture === model.architecture && sameValues(made.options, model.options)) return undefined;
  const differ = made.architecture === model.architecture ? `other options of ${made.architecture}` : made.architecture;
  return `is of another architecture than the recipe's: ${differ}`;
}

function sameValues(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) =>
    sameValues((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  );
}

function unknown(results: readonly FoundResult[]): string[] {
  if (results.length === 0) return [];
  const files = list(results.map(({ file }) => file));
  const [does, together] = results.length === 1 ? ['does', ''] : ['do', ', nor whether it is the same one'];
  return [`${files} ${does} not say of which network and images${together}, as an earlier version wrote it`];
}
