/**
 * What an attack says of itself: the schema of its options, and how it is made. Recipes, the command line, tables and
 * pages follow from it.
 *
 * @module
 */
import { z } from 'zod';
import type { Attack } from './attack.js';
import { parseBudget } from './budget.js';
import { INITIALIZATIONS, type Initialization } from './initializations/index.js';
import { OBJECTIVES, type Objective } from './objectives/index.js';
import { TARGETS } from './targets.js';
import type { ThreatModel, ThreatModelName } from './threat-models/index.js';

/** Plain values of a recipe that stand for parts: they reach `create` as what they stand for. */
interface Parts {
  readonly initialization?: Initialization | undefined;
  /** With its targets. */
  readonly objective?: Objective | undefined;
}

/** What every attack has, and its own options as its schema gives them. */
export type CreateOptions<Shape extends z.ZodRawShape> = {
  /** With the recipe's `fraction`. */
  readonly norm: ThreatModel;
  readonly epsilon: number;
  readonly steps: number;
} & Omit<z.output<z.ZodObject<Shape>>, keyof Parts | 'fraction' | 'target'> &
  Pick<Parts, keyof Parts & keyof Shape>;

/** An attack as the table `ATTACKS` has it: what recipes, the command line and reports need to know of it. */
export interface AttackDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** As tables and pages write it, e.g. `PGD`. */
  readonly label: string;
  /** One line for people who choose. */
  readonly about: string;
  /**
   * The threat models that it is defined for, all there are with their unions, or unions alone; the first is what a
   * recipe without one has.
   */
  readonly norms: readonly [ThreatModelName, ...ThreatModelName[]] | 'all' | 'unions';
  /** Steps, or queries, where nobody says. */
  readonly steps: number;
  /**
   * The schema of the options that it has besides norm, epsilon and steps, as recipes write them: plain values, without
   * defaults, which are those of the attack. `fraction`, `initialization`, `objective` and `target` are understood.
   */
  readonly options: Shape;
  /** Whether it asks for the network's answers alone. */
  readonly blackBox?: boolean | undefined;
  /** Whether a batch ends before its steps once every example has what it wanted. */
  readonly endsEarly?: boolean | undefined;
  /** What else a short trial changes for its few steps to be like the many, by which forecasts go. */
  readonly trial?: Readonly<Record<string, unknown>> | undefined;
  /** @throws SaddlepointError ARGUMENT for values that it refuses */
  create(options: CreateOptions<Shape>): Attack;
}

/** The options of several attacks, each of the values that one of them takes. */
export type OptionsOf<Definitions extends Readonly<Record<string, { readonly options: z.ZodRawShape }>>> = {
  readonly [Key in KeyOf<ShapeOf<Definitions>>]?: ValueOf<ShapeOf<Definitions>, Key>;
};
type ShapeOf<Definitions extends Readonly<Record<string, { readonly options: z.ZodRawShape }>>> =
  Definitions[keyof Definitions]['options'];
type KeyOf<Shape> = Shape extends unknown ? keyof Shape : never;
type ValueOf<Shape, Key> = Shape extends z.ZodRawShape
  ? Key extends keyof Shape
    ? z.output<Shape[Key]>
    : never
  : never;

/** Keeps the types of the options for `create`. */
export function defineAttack<const Shape extends z.ZodRawShape>(
  definition: AttackDefinition<Shape>,
): AttackDefinition<Shape> {
  return definition;
}

/** One of the names of a table. */
export const keysOf = <Table extends object>(table: Table) =>
  z.enum(Object.keys(table) as [keyof Table & string, ...(keyof Table & string)[]]);

const FRACTION = 'expected a positive number or a fraction such as 8/255';
/** Budgets and lengths as people write them: a number, or a fraction such as 8/255. */
export const budgetSchema = z.union([z.number(), z.string()], FRACTION).transform((written, { issues }) => {
  const budget = parseBudget(written);
  if (budget !== undefined) return budget;
  issues.push({ code: 'custom', message: FRACTION, input: written });
  return z.NEVER;
});

/** Schemas of options that several attacks have. */
export const OPTIONS = {
  /** Length of a step in the norm. */
  stepSize: budgetSchema.optional(),
  /** Share of the entries that a step of an L1 or L0 attack moves. */
  fraction: z.number().gt(0).max(1).optional(),
  /** Where the search starts: a name, one of several at random, or several added up. */
  initialization: z
    .union([
      keysOf(INITIALIZATIONS),
      z.strictObject({ choice: z.array(keysOf(INITIALIZATIONS)).min(1) }),
      z.strictObject({ sequence: z.array(keysOf(INITIALIZATIONS)).min(1) }),
    ])
    .optional(),
  /** What is maximised. */
  objective: keysOf(OBJECTIVES).optional(),
  /** Of a targeted objective. */
  target: keysOf(TARGETS).optional(),
  /** Whether an example takes no further part once it is fooled. */
  untilFooled: z.boolean().optional(),
} as const;
