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

/** Keys of a recipe's `training` and of `plan.json`. */
const KEYS: Readonly<Record<string, string>> = { attackNetwork: 'attackBackend', memoryFormat: 'backend' };

/** Keys of a recipe's `training` with this method, for methods of others may have options of that name. */
const KEYS_OF_METHODS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  adversarial: { fraction: 'adversarialRatio' },
};

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
  const training = valueAt(reworded, ['training']);
  if (isRecord(training)) {
    const keys = { ...KEYS, ...KEYS_OF_METHODS[String(training.method)] };
    for (const [earlier, now] of Object.entries(keys)) {
      if (Object.hasOwn(training, earlier)) warnings.push(`training.${earlier} is now called training.${now}`);
    }
    reworded = replacedAt(reworded, ['training'], withKeys(training, keys));
  }
  return { content: reworded, warnings };
}

/** What `plan.json` says, in today's words. */
export function planInTodaysWords(plan: unknown): unknown {
  return isRecord(plan) ? withKeys(plan, KEYS) : plan;
}

/** The state of an evaluation, or the engine of its result: how it computes was called a form. */
export function backendInTodaysWords(said: unknown): unknown {
  return isRecord(said) ? withKeys(said, { form: 'backend' }) : said;
}

/** An evaluation's order, as results name it. */
export function orderInTodaysWords(order: string): string {
  return order === 'lazy' ? 'sampled' : order;
}

/** Where both are there, today's counts. */
function withKeys(record: Record<string, unknown>, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  const renamed = Object.entries(record).map(
    ([key, value]) => [Object.hasOwn(keys, key) ? keys[key]! : key, value] as const,
  );
  const today = Object.entries(record).filter(([key]) => Object.values(keys).includes(key));
  return Object.fromEntries([...renamed, ...today]);
}

function valueAt(content: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return content;
  return isRecord(content) && Object.hasOwn(content, key) ? valueAt(content[key], rest) : undefined;
}

/** @param path leads through records, as {@link valueAt} has seen */
function replacedAt(content: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  return key === undefined
    ? value
    : { ...(content as object), [key]: replacedAt(valueAt(content, [key]), rest, value) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
