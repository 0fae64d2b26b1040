/**
 * Which of several sets of weights in a file is meant, by the names people give them.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';
import { nearest } from './nearest.js';

/** An average of the weights over the steps of their training. */
const AVERAGE = /(^|[._])(ema|averaged?|avg|swa|shadow|teacher)(model|net)?([._]|$)/i;
const MOST_NAMED = 20;

/** Whether a name is that of an average of weights. */
export function isAverage(name: string): boolean {
  return AVERAGE.test(name);
}

/**
 * Which of several state dicts in a file is meant.
 *
 * @param entries the names of all there are, at least one
 * @param asked one of them; `ema` for the only average among them, `raw` for the only one that is none
 * @throws SaddlepointError CHECKPOINT where it is none of them, or nothing is asked for and there are several
 */
export function chooseEntry(path: string, entries: readonly string[], asked: string | undefined): string {
  if (asked === undefined && entries.length === 1) return entries[0]!;
  if (asked !== undefined && entries.includes(asked)) return asked;
  const averages = entries.filter(isAverage);
  const others = entries.filter((name) => !isAverage(name));
  const short = new Map([
    ['ema', averages],
    ['raw', others],
  ]);
  const meant = asked === undefined ? undefined : short.get(asked.toLowerCase());
  if (meant?.length === 1) return meant[0]!;
  throw new SaddlepointError(
    'CHECKPOINT',
    asked === undefined ? question(path, averages, others) : refusal(path, asked, entries),
  );
}

function question(path: string, averages: readonly string[], others: readonly string[]): string {
  const told = listed([...others, ...averages]);
  const both = averages.length === 1 && others.length === 1;
  const choices = both
    ? `--weights raw takes ${others[0]}, the weights as the last step left them; --weights ema takes ${averages[0]}, their average, which is what most papers report`
    : `choose one with --weights, e.g. --weights ${others[0] ?? averages[0]}`;
  return `${path} holds several state dicts, ${told}: ${choices}`;
}

function refusal(path: string, asked: string, entries: readonly string[]): string {
  const guess = nearest(asked, entries);
  return `${path} holds no weights under ${asked}, but under ${listed(entries)}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED);
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return shown.join(' and ') + more;
}
