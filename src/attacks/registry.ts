/**
 * Makes the attack that a recipe or a command line describes.
 *
 * @module
 */
import { z } from 'zod';
import { describeValue, fromRegistries, nearest, refuseStray, Registry, SaddlepointError } from '../engine/index.js';
import { apgdAttack } from './apgd/index.js';
import { Attack } from './attack.js';
import { hopSkipJumpAttack, raysAttack } from './decision-based/index.js';
import { budgetSchema, type AttackDefinition, type OptionsOf } from './definition.js';
import { fabAttack } from './fab/index.js';
import { bimAttack, fgsmAttack } from './fgsm.js';
import {
  choice,
  INITIALIZATIONS,
  inSequence,
  type Initialization,
  type InitializationName,
} from './initializations/index.js';
import { cwAttack, ddnAttack, deepfoolAttack, fmnAttack } from './minimum-norm/index.js';
import type { Norm } from './norms/index.js';
import { miFgsmAttack } from './mi-fgsm/index.js';
import { msdAttack } from './multi-steepest-descent.js';
import { nFgsmAttack } from './n-fgsm.js';
import { OBJECTIVES, type Objective, type ObjectiveName } from './objectives/index.js';
import { pgdAttack } from './pgd.js';
import { smoothPgdAttack } from './smooth-pgd.js';
import { spsaAttack } from './spsa.js';
import { squareAttack } from './square/index.js';
import { TARGETS, type TargetName } from './targets.js';
import {
  isTransformation,
  THREAT_MODELS,
  UNION_EXAMPLE,
  unionOf,
  type ThreatModel,
  type ThreatModelName,
} from './threat-models/index.js';
import { affineAttack, flowAttack } from './transformations/index.js';

/** A new attack is one file and one line here. */
const OWN = {
  pgd: pgdAttack,
  fgsm: fgsmAttack,
  bim: bimAttack,
  apgd: apgdAttack,
  fab: fabAttack,
  deepfool: deepfoolAttack,
  cw: cwAttack,
  ddn: ddnAttack,
  fmn: fmnAttack,
  square: squareAttack,
  spsa: spsaAttack,
  'hop-skip-jump': hopSkipJumpAttack,
  rays: raysAttack,
  'n-fgsm': nFgsmAttack,
  msd: msdAttack,
  'smooth-pgd': smoothPgdAttack,
  'mi-fgsm': miFgsmAttack,
  affine: affineAttack,
  flow: flowAttack,
} as const;

/** What every attack has. */
const COMMON = ['name', 'norm', 'epsilon', 'steps'];

/** The attacks by the names recipes use; `ATTACKS.add` adds one from outside. */
export const ATTACKS = new Registry<AttackDefinition>('an attack', OWN, {
  keys: {
    label: 'a text',
    about: 'a text',
    norms: 'anything',
    steps: 'a whole number',
    options: 'options',
    create: 'a function',
  },
  commonKeys: () => COMMON,
  taken: { autoattack: 'AutoAttack, which is several attacks' },
  problem: normProblem,
});

/** Norms that nobody knows. */
function normProblem(name: string, { norms }: { readonly norms: unknown }): string | undefined {
  if (norms === 'all' || norms === 'unions') return undefined;
  if (!Array.isArray(norms) || norms.length === 0)
    return `expected norms of ${name} as a list of norms, 'all' or 'unions', received ${describeValue(norms)}`;
  const unknown: unknown = norms.find((norm) => typeof norm !== 'string' || !THREAT_MODELS.has(norm));
  if (unknown === undefined) return undefined;
  const guess = typeof unknown === 'string' ? nearest(unknown, THREAT_MODELS.names) : undefined;
  return (
    `expected norms of ${name} out of ${THREAT_MODELS.names.join(', ')}, received ${describeValue(unknown)}` +
    `${guess === undefined ? '' : `; did you mean ${guess}?`} One of your own is added to THREAT_MODELS first`
  );
}

/** Of an attack from outside, any other name. */
export type AttackName = keyof typeof OWN | (string & {});

/** An attack in plain values; each attack has some of the options, and what they mean is at its own. */
export type AttackDescription = {
  readonly name: AttackName;
  readonly norm: ThreatModelName;
  /** The budget, for images in [0, 1]. */
  readonly epsilon: number;
  /** Gradient steps, or queries. */
  readonly steps: number;
} & OptionsOf<typeof OWN>;

/** One initialization, one of several at random (an example at a time), or several added up. */
export type InitializationDescription = NonNullable<AttackDescription['initialization']>;

/**
 * Makes the attack that a checked description, such as a recipe's, means.
 *
 * @throws SaddlepointError ARGUMENT for an attack or option that is none, and for values the attack refuses
 */
