/**
 * What a part of a registry has to be, checked when it is added: those from outside may lack anything, or describe
 * their options to another zod.
 *
 * @module
 */
import { describeValue, SaddlepointError } from './errors.js';
import { nearest } from './nearest.js';

/** What a key of a part holds; the two kinds of `options` are schemas by name, and a schema of an object. */
export type PartKey =
  'a text' | 'a whole number' | 'true or false' | 'a function' | 'options' | 'options schema' | 'anything';

export interface PartForm<Part> {
  /** What it has to have. Default: nothing. */
  readonly keys?: Readonly<Partial<Record<keyof Part & string, PartKey>>>;
  /** Names that its options cannot have, as all parts have these keys in a recipe. Default: none. */
  readonly commonKeys?: () => readonly string[];
  /** Names that mean something else where parts are named, and what. Default: none. */
  readonly taken?: Readonly<Record<string, string>>;
  /** What else is wrong with it, as a sentence; undefined for nothing. Default: nothing. */
  readonly problem?: (name: string, part: Part) => string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** @throws SaddlepointError ARGUMENT for a part that is none, with all that is wrong */
export function requireForm<Part>(what: string, name: string, part: Part, form: PartForm<Part>): void {
  const keys = Object.entries(form.keys ?? {}) as [string, PartKey][];
  const values = (typeof part === 'object' && part !== null ? part : {}) as Values;
  const missing = keys.map(([key]) => key).filter((key) => values[key] === undefined || values[key] === null);
  if (missing.length > 0) {
    const known = keys.map(([key]) => key);
    const others = Object.keys(values).filter((key) => !known.includes(key));
    const guesses = missing.flatMap((key) => {
      const guess = nearest(key, others);
      return guess === undefined ? [] : [`; did you mean ${key} where it has ${guess}?`];
    });
    fail(
      `expected ${what} ${name} with ${known.join(', ')}, received ` +
        `${values === part ? 'one' : describeValue(part)} without ${missing.join(', ')}${guesses.join('')}`,
    );
  }
  const problems = [
    ...keys.flatMap(([key, kind]) => keyProblems(name, key, kind, values[key])),
    ...keys.flatMap(([key, kind]) =>
      commonProblems(optionsOf(kind, values[key]), form.commonKeys?.() ?? [], what, name),
    ),
  ];
  const further = problems.length === 0 ? form.problem?.(name, part) : undefined;
  if (further !== undefined) problems.push(further);
  if (problems.length > 0) fail(problems.join('; '));
}

function keyProblems(name: string, key: string, kind: PartKey, value: unknown): string[] {
  const wrong = (form: string) => [`expected ${key} of ${name} as ${form}, received ${describeValue(value)}`];
  switch (kind) {
    case 'a text':
      return typeof value === 'string' && value !== '' ? [] : wrong('a text');
    case 'a whole number':
      return Number.isSafeInteger(value) && (value as number) >= 1 ? [] : wrong('a whole number of at least 1');
    case 'true or false':
      return typeof value === 'boolean' ? [] : wrong('true or false');
    case 'a function':
      return typeof value === 'function' ? [] : wrong('a function');
    case 'options schema':
      return isSchema(value) && 'shape' in value
        ? []
        : wrong('a schema of zod 4, `z.object({ … })` with the `z` of saddlepoint');
    case 'options':
      if (typeof value !== 'object' || value === null || isSchema(value))
        return wrong('schemas by the names of the options, { } for none');
      return Object.entries(value).flatMap(([option, schema]) =>
        isSchema(schema)
          ? []
          : [
              `expected the option ${option} of ${name} as a schema of zod 4, as \`z\` of saddlepoint makes them, ` +
                `received ${describeValue(schema)}`,
            ],
      );
    case 'anything':
      return [];
  }
}

/** The names of the options that a key describes; of another key none. */
function optionsOf(kind: PartKey, value: unknown): string[] {
  if (kind === 'options' && typeof value === 'object' && value !== null) return Object.keys(value);
  if (kind === 'options schema' && isSchema(value) && 'shape' in value) return Object.keys(value.shape as object);
  return [];
}

function commonProblems(options: readonly string[], common: readonly string[], what: string, name: string): string[] {
  return options
    .filter((option) => common.includes(option))
    .map(
      (option) =>
        `expected another name for the option ${option} of ${name}: in a recipe ${what} has ${common.join(', ')} ` +
        'in any case',
    );
}

function isSchema(value: unknown): value is { readonly _zod: unknown } {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function fail(message: string): never {
  throw new SaddlepointError('ARGUMENT', message);
}
