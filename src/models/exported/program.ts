/**
 * A program as networks are described by: what a `.pt2` file says, without what PyTorch writes for itself. Plain data,
 * which travels to worker threads and into results.
 *
 * @module
 */
import { z } from 'zod';
import { DTYPE_OF_CODE } from '../../engine/index.js';

/** The value of an operator's argument. */
export type Argument =
  | null
  | boolean
  | string
  /** A whole number, with all of its digits where a float64 has not as many. */
  | { readonly int: number | string }
  | { readonly float: number | 'Infinity' | '-Infinity' | 'NaN' }
  /** A tensor of the program by its name, or a number that the program computes from shapes. */
  | { readonly value: string }
  /** Wherever the network is. */
  | { readonly device: true }
  | readonly Argument[];

const argument: z.ZodType<Argument> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.string(),
    z.strictObject({ int: z.union([z.number(), z.string()]) }),
    z.strictObject({ float: z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN'])]) }),
    z.strictObject({ value: z.string() }),
    z.strictObject({ device: z.literal(true) }),
    z.array(argument),
  ]),
);

const node = z.strictObject({
  /**
   * LibTorch's name, e.g. `conv2d` with the overload ``; `python` for arithmetic of shapes, the overload says which.
   */
  operator: z.string(),
  overload: z.string(),
  /** By the names of the operator's schema. */
  arguments: z.record(z.string(), argument),
  /** A name for each result; a list for a result that is a list; null for one that nobody uses. */
  results: z.array(z.union([z.string(), z.null(), z.array(z.string())])),
});

const dtype = z.enum(Object.values(DTYPE_OF_CODE));
const size = z.number().int().min(0);
const input = z.strictObject({
  /** In the program. */
  name: z.string(),
  /** In the network's state dict. */
  key: z.string(),
  kind: z.enum(['weights', 'constants']),
  /** Whether it was trained, and not a buffer. */
  parameter: z.boolean(),
  dtype,
  shape: z.array(size),
});

export const programSchema = z.strictObject({
  inputs: z.array(input),
  /** The images: a batch of any size where the first number is null. */
  images: z.strictObject({ name: z.string(), dtype, shape: z.array(size.nullable()) }),
  nodes: z.array(node),
  /** The name of the logits. */
  output: z.string(),
  /** How many values it returns, of which the logits are the first that can be. */
  outputs: z.number().int().min(1),
});

export type Program = z.output<typeof programSchema>;
export type ProgramNode = Program['nodes'][number];
export type ProgramInput = Program['inputs'][number];

/** Why a program cannot be computed here; whoever read it says which file it was. */
export class ProgramError extends Error {}

/** Tells a list from what is one value. */
export function isList(given: Argument | undefined): given is readonly Argument[] {
  return Array.isArray(given);
}

/** The names of the values that an argument takes. */
export function valuesIn(given: Argument): string[] {
  if (isList(given)) return given.flatMap(valuesIn);
  return typeof given === 'object' && given !== null && 'value' in given ? [given.value] : [];
}

/** The names of the values that a node takes. */
export function readsOf({ arguments: given }: ProgramNode): string[] {
  return Object.values(given).flatMap(valuesIn);
}

/** The number that an argument is; undefined where it is none, or one that the program computes. */
export function numberOf(given: Argument | undefined): number | undefined {
  if (typeof given !== 'object' || given === null || isList(given)) return undefined;
  return 'float' in given ? Number(given.float) : 'int' in given ? Number(given.int) : undefined;
}

/** The names that a node gives to its results. */
export function resultsOf({ results }: ProgramNode): string[] {
  return results.flat().filter((name) => name !== null);
}

/** Whether the first thing that happens to the images is that something is taken off, or they are scaled. */
export function normalizesItself({ images, nodes }: Program): boolean {
  const first = nodes.find((node) => readsOf(node).includes(images.name));
  return first !== undefined && /^(sub|div|mul|add|rsub)_?$/.test(first.operator);
}

/** As PyTorch writes it: `aten.conv2d.default`. */
export function nameOf({ operator, overload }: Pick<ProgramNode, 'operator' | 'overload'>): string {
  return operator === 'python' ? `_operator.${overload}` : `aten.${operator}.${overload === '' ? 'default' : overload}`;
}
