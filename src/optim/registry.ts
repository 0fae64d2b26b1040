/**
 * The optimizers by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import { z } from 'zod';
import { fromRegistries, Registry } from '../engine/index.js';
import type { Parameter } from '../nn/index.js';
import { adam, adamw } from './adam.js';
import { lion } from './lion.js';
import type { Optimizer, OptimizerDefinition } from './optimizer.js';
import { sgd } from './sgd.js';

const OWN = { sgd, adam, adamw, lion } as const satisfies Readonly<Record<string, OptimizerDefinition>>;

/** `OPTIMIZERS.add` adds one from outside. */
export const OPTIMIZERS = new Registry<OptimizerDefinition>('an optimizer', OWN, {
  keys: { options: 'options', create: 'a function' },
  commonKeys: () => ['name'],
});

/** What a recipe has where it names no optimizer. */
const USUAL = 'sgd';

/** As a recipe describes it: a name and the options of that optimizer. */
export interface OptimizerDescription {
  /** Default: sgd. */
  readonly name?: string | undefined;
  readonly [option: string]: unknown;
}

/** The schema of a recipe's `optimizer`. */
export const optimizerSchema = fromRegistries(() => {
  const shapes = OPTIMIZERS.entries.map(([name, { options }]) =>
    z.strictObject({ name: name === USUAL ? z.literal(name).optional() : z.literal(name), ...options }),
  ) as unknown as [z.ZodObject<{ name: z.ZodLiteral }>];
  return z.discriminatedUnion('name', shapes).prefault({} as never) as unknown as z.ZodType<OptimizerDescription>;
});

/**
 * Makes the optimizer of these parameters that a recipe describes.
 *
 * @throws SaddlepointError ARGUMENT for a name that is none, or options that the optimizer refuses
 */
export function createOptimizer(
  parameters: Iterable<readonly [string, Parameter]>,
  { name = USUAL, ...options }: OptimizerDescription,
): Optimizer {
  return OPTIMIZERS.get(name).create(parameters, options);
}
