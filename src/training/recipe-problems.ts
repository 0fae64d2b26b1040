/**
 * What is wrong with a recipe, all of it at once and in words: the place, what is expected, what was received, and the
 * nearest known name.
 *
 * @module
 */
import type { z } from 'zod';
import { ATTACKS, THREAT_MODELS } from '../attacks/index.js';
import { AUGMENTATIONS, DATASETS } from '../data/index.js';
import { expectation, nearest, valueAtPath } from '../engine/index.js';
import { ARCHITECTURES } from '../models/index.js';
import { OPTIMIZERS } from '../optim/index.js';
import { METHODS } from './methods/index.js';
import { knownKeys, ownersOf, placesOf } from './recipe-keys.js';

/** Of a key that several have. */
const MOST_OWNERS = 4;
/** Characters of a received value that are shown. */
const LONGEST = 80;

/** What `schema` says of the content: its value, or every problem in a sentence of its own. */
export function inspect<Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
): { readonly value: z.output<Schema> } | { readonly problems: readonly string[] } {
  const result = schema.safeParse(content, { error: expectation });
  if (result.success) return { value: result.data };
  const issues = result.error.issues.flatMap((issue) => [issue, ...issuesBehind(issue, content, schema)]);
  return { problems: [...new Set(issues.flatMap((issue) => describeIssue(issue, content, schema)))] };
}

/**
 * A name that tells which of several shapes is meant, such as a training method's, hides what else is wrong beside it.
 * Those are the problems of the shape nearest to the name; where none is near, those that every shape has.
 */
function issuesBehind(issue: z.core.$ZodIssue, content: unknown, schema: z.ZodType): z.core.$ZodIssue[] {
  const names = namesOfShapes(issue);
  const name = valueAtPath(content, issue.path);
  if (names.length === 0 || typeof name !== 'string') return [];
  const guess = nearest(name, names);
  const beside = issue.path.slice(0, -1);
  const [first = [], ...others] = (guess === undefined ? names : [guess]).map((other) => {
    const changed = structuredClone(content);
    (valueAtPath(changed, beside) as Record<PropertyKey, unknown>)[issue.path.at(-1)!] = other;
    const { error } = schema.safeParse(changed, { error: expectation });
    return (error?.issues ?? []).filter(({ path }) => beside.every((key, i) => path[i] === key));
  });
  const same = (a: z.core.$ZodIssue) => (b: z.core.$ZodIssue) => JSON.stringify(a) === JSON.stringify(b);
  return first.filter((one) => others.every((list) => list.some(same(one))));
}

function describeIssue(issue: z.core.$ZodIssue, content: unknown, schema: z.ZodType): string[] {
  const received = valueAtPath(content, issue.path);
  const meant = meantIssues(issue, received);
  if (meant.length > 0) return meant.flatMap((one) => describeIssue(one, content, schema));
  const at = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at}unknown key \`${key}\`${suggestKey(key, issue.path, content, schema)}`);
  }
  const guess = typeof received === 'string' ? nearest(received, knownValues(issue)) : undefined;
  const hint = guess === undefined ? hintOf(issue, received) : `; did you mean \`${guess}\`?`;
  return [`${at}${issue.message}, received ${describeReceived(received)}${hint}`];
}

/** Whose key it is where it is another's, the nearest key at the same place, else where there is one of that name. */
function suggestKey(key: string, path: readonly PropertyKey[], content: unknown, schema: z.ZodType): string {
  const owners = ownersOf(key, path, content, schema);
  if (owners.length > 0) return `, which is an option of ${listed(owners)}`;
  const guess = nearest(key, knownKeys(path, content, schema));
  if (guess !== undefined) return `, did you mean \`${guess}\`?`;
  const places = placesOf(key, content, schema);
  return places.length === 0 ? '' : `, did you mean ${places.map((place) => `\`${place}\``).join(' or ')}?`;
}

function listed(names: readonly string[]): string {
  return names.length > MOST_OWNERS ? `${names.slice(0, MOST_OWNERS).join(', ')} and others` : names.join(', ');
}

/** Where a recipe names a part that a program may add. */
const NAMED_PARTS =
  /^(training\.method|model\.architecture|dataset\.name|augmentation\.\d+(\.name)?|optimizer\.name|.*attack\.(name|norm))$/;

/** Whether any of the tables has a part of this name: then the place is wrong, not the name. */
function isKnown(name: string): boolean {
  const tables = [ATTACKS, THREAT_MODELS, METHODS, ARCHITECTURES, DATASETS, AUGMENTATIONS, OPTIMIZERS];
  return tables.some((table) => table.has(name));
}

function hintOf(issue: z.core.$ZodIssue, received: unknown): string {
  if (typeof received === 'string' && NAMED_PARTS.test(issue.path.join('.')) && !isKnown(received))
    return '. One of your own is known by the module that adds it: --import ./mine.mjs';
  const isList = issue.code === 'invalid_type' && issue.expected === 'array' && typeof received === 'string';
  return isList && received.includes(',') ? `; a list is written [${received}]` : '';
}

function describeReceived(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'no value';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/**
 * What is wrong with the only shape of several that has the value's type; nothing where that is none or more than one.
 */
function meantIssues(issue: z.core.$ZodIssue, received: unknown): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [];
  const isOfAnotherType = (problem: z.core.$ZodIssue) =>
    problem.path.length === 0 &&
    (problem.code === 'invalid_type' ||
      problem.code === 'invalid_format' ||
      (problem.code === 'invalid_value' && problem.values.every((value) => typeof value !== typeof received)));
  const fitting = issue.errors.filter((problems) => !problems.some(isOfAnotherType));
  // Of several, the one that read it and says what it lacks.
  const read =
    fitting.length > 1 ? fitting.filter((problems) => problems.some(({ code }) => code === 'custom')) : fitting;
  const [problems = []] = read.length === 1 ? read : [];
  return problems.map((problem) => ({ ...problem, path: [...issue.path, ...problem.path] }));
}

function knownValues(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'invalid_value' ? issue.values.map(String) : namesOfShapes(issue);
}

function namesOfShapes(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options as unknown[]).map(String) : [];
}
