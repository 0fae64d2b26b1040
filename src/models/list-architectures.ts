/**
 * The architectures with their options, for people and programs: read off the schemas that check them.
 *
 * @module
 */
import { z } from 'zod';
import { ARCHITECTURES } from './architectures.js';

export interface ListedOption {
  readonly name: string;
  /** E.g. `integer from 1`, `first or second`. */
  readonly values: string;
  /** Undefined where leaving it out means something of its own. */
  readonly default: unknown;
  readonly about: string;
}

export interface ListedArchitecture {
  readonly name: string;
  readonly about: string;
  readonly options: readonly ListedOption[];
  /** JSON Schema of the options. */
  readonly schema: Readonly<Record<string, unknown>>;
}

interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly default?: unknown;
  readonly description?: string;
}

/** Every architecture with its options, in words. */
export function listArchitectures(): ListedArchitecture[] {
  return ARCHITECTURES.entries.map(([name, { about, options }]) => {
    const schema = z.toJSONSchema(options, { io: 'input' });
    const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, OptionSchema>>);
    return { name, about, options: properties.map(([option, each]) => listed(option, each)), schema };
  });
}

function listed(name: string, schema: OptionSchema): ListedOption {
  return { name, values: valuesOf(schema), default: schema.default, about: schema.description ?? '' };
}

function valuesOf({ type, enum: choices, minimum, exclusiveMaximum, items, properties }: OptionSchema): string {
  if (choices !== undefined) return choices.join(', ');
  if (type === 'array') return items?.type === undefined ? 'a list' : `a list: ${valuesOf(items)}`;
  if (type === 'object') return `{ ${Object.keys(properties ?? {}).join(', ')} }`;
  if (type === 'boolean') return 'true, false';
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const below = exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`;
  return `${type ?? 'anything'}${from}${below}`;
}
