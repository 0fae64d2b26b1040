/**
 * What is wrong with a recipe, in words: expected, received, and the nearest known name.
 *
 * @module
 */
import { z } from 'zod';
import { nearest } from '../engine/index.js';

/** @param schema of the whole content, for the names it knows */
export function describeIssue(issue: z.core.$ZodIssue, content: unknown, schema: z.ZodType): string {
  const meant = meantIssues(issue);
  if (meant.length > 0) return meant.map((one) => describeIssue(one, content, schema)).join('; ');
  const path = issue.path.join('.');
  const at = path === '' ? '' : `${path}: `;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, content, schema);
    return issue.keys
      .map((key) => {
        const guess = nearest(key, known);
        return `${at}unknown key \`${key}\`${guess === undefined ? '' : `, did you mean \`${guess}\`?`}`;
      })
      .join('; ');
  }
  const received = issue.path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    content,
  );
  const known = knownValues(issue);
  const guess = typeof received === 'string' ? nearest(received, known) : undefined;
  return `${at}${issue.message}, received ${received === undefined ? 'nothing' : JSON.stringify(received)}${guess === undefined ? '' : `; did you mean \`${guess}\`?`}`;
}

/** What is wrong with the only shape of several that has the value's type; nothing where that is none or more than one. */
function meantIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [];
  const fitting = issue.errors.filter((problems) =>
    problems.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  const [problems = []] = fitting.length === 1 ? fitting : [];
  return problems.map((problem) => ({ ...problem, path: [...issue.path, ...problem.path] }));
}

function knownValues(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  // A name that tells which of several shapes is meant, such as an architecture's.
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options as unknown[]).map(String) : [];
}

/** The keys the schema knows at a path of the content, for suggestions. */
function knownKeys(path: readonly PropertyKey[], content: unknown, schema: z.ZodType): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  let value = content;
  for (const key of path) {
    node = propertiesOf(node, value).get(String(key));
    value = valueAt(value, String(key));
  }
  return [...propertiesOf(node, value).keys()];
}

interface JsonSchema {
  properties?: Record<string, { const?: unknown }>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** The properties of a schema; of several shapes, of those whose constants agree with the value. */
function propertiesOf(node: unknown, value: unknown): Map<string, unknown> {
  const { properties = {}, anyOf = [], oneOf = [] } = (node ?? {}) as JsonSchema;
  const agrees = (shape: JsonSchema): boolean =>
    Object.entries(shape.properties ?? {}).every(
      ([key, { const: constant }]) => constant === undefined || constant === valueAt(value, key),
    );
  const shapes = [...anyOf, ...oneOf].filter(agrees);
  return new Map(shapes.flatMap((shape) => [...propertiesOf(shape, value)]).concat(Object.entries(properties)));
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
