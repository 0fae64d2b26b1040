/**
 * The known word nearest to a misspelt one.
 *
 * @module
 */
import { describeValue, SaddlepointError } from './errors.js';

/** A word out of those that are known. @throws SaddlepointError ARGUMENT for another, with the nearest known one */
export function requireKnown<Name extends string>(what: string, name: string, known: readonly Name[]): Name {
  if ((known as readonly string[]).includes(name)) return name as Name;
  const guess = typeof name === 'string' ? nearest(name, known) : undefined;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected ${what} out of ${known.join(', ')}, received ${describeValue(name)}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  );
}

/** Letters of a word that is taken for the beginning of another. */
const BEGINNING = 3;

/**
 * The one candidate that the word begins, else the candidate within an edit distance of a third of the word's length,
 * or undefined.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const begun = candidates.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  if (word.length >= BEGINNING && begun.length === 1) return begun[0];
  const limit = Math.max(2, Math.ceil(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] !== undefined && ranked[0].distance <= limit ? ranked[0].candidate : undefined;
}

/** Insertions, deletions and replacements that turn one word into the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replace = previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replace, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[to.length]!;
}
