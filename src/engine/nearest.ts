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
/** Names that one message proposes. */
const MOST_NEAR = 3;

/**
 * The one candidate that the word begins, else the candidate within an edit distance of a third of the word's length,
 * or undefined.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const begun = candidates.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  if (word.length >= BEGINNING && begun.length === 1) return begun[0];
  return ranked(word, candidates)[0];
}

/** Up to three candidates that the word begins or that are within an edit distance of a third of its length. */
export function nearestOf(word: string, candidates: readonly string[]): string[] {
  const lower = word.toLowerCase();
  const begun = candidates.filter((each) => each.toLowerCase().startsWith(lower));
  if (word.length >= BEGINNING && begun.length > 0) return begun.slice(0, MOST_NEAR);
  return ranked(word, candidates).slice(0, MOST_NEAR);
}

/** Those within reach, the nearest first. */
function ranked(word: string, candidates: readonly string[]): string[] {
  const limit = Math.max(2, Math.ceil(word.length / 3));
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
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
