/**
 * Recipes: everything that decides a run, in one YAML file checked against a schema.
 *
 * @module
 */
import { z } from 'zod';
import { parseBudget } from '../attacks/budget.js';
import {
  ATTACKS,
  AUTOATTACK_VERSIONS,
  GRADIENTS,
  INITIALIZATIONS,
  MOMENTA,
  NORMS,
  OBJECTIVES,
  TARGETS,
} from '../attacks/index.js';
import {
  augmentationSchema,
  DATASET_NAMES,
  FOLDER_NAMES,
  LARGEST_SIZE,
  RESIZES,
  type DatasetName,
  type FolderOptions,
} from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { EVALUATION_ORDERS } from '../evaluation/index.js';
import { modelSchema } from '../models/index.js';
import { parseDuration } from '../monitoring/index.js';
import { SCHEDULE_NAMES } from '../optim/index.js';
import { ATTACK_NETWORK_NAMES } from './attack-form.js';
import { METHODS, type MethodDefinition, type MethodName } from './methods/index.js';
import { inspect } from './recipe-problems.js';
import { MOST_SHARES } from './most-shares.js';
import { TRAINING_FORMS } from './training-pass.js';

/** Budgets as people write them: a number, or a fraction such as 8/255. */
const FRACTION = 'expected a positive number or a fraction such as 8/255';
const fraction = z.union([z.number(), z.string()], FRACTION).transform((written, { issues }) => {
  const budget = parseBudget(written);
  if (budget !== undefined) return budget;
  issues.push({ code: 'custom', message: FRACTION, input: written });
  return z.NEVER;
});

/** Times as people write them; in seconds, which is how a resolved recipe has them. */
const TIME = 'expected a time such as 90s, 8m or 2h';
const time = z.union([z.number(), z.string()], TIME).transform((written, { issues }) => {
  const seconds = typeof written === 'number' ? written : parseDuration(written);
  if (seconds !== undefined && seconds > 0) return seconds;
  issues.push({ code: 'custom', message: TIME, input: written });
  return z.NEVER;
});

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

/** What the numbers of the maximum-confidence AutoAttack are at ConfidenceStagesOptions. */
const confidence = z.strictObject({
  /** The first test images. */
  examples: z.int().min(1),
  /** pgd: the evaluation's attack with confidence for its objective; autoattack: its maximum-confidence variant. */
  attack: z.enum(['pgd', 'autoattack']).default('pgd'),
  /** Of autoattack, whose 1000 steps in 19 rounds are dear; pgd's are those of the evaluation's attack. */
  steps: z.int().min(1).optional(),
  restarts: z.int().min(1).optional(),
  queries: z.int().min(1).optional(),
});

const evaluation = z.strictObject({
  /** The first test images. */
  examples: z.int().min(1).default(1000),
  attack,
  restarts: z.int().min(1).default(1),
  /** Budgets of the curve of robust error against epsilon; its attack has one restart. */
  curve: z.array(fraction).max(1000).default([]),
  /** Examples the curve is measured on. */
  curveExamples: z.int().min(1).default(500),
  /** AutoAttack with the attack's norm and budget, on the first test images. */
  autoAttack: z
    .strictObject({
      examples: z.int().min(1).default(200),
      version: names(AUTOATTACK_VERSIONS).default('standard'),
      /** lazy: FAB and Square on a sample, with a bound on what they could have found. */
      order: names(EVALUATION_ORDERS).default('exact'),
    })
    .optional(),
  /** The first test images on which signs of gradient masking are looked for; 0: none. */
  masking: z.int().min(0).default(0),
  /**
   * The first test images attacked for confident errors, for the error of a classifier that may refuse; 0: none. A
   * number is attacked by pgd; examples with an attack name another.
   */
  confidence: z
    .union([z.int().min(0), confidence], 'expected a whole number of test images, or `examples` with an `attack`')
    .refine((written) => typeof written === 'number' || written.attack === 'autoattack' || !hasNumbers(written), {
      message: 'expected steps, restarts and queries with attack: autoattack only',
    })
    .default(0),
});

function hasNumbers({ steps, restarts, queries }: z.output<typeof confidence>): boolean {
  return [steps, restarts, queries].some((value) => value !== undefined);
}

