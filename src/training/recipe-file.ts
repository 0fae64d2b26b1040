/**
 * Recipe files: YAML, one based on another by `extends`, changed by overrides of the command line.
 *
 * @module
 */
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { inTodaysWords } from '../monitoring/index.js';
import { readYaml } from './read-yaml.js';
import { checkRecipe, type Recipe } from './recipe.js';

/** The longest recipe of ours has 3 kB. YAML is slow to read, and lists of lists are slower than their length. */
const MAXIMUM_FILE = 64 * 2 ** 10;
/** Of recipes, each based on the next. */
const MOST_BASES = 32;

/**
 * Reads a recipe file and applies overrides. A recipe with `extends: <file>` (relative to itself) has that
 * file's content where it says nothing itself; nested parts are joined, lists
 * are replaced, and `null` takes a key out.
 *
 * @param overrides `key=value` with dots for nesting, e.g. `training.epochs=2`; values are YAML, and `null` takes a key
 *   out
 * @param warn is told of words that are called otherwise by now
 * @throws SaddlepointError RECIPE for a missing file, bad YAML, an unknown key (with the nearest known one)
 *   or a value out of its range
 */
export function readRecipe(
  path: string,
  overrides: readonly string[] = [],
  warn: (warning: string) => void = () => undefined,
): Recipe {
  const reworded = (content: unknown, where: string) => {
    const { content: now, warnings } = inTodaysWords(content);
    for (const warning of warnings) warn(`${where}: ${warning}`);
    return now;
  };
  const content = readContent(path, [], reworded);
  if (isRecord(content)) for (const override of overrides) applyOverride(content, override, reworded);
  return checkRecipe(content, path);
}

/** A recipe as a YAML file holds it. */
export function recipeText(recipe: Recipe): string {
  return stringify(recipe);
}

/**
 * Each file and each override in today's words, before they are joined: what is written over something may be in
 * others.
 */
type Reword = (content: unknown, where: string) => unknown;

/** A file's content, joined with what it extends. `within` are the files that extend this one. */
function readContent(path: string, within: readonly string[], reworded: Reword): unknown {
  if (within.includes(path)) {
    throw new SaddlepointError('RECIPE', `the recipe ${path} extends itself: ${[...within, path].join(' → ')}`);
  }
  if (within.length > MOST_BASES) {
    throw new SaddlepointError('RECIPE', `the recipe ${within[0]!} is based on more than ${MOST_BASES} others`);
  }
  let text: string;
  try {
    text = readWhole(path, MAXIMUM_FILE).toString('utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the recipe ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const content = reworded(readYaml(text, `the recipe ${path}`) ?? {}, path); // {}: an empty file
  if (!isRecord(content) || content.extends === undefined) return content;
  const { extends: base, ...own } = content;
  if (typeof base !== 'string') {
    throw new SaddlepointError('RECIPE', `${path}: expected a file for \`extends\`, received ${JSON.stringify(base)}`);
  }
  return merge(readContent(resolve(dirname(path), base), [...within, path], reworded), own);
}

function merge(base: unknown, own: unknown): unknown {
  if (!isRecord(base) || !isRecord(own)) return own;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function applyOverride(content: unknown, override: string, reworded: Reword): void {
  const [, path, text] = /^([\w.]+)=(.*)$/s.exec(override) ?? [];
  if (path === undefined || text === undefined) {
    throw new SaddlepointError(
      'RECIPE',
      `expected an override of the form key=value, e.g. training.epochs=2, received ${JSON.stringify(override)}`,
    );
  }
  const said = readYaml(text, `the override ${JSON.stringify(override)}`);
  const [parts, value] = rewordedOverride(path.split('.'), said, (nested) => reworded(nested, `--set ${override}`));
  let place = content as Record<string, unknown>;
  for (const part of parts.slice(0, -1)) {
    if (!Object.hasOwn(place, part) || !isRecord(place[part])) {
      if (value === null) return; // there is nothing to take out
      place[part] = {};
    }
    place = place[part] as Record<string, unknown>;
  }
  const last = parts.at(-1)!;
  if (value === null) Reflect.deleteProperty(place, last);
  else place[last] = value;
}

/** Where today's words have a value, and the value in them. */
function rewordedOverride(
  parts: readonly string[],
  value: unknown,
  reword: (nested: unknown) => unknown,
): [parts: string[], value: unknown] {
  let rest = reword(parts.reduceRight<unknown>((below, part) => ({ [part]: below }), value));
  const now = parts.map(() => {
    const [[part, below]] = Object.entries(rest as object) as [[string, unknown]];
    rest = below;
    return part;
  });
  return [now, rest];
}
