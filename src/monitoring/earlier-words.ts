/**
 * Words that recipes and results of earlier versions use, read for one version more.
 *
 * @module
 */

interface EarlierWord {
  /** Where in a recipe. */
  readonly path: readonly string[];
  readonly earlier: string;
  readonly now: string;
}

const IN_RECIPES: readonly EarlierWord[] = [
  { path: ['training', 'method'], earlier: 'normal', now: 'standard' },
  { path: ['evaluation', 'autoAttack', 'order'], earlier: 'lazy', now: 'sampled' },
];

export interface Reworded {
  readonly content: unknown;
  /** What was said otherwise, for a warning each, e.g. `training.method: normal is now called standard`. */
  readonly warnings: readonly string[];
}

/** A recipe's content in today's words; the content given stays as it is. */
export function inTodaysWords(content: unknown): Reworded {
  const warnings: string[] = [];
  let reworded = content;
  for (const { path, earlier, now } of IN_RECIPES) {
    if (valueAt(reworded, path) !== earlier) continue;
    reworded = replacedAt(reworded, path, now);
    warnings.push(`${path.join('.')}: ${earlier} is now called ${now}`);
  }
  return { content: reworded, warnings };
}

/** An evaluation's order, as results name it. */
export function orderInTodaysWords(order: string): string {
  return order === 'lazy' ? 'sampled' : order;
}

function valueAt(content: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return content;
  return isRecord(content) && Object.hasOwn(content, key) ? valueAt(content[key], rest) : undefined;
}

/** @param path leads through records, as {@link valueAt} has seen */
function replacedAt(content: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  return key === undefined
    ? value
    : { ...(content as object), [key]: replacedAt(valueAt(content, [key]), rest, value) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