const commonTraining = {
  /** Passes over the training images; may be a fraction. With `within`, the most there may be. */
  epochs: z.number().positive().optional(),
  /**
   * The time the training may take, validation included, e.g. 8m: as many epochs as fit, by a measurement at the start;
   * the schedules are stretched to them. In place of `epochs`, or with it.
   */
  within: time.optional(),
  batchSize: z.int().min(1).default(128),
  labelSmoothing: z.number().min(0).max(1).default(0),
  /** Evaluates the exponential moving average of the weights in place of the last ones. Default: no average. */
  weightAverage: z.strictObject({ decay: z.number().min(0).lt(1) }).optional(),
  /**
   * Share of the newest batch in batch norm's running statistics, as PyTorch counts it. An attack in evaluation mode
   * works against these statistics: at a high rate, 0.1 leaves them behind the weights, and the attack is weak. Default
   * 0.1.
   */
  batchNormMomentum: z.number().gt(0).max(1).optional(),
  /** Epochs between validations. The last one is always followed by one. */
  validateEvery: z.int().min(1).default(1),
  /** Which weights are evaluated: the best on the held-out training images, or the last. */
  select: z.enum(['best', 'last']).default('best'),
  /** How the training pass computes: measured at the start, or fixed, as bit-equal runs on a CPU need it. */
  memoryFormat: z.enum(['auto', ...TRAINING_FORMS]).default('auto'),
  /** Reports clean and robust error on test images each epoch; nothing is chosen by them. Default: no look at them. */
  monitorTest: z
    .strictObject({
      /** Batches of the first test images that are attacked; the clean error is of all test images. */
      batches: z.int().min(1),
    })
    .optional(),
  /**
   * Seconds between checkpoints inside an epoch, which is what a killed run repeats at most. Default 120; 0: every
   * step.
   */
  saveEvery: z.number().min(0).optional(),
};

/** What only the methods with an attack have. */
const attackTraining = {
  attack,
  /** Other values of the attack from a share of the training's steps on. */
  attackSchedule: z
    .array(
      z.strictObject({
        from: z.number().gt(0).lt(1),
        epsilon: fraction.optional(),
        steps: z.int().min(1).optional(),
        stepSize: fraction.optional(),
      }),
    )
    .optional(),
  /**
   * How the attack's inner loop computes: measured at the start, or fixed for bit-equal runs; `model` folds nothing.
   */
  attackNetwork: z.enum(ATTACK_NETWORK_NAMES).default('auto'),
  /**
   * Into how many shares a batch is split that are attacked at the same time, on the CPU; 1: all cores work on each
   * operator. Default: measured where `attackNetwork` is, else 1.
   */
  attackSplit: z.union([z.literal('auto'), z.int().min(1).max(MOST_SHARES)]).optional(),
};

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;
/** The training of any method; what one method alone has is at its file. Without an attack, nothing attacks. */
export type Training = { method: MethodName } & Output<typeof commonTraining> & Partial<Output<typeof attackTraining>>;

/** The schema of each method's training. */
const trainings = Object.entries<MethodDefinition>(METHODS).map(([name, { attacks, objective, options }]) => {
  const maximised = {
    attack: attack.transform((written) => ({ ...written, objective: written.objective ?? objective })),
  };
  return z.strictObject({
    method: z.literal(name),
    ...commonTraining,
    ...(attacks && { ...attackTraining, ...(objective && maximised) }),
    ...options,
  });
}) as unknown as [z.ZodObject, ...z.ZodObject[]];

const isOfFolder = ({
  name,
  path,
  size,
  resize,
  testShare,
}: { name: DatasetName } & FolderOptions & { path?: string | undefined }): boolean =>
  FOLDER_NAMES.includes(name) || [path, size, resize, testShare].every((value) => value === undefined);

/** Says what is wrong between parts of a recipe, though others may have problems of their own. */
const where = (...parts: string[]) => ({
  when: ({ value, issues }: z.core.ParsePayload) =>
    parts.every((part) => typeof (value as Record<string, unknown> | null)?.[part] === 'object') &&
    !issues.some(({ path }) => parts.includes(String(path?.[0]))),
});

