/**
 * Recipes: everything that decides a run, in one YAML file checked against a schema.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ATTACKS, GRADIENTS, INITIALIZATIONS, MOMENTA, NORMS, OBJECTIVES, TARGETS } from '../attacks/index.js';
import { augmentationSchema, DATASET_NAMES } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { modelSchema } from '../models/index.js';
import { SCHEDULE_NAMES } from '../optim/index.js';
import { ATTACK_NETWORK_NAMES } from './attack-form.js';
import { nearest } from './nearest.js';

/** Budgets as people write them: a number, or a fraction such as 8/255. */
const fraction = z
  .union([
    z.number(),
    z.string().regex(/^\s*\d+(\.\d+)?\s*(\/\s*\d+(\.\d+)?)?\s*$/, 'expected a number or a fraction such as 8/255'),
  ])
  .transform((value) => {
    if (typeof value === 'number') return value;
    const [numerator = '', denominator = '1'] = value.split('/');
    return Number(numerator) / Number(denominator);
  })
  .pipe(z.number().positive());

const names = <Name extends string>(list: readonly Name[]) => z.enum(list as [Name, ...Name[]]);
const keys = <Table extends object>(table: Table) => names(Object.keys(table) as (keyof Table & string)[]);

const fixedOrDrawn = z.union([
  keys(INITIALIZATIONS),
  z.strictObject({ choice: z.array(keys(INITIALIZATIONS)).min(1) }),
  z.strictObject({ sequence: z.array(keys(INITIALIZATIONS)).min(1) }),
]);

/** What the keys mean is at PgdOptions and AttackDescription. */
const attack = z.strictObject({
  name: keys(ATTACKS).default('pgd'),
  norm: keys(NORMS).default('linf'),
  epsilon: fraction,
  steps: z.int().min(1),
  stepSize: fraction.optional(),
  fraction: z.number().gt(0).max(1).optional(),
  initialization: fixedOrDrawn.optional(),
  objective: keys(OBJECTIVES).optional(),
  target: keys(TARGETS).optional(),
  iterate: z.enum(['best', 'last']).optional(),
  gradient: keys(GRADIENTS).optional(),
  momentum: z.number().min(0).lt(1).optional(),
  momentumKind: keys(MOMENTA).optional(),
  backtrack: z.boolean().optional(),
  stepDecay: z.number().min(1).optional(),
  penalty: z.number().min(0).optional(),
});

const evaluation = z.strictObject({
  /** The first test images. */
  examples: z.int().min(1).default(1000),
  attack,
  restarts: z.int().min(1).default(1),
  /** Budgets of the curve of robust error against epsilon; its attack has one restart. */
  curve: z.array(fraction).default([]),
  /** Examples the curve is measured on. */
  curveExamples: z.int().min(1).default(500),
});

const commonTraining = {
  epochs: z.number().positive(),
  batchSize: z.int().min(1).default(128),
  labelSmoothing: z.number().min(0).max(1).default(0),
  /** Which weights are evaluated: the best on the held-out training images, or the last. */
  select: z.enum(['best', 'last']).default('best'),
};

const schema = z.strictObject({
  seed: z.int().min(0).default(1),
  dataset: z.strictObject({
    name: names(DATASET_NAMES),
    /** Training images set apart to watch the run and to choose by; never the test set. */
    validation: z.int().min(1).default(1000),
  }),
  /** Random changes of the training images, in this order: names, or names with options. */
  augmentation: z.array(augmentationSchema).default([]),
  model: modelSchema,
  training: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('normal'), ...commonTraining }),
    z.strictObject({
      method: z.literal('adversarial'),
      ...commonTraining,
      attack,
      /** Share of each batch that is attacked. */
      fraction: z.number().gt(0).max(1).default(1),
      /** How the attack's inner loop computes: measured at the start, or fixed for bit-equal runs. */
      attackNetwork: z.enum(ATTACK_NETWORK_NAMES).default('auto'),
    }),
  ]),
  optimizer: z
    .strictObject({
      momentum: z.number().min(0).lt(1).default(0.9),
      nesterov: z.boolean().default(true),
      weightDecay: z.number().min(0).default(0.0005),
    })
    .prefault({}),
  schedule: z.strictObject({
    name: names(SCHEDULE_NAMES),
    rate: z.number().positive(),
    milestones: z.array(z.number().min(0).max(1)).optional(),
    factor: z.number().positive().optional(),
    warmUp: z.number().min(0).max(1).optional(),
  }),
  evaluation,
});

export type Recipe = z.output<typeof schema>;

/** What an evaluation outside of a training run needs. */
const evaluationSchema = z.strictObject({ dataset: names(DATASET_NAMES), evaluation });

/**
 * Reads a recipe file and applies overrides.
 *
 * @param overrides `key=value` with dots for nesting, e.g. `training.epochs=2`; values are YAML
 * @throws SaddlepointError RECIPE for a missing file, bad YAML, an unknown key (with the nearest known one)
 *   or a value out of its range
 */
export function readRecipe(path: string, overrides: readonly string[] = []): Recipe {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the recipe ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the recipe ${path} is not YAML: ${(cause as Error).message}`, { cause });
  }
  content ??= {}; // an empty file
  if (typeof content === 'object') for (const override of overrides) applyOverride(content, override);
  return checkRecipe(content, path);
}

/** Checks a recipe's content and fills in defaults. */
export function checkRecipe(content: unknown, origin = 'the recipe'): Recipe {
  return check(schema, content, origin);
}

/** Checks which data set and attack an evaluation is to use, as {@link checkRecipe} does. */
export function checkEvaluation(content: unknown): z.output<typeof evaluationSchema> {
  return check(evaluationSchema, content, 'the evaluation');
}

function check<Schema extends z.ZodType>(expected: Schema, content: unknown, origin: string): z.output<Schema> {
  const result = expected.safeParse(content);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describeIssue(issue, content));
  throw new SaddlepointError('RECIPE', `${origin}: ${problems.join('; ')}`);
}

/** A recipe as a YAML file holds it. */
export function recipeText(recipe: Recipe): string {
  return stringify(recipe);
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
  try {
    place[parts.at(-1)!] = parse(value);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new SaddlepointError('RECIPE', `the override ${JSON.stringify(override)} is not YAML: ${reason}`, { cause });
  }
}

function describeIssue(issue: z.core.$ZodIssue, content: unknown): string {
  const path = issue.path.join('.');
  const at = path === '' ? '' : `${path}: `;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, content);
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

function knownValues(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  // A name that tells which of several shapes is meant, such as an architecture's.
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options as unknown[]).map(String) : [];
}

/** The keys the schema knows at a path of the content, for suggestions. */
function knownKeys(path: readonly PropertyKey[], content: unknown): string[] {
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
