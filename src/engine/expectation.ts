/**
 * What a schema expects where a value does not fit it, in words: for every schema that checks what people write.
 *
 * @module
 */
import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
};

/**
 * The error map of a `safeParse`: messages without what was received, which whoever prints them adds. A schema's own
 * message goes before it.
 */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'number' ? numberOf(issue.inst) : (KINDS[issue.expected] ?? describeMapping(issue.inst))}`;
    case 'too_small':
      return `expected ${bounded(issue, issue.inclusive === false ? 'above' : 'of at least', issue.minimum)}`;
    case 'too_big':
      return `expected ${bounded(issue, issue.inclusive === false ? 'below' : 'of at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return `expected ${inWords(issue.values.map(String), 'or')}`;
    case 'invalid_union':
      return issue.errors.length === 0 ? `expected ${namesOf(issue)}` : `expected ${branches(issue.errors)}`;
    default:
      return `expected another value (${issue.code})`;
  }
}

/** What stands at a path of some content, as an issue of a schema names it; undefined where there is nothing. */
export function valueAtPath(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    content,
  );
}

type Bound = number | bigint | Date;

function bounded(
  { origin, schema }: { readonly origin: string; readonly schema?: unknown },
  comparison: string,
  bound: Bound,
): string {
  const value = String(bound);
  if (origin === 'array') return `a list ${comparison} ${value} ${value === '1' ? 'entry' : 'entries'}`;
  if (origin === 'string') return `text ${comparison} ${value} ${value === '1' ? 'character' : 'characters'}`;
  return `${numberOf(schema)} ${comparison} ${value}`;
}

/** A schema's kind of number. */
function numberOf(schema: unknown): string {
  const definition = (schema as z.core.$ZodType | undefined)?._zod.def as { format?: string } | undefined;
  return definition?.format === 'safeint' ? 'a whole number' : 'a number';
}

/** The names that tell several shapes apart. */
function namesOf(issue: object): string {
  const options = 'options' in issue ? (issue.options as unknown[]) : [];
  return inWords(options.filter((name) => name !== undefined).map(String), 'or'); // a shape may need no name
}

/** What each shape of a union would have taken, where the value is of none of their kinds. */
function branches(errors: readonly (readonly z.core.$ZodIssue[])[]): string {
  const wanted = errors.flatMap((issues) => issues.filter(({ path }) => path.length === 0).slice(0, 1));
  return [...new Set(wanted.map(({ message }) => message.replace(/^expected /, '')))].join(', or ');
}

/** With the keys that must be there. */
function describeMapping(schema: unknown): string {
  const keys = requiredKeys(schema);
  if (keys.length === 0) return 'a mapping';
  return `a mapping with the key${keys.length === 1 ? '' : 's'} ${inWords(keys, 'and')}`;
}

function requiredKeys(schema: unknown): string[] {
  const { discriminator, shape = {} } = (schema as z.core.$ZodType)._zod.def as {
    discriminator?: string;
    shape?: Readonly<Record<string, z.core.$ZodType>>;
  };
  if (discriminator !== undefined) return [discriminator];
  return Object.keys(shape).filter((key) => shape[key]!._zod.optin === undefined);
}

function inWords(words: readonly string[], conjunction: string): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)!}`;
}
