/**
 * What the options of all architectures share, and how they are checked: before any tensor is made.
 *
 * @module
 */
import { z } from 'zod';
import { describeValue, expectation, SaddlepointError, valueAtPath } from '../engine/index.js';
import { nearest } from '../engine/nearest.js';
import { groupCount, NORMALIZATIONS } from '../nn/index.js';

/** The fields every network has but the small demonstration network. */
export const networkShape = {
  channels: z.int().min(1).default(3).describe('Colour planes of the images'),
  classes: z.int().min(2).default(10).describe('How many classes it tells apart'),
  singleLogit: z
    .boolean()
    .default(false)
    .describe('With two classes: one logit, for the binary losses, instead of two'),
  normalization: z
    .enum(NORMALIZATIONS)
    .default('bn')
    .describe('Batch norm, group norm, each without scale and shift (`fixedbn`, `fixedgn`), or none'),
  clamp: z.boolean().default(true).describe('Clip the input to [0, 1] first; outside, the gradient is zero'),
  normalize: z
    .strictObject({ mean: z.array(z.number()), std: z.array(z.number().positive()) })
    .optional()
    .describe(
      'Then take the mean off and divide by the standard deviation, a number a colour plane. Without it, neither',
    ),
};

/**
 * What the implementations of one network differ in; without a default, so that other networks are described as before.
 */
export const activationOption = z.enum(['relu', 'silu']).optional().describe('The activation (default: relu)');
export const paddingOption = z
  .enum(['around', 'end'])
  .optional()
  .describe(
    "Where strided convolutions have their zeros: around the map, or as TensorFlow's and DeepMind's at its end alone " +
      '(default: around)',
  );

/** The share of activations that dropout drops in training; 0, as in Stutz's runs, for none. */
export const dropoutRate = z.number().min(0).lt(1).default(0);

/** The checked values of {@link networkShape}. */
export type NetworkOptions = z.output<z.ZodObject<typeof networkShape, z.core.$strict>>;

/**
 * The schema of an architecture's options.
 *
 * @param shape its own fields
 * @param widths the channels of the maps that will be normalised; asked before group norm is built
 */
export function networkOptions<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  widths: (options: Record<string, unknown>) => number[],
) {
  return z.strictObject({ ...shape, ...networkShape }).superRefine((value, context) => {
    const options = value as unknown as NetworkOptions & Record<string, unknown>;
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const { normalize, channels, normalization } = options;
    if (options.singleLogit && options.classes !== 2) refuse('singleLogit', 'needs classes: 2');
    if (normalize !== undefined && [normalize.mean, normalize.std].some(({ length }) => length !== channels)) {
      refuse('normalize', `expected a mean and a std for each of ${channels} channels`);
    }
    if (normalization !== 'gn' && normalization !== 'fixedgn') return;
    try {
      widths(options).forEach(groupCount);
    } catch (error) {
      refuse('width', (error as Error).message);
    }
  });
}

/**
 * Checks options and fills in defaults.
 *
 * @param origin what the options are of, for the message, e.g. `resnet18`
 * @throws SaddlepointError RECIPE with every problem; an unknown name comes with the nearest known one
 */
export function checkOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: unknown,
  origin: string,
): z.output<Schema> {
  const result = schema.safeParse(options, { error: expectation });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describeIssue(issue, Object.keys(schema.shape), options));
  throw new SaddlepointError('RECIPE', `the options of ${origin}: ${problems.join('; ')}`);
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[], options: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.path.length === 0 ? known : [];
    const listed = names.length === 0 ? '' : `; there are ${names.join(', ')}`;
    return `${issue.keys.map((key) => `unknown option \`${key}\`${suggestion(key, names)}`).join('; ')}${listed}`;
  }
  const path = issue.path.join('.');
  const received = valueAtPath(options, issue.path);
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const guess = typeof received === 'string' ? suggestion(received, values) : '';
  return `${path === '' ? '' : `${path}: `}${issue.message}, received ${received === undefined ? 'nothing' : describeValue(received)}${guess}`;
}

function suggestion(word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  return guess === undefined ? '' : `, did you mean \`${guess}\`?`;
}
