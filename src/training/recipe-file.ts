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
 * @param overrides `key=value` with dots for nesting, e.g. `training.epochs=2`; values are YAML, and `null` takes a key out
 * @param warn is told of words that are called otherwise by now
 * @throws SaddlepointError RECIPE for a missing file, bad YAML, an unknown key (with the nearest known one)
 *   or a value out of its range
 */
export function readRecipe(
  path: string,
  overrides: readonly string[] = [],
  warn: (warning: string) => void = () => undefined,
): Recipe {
  const written = readContent(path, []);
  if (isRecord(written)) for (const override of overrides) applyOverride(written, override);
  const { content, warnings } = inTodaysWords(written);
  for (const warning of warnings) warn(`${path}: ${warning}`);
  return checkRecipe(content, path);
}

/** A recipe as a YAML file holds it. */
export function recipeText(recipe: Recipe): string {
  return stringify(recipe);
}

/** A file's content, joined with what it extends. `within` are the files that extend this one. */
function readContent(path: string, within: readonly string[]): unknown {
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
  const content = readYaml(text, `the recipe ${path}`) ?? {}; // an empty file
  if (!isRecord(content) || content.extends === undefined) return content;
  const { extends: base, ...own } = content;
  if (typeof base !== 'string') {
    throw new SaddlepointError('RECIPE', `${path}: expected a file for \`extends\`, received ${JSON.stringify(base)}`);
  }
  return merge(readContent(resolve(dirname(path), base), [...within, path]), own);
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

function applyOverride(content: unknown, override: string): void {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(override) ?? [];
  if (path === undefined || value === undefined) {
    throw new SaddlepointError(
      'RECIPE',
      `expected an override of the form key=value, e.g. training.epochs=2, received ${JSON.stringify(override)}`,
    );
  }
  const parts = path.split('.');
  let place = content as Record<string, unknown>;
  for (const part of parts.slice(0, -1)) {
    if (!Object.hasOwn(place, part) || typeof place[part] !== 'object' || place[part] === null) place[part] = {};
    place = place[part] as Record<string, unknown>;
  }
  const said = readYaml(value, `the override ${JSON.stringify(override)}`);
  if (said === null) Reflect.deleteProperty(place, parts.at(-1)!);
  else place[parts.at(-1)!] = said;
}