const schema = z
  .strictObject({
    seed: z.int().min(0).default(1),
    dataset: z
      .strictObject({
        name: names(DATASET_NAMES),
        /**
         * Training images set apart to watch the run and to choose by; never the test set. 0: none, as in the article.
         */
        validation: z.int().min(0).default(1000),
        /** Of a folder of one's own images: where it is, from where the command is run. */
        path: z.string().min(1).optional(),
        /** Height and width to bring its images to; by default they are of one size already. */
        size: z.int().min(1).max(LARGEST_SIZE).optional(),
        /** `cover` cuts off what is too much (default), `contain` fills up with black, `exact` distorts. */
        resize: z.enum(RESIZES).optional(),
        /** Share of each class set apart for testing where the folder has no such part. Default 0.2. */
        testShare: z.number().gt(0).lt(1).optional(),
      })
      .refine(isOfFolder, {
        error: `path, size, resize and testShare are of a folder of one's own images: name: ${FOLDER_NAMES[0]!}`,
      }),
    /** Random changes of the training images, in this order: names, or names with options. */
    augmentation: z.array(augmentationSchema).default([]),
    model: modelSchema,
    training: z.discriminatedUnion('method', trainings) as unknown as z.ZodType<Training>,
    optimizer: z
      .strictObject({
        momentum: z.number().min(0).lt(1).default(0.9),
        nesterov: z.boolean().default(true),
        weightDecay: z.number().min(0).default(0.0005),
        /** Whether biases and normalisation decay, too. */
        decayVectors: z.boolean().default(true),
      })
      .prefault({}),
    schedule: z.strictObject({
      name: names(SCHEDULE_NAMES),
      rate: z.number().positive(),
      milestones: z.array(z.number().min(0).max(1)).optional(),
      factor: z.number().positive().optional(),
      warmUp: z.number().min(0).max(1).optional(),
      end: z.number().min(0).max(1).optional(),
    }),
    evaluation,
  })
  .refine(({ dataset, training }) => dataset.validation > 0 || training.select === 'last', {
    message:
      'the best weights are chosen on held-out images: set dataset.validation above 0, or training.select to last',
    path: ['dataset', 'validation'],
    ...where('dataset', 'training'),
  })
  .refine(({ training }) => training.epochs !== undefined || training.within !== undefined, {
    message: 'expected a number of epochs, or the time that `within` allows, e.g. within: 8m',
    path: ['training', 'epochs'],
    ...where('training'),
  })
  .refine(({ training }) => training.within === undefined || training.monitorTest === undefined, {
    message: 'the time of looking at the test images is not planned for: leave out within or monitorTest',
    path: ['training', 'monitorTest'],
    ...where('training'),
  });

export type Recipe = z.output<typeof schema>;

/** The attack for confident errors, in the long form; undefined where the recipe asks for none. */
export function confidenceOf({ confidence: asked }: Recipe['evaluation']): z.output<typeof confidence> | undefined {
  if (typeof asked !== 'number') return asked;
  return asked === 0 ? undefined : { examples: asked, attack: 'pgd' };
}

/** What an evaluation outside of a training run needs. */
const evaluationSchema = z.strictObject({ dataset: names(DATASET_NAMES), evaluation });

/** Checks a recipe's content and fills in defaults. */
export function checkRecipe(content: unknown, origin = 'the recipe'): Recipe {
  return check(schema, content, origin);
}

/** Checks which data set and attack an evaluation is to use, as {@link checkRecipe} does. */
export function checkEvaluation(content: unknown): z.output<typeof evaluationSchema> {
  return check(evaluationSchema, content, 'the evaluation');
}

function check<Schema extends z.ZodType>(expected: Schema, content: unknown, origin: string): z.output<Schema> {
  const checked = inspect(expected, content);
  if ('value' in checked) return checked.value;
  const { problems } = checked;
  const [only = ''] = problems;
  const message =
    problems.length === 1
      ? `${origin}: ${only}`
      : `${origin} has ${problems.length} problems:\n  ${problems.join('\n  ')}`;
  throw new SaddlepointError('RECIPE', message);
}