export function attackOf(description: AttackDescription): Attack {
  const { name, ...options } = description;
  const { norm, fraction, initialization, objective, target, ...own } = options;
  const definition = ATTACKS.get(name);
  refuseStray(name, options, [...COMMON.slice(1), ...Object.keys(definition.options)]);
  requireSameKind(definition, description);
  const attack: unknown = definition.create({
    ...own,
    norm: normOf(norm, fraction),
    ...(initialization !== undefined && { initialization: initializationOf(initialization) }),
    ...((objective ?? target) !== undefined && { objective: objectiveOf(objective ?? 'cross-entropy', target) }),
  });
  if (attack instanceof Attack) return attack;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected create of the attack ${name} to return an instance of a class that extends Attack, ` +
      `received ${describeValue(attack)}`,
  );
}

/** @throws SaddlepointError ARGUMENT for a transformation that the attack does not search in */
function requireSameKind(definition: AttackDefinition, { name, norm }: AttackDescription): void {
  if (!isTransformation(THREAT_MODELS.get(norm)) || normsOf(definition).includes(norm)) return;
  const able = ATTACKS.entries.filter(([, other]) => normsOf(other).includes(norm)).map(([other]) => other);
  throw new SaddlepointError(
    'ARGUMENT',
    `expected an attack that moves pixels (${able.join(', ')}) for ${norm}, received ${name}, which changes their ` +
      'values',
  );
}

/** The schema of an attack in a recipe, by its name. */
export const attackSchema = fromRegistries(
  () =>
    z.discriminatedUnion(
      'name',
      ATTACKS.entries.map(([name, definition]) => {
        return z.strictObject({
          name: name === 'pgd' ? pgdOrNothing : z.literal(name),
          ...threatSchema(definition),
          steps: z.int().min(1).default(definition.steps),
          ...definition.options,
        });
      }) as unknown as [z.ZodObject<{ name: z.ZodLiteral }>],
    ) as unknown as z.ZodType<AttackDescription>,
);

/** The threat models that an attack is defined for: all are those of pixels' values; unions have no names to list. */
export function normsOf({ norms }: AttackDefinition): readonly ThreatModelName[] {
  if (norms === 'unions') return [];
  if (norms !== 'all') return norms;
  return THREAT_MODELS.entries.flatMap(([name, threat]) => (isTransformation(threat) ? [] : [name]));
}

/** Norm and epsilon, which of a union is 1 where nobody says. */
function threatSchema(definition: AttackDefinition) {
  if (definition.norms === 'unions') return { norm: unionSchema, epsilon: budgetSchema.default(1) };
  const norms = normsOf(definition) as [ThreatModelName, ...ThreatModelName[]];
  const one = z.enum(norms);
  const norm =
    definition.norms === 'all'
      ? z.union([one, unionSchema], `expected ${norms.join(', ')}, or a union such as ${UNION_EXAMPLE}`)
      : one;
  return { norm: norm.default(norms[0]), epsilon: budgetSchema };
}

/** Recognised by its colons: what has none is one norm, and misspelt. */
const unionSchema = z
  .string()
  .regex(/:/, `expected a union such as ${UNION_EXAMPLE}`)
  .transform((written, { issues }) => {
    try {
      return unionOf(written).name;
    } catch (error) {
      issues.push({ code: 'custom', message: (error as Error).message, input: written });
      return z.NEVER;
    }
  });

/** PGD is what an attack without a name is. */
const pgdOrNothing = z
  .literal('pgd')
  .optional()
  .transform((name) => name ?? 'pgd');

function normOf(name: ThreatModelName, fraction: number | undefined): ThreatModel {
  const norm: Norm = THREAT_MODELS.get(name);
  if (fraction === undefined) return norm;
  if (norm.withFraction !== undefined) return norm.withFraction(fraction);
  throw new SaddlepointError('ARGUMENT', `expected a fraction for norm l1 or l0 only, received it for ${name}`);
}

function initializationOf(description: InitializationDescription): Initialization {
  const named = (name: InitializationName) => pick<Initialization>('initialization', INITIALIZATIONS, name);
  if (typeof description !== 'object') return named(description);
  return 'choice' in description ? choice(description.choice.map(named)) : inSequence(description.sequence.map(named));
}

function objectiveOf(name: ObjectiveName, target: TargetName | undefined): Objective {
  const objective = pick<Objective>('objective', OBJECTIVES, name);
  if (target === undefined) return objective;
  const targets = pick('target', TARGETS, target);
  if (objective.targets !== undefined) return { ...objective, targets };
  throw new SaddlepointError('ARGUMENT', `expected a target for a targeted objective only, received it for ${name}`);
}

function pick<Part>(what: string, table: Readonly<Record<string, Part>>, name: string): Part {
  const part = Object.hasOwn(table, name) ? table[name] : undefined;
  if (part !== undefined) return part;
  const known = Object.keys(table).join(', ');
  throw new SaddlepointError('ARGUMENT', `expected ${what} to be one of ${known}, received ${describeValue(name)}`);
}
