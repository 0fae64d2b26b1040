/**
 * Recipes: everything that decides a run, in one YAML file checked against a schema. Each folder has the schema of its
 * own part; here they are put together, with what has to be right between them.
 *
 * @module
 */
import { z } from 'zod';
import { augmentationSchema, DATASETS, datasetSchema, mixingIn, type AugmentationSettings } from '../data/index.js';
import { fromRegistries, SaddlepointError } from '../engine/index.js';
import { evaluationSchema } from '../evaluation/index.js';
import { modelSchema } from '../models/index.js';
import { inTodaysWords } from '../monitoring/index.js';
import { optimizerSchema, scheduleSchema } from '../optim/index.js';
import { METHODS, type MethodName } from './methods/index.js';
import { inspect } from './recipe-problems.js';
import { trainingSchema, type Training } from './training-schema.js';

/** Says what is wrong between parts of a recipe, though others may have problems of their own. */
const where = (...parts: string[]) => ({
  when: ({ value, issues }: z.core.ParsePayload) =>
    parts.every((part) => typeof (value as Record<string, unknown> | null)?.[part] === 'object') &&
    !issues.some(({ path }) => parts.includes(String(path?.[0]))),
});

const NOISE = 'gaussian-noise';

const recipeSchema = fromRegistries(() =>
  z
    .strictObject({
      seed: z.int().min(0).default(1),
      dataset: datasetSchema(),
      /** Random changes of the training images, in this order: names, or names with options. */
      augmentation: z.array(augmentationSchema()).default([]),
      model: modelSchema(),
      training: trainingSchema(),
      optimizer: optimizerSchema(),
      schedule: scheduleSchema,
      evaluation: evaluationSchema(),
    })
    .refine(({ dataset, training }) => dataset.validation > 0 || training.select === 'last', {
      message:
        'the best weights are chosen on held-out images: set dataset.validation above 0, or training.select to last',
      path: ['dataset', 'validation'],
      ...where('dataset', 'training'),
    })
    .refine(({ dataset, training }) => dataset.validation >= (training.overfittingWatch?.examples ?? 0), {
      error: ({ input }) => refusedWatch(input as Watched),
      path: ['training', 'overfittingWatch', 'examples'],
      ...where('dataset', 'training'),
    })
    .refine((recipe) => takesItsLabels(recipe), {
      error: ({ input }) => refusedMixing(input as Mixed),
      path: ['augmentation'],
      ...where('augmentation', 'training'),
    })
    .refine(
      ({ training }) => training.select === 'best' || (training.weightAverage?.weights ?? 'averaged') === 'averaged',
      {
        message:
          'the weights are chosen from by select: best: leave out training.weightAverage.weights, or training.select',
        path: ['training', 'weightAverage', 'weights'],
        ...where('training'),
      },
    )
    .refine(({ training }) => training.epochs !== undefined || training.within !== undefined, {
      message: 'expected a number of epochs, or the time that `within` allows, e.g. within: 8m',
      path: ['training', 'epochs'],
      ...where('training'),
    })
    .refine(({ training }) => training.within === undefined || training.monitorTest === undefined, {
      message: 'the time of looking at the test images is not planned for: leave out within or monitorTest',
      path: ['training', 'monitorTest'],
      ...where('training'),
    })
    .refine(({ augmentation }) => augmentation.slice(0, -1).every(({ name }) => name !== NOISE), {
      message: `${NOISE} leaves [0, 1], so that no augmentation can follow it: write it last`,
      path: ['augmentation'],
      ...where('augmentation'),
    })
    .refine(({ augmentation, training }) => augmentation.at(-1)?.name !== NOISE || !isRobust(training), {
      message:
        `${NOISE} leaves [0, 1], where no attack begins: leave it out, or train with method: smooth-adv, whose ` +
        'attack has noise',
      path: ['augmentation'],
      ...where('augmentation', 'training'),
    }),
);

/** Whether the training is for robustness: by an attack, or by bounds within an epsilon. */
export function isRobust(training: Pick<Training, 'attack'>): boolean {
  return training.attack !== undefined || 'epsilon' in training;
}

interface Watched {
  readonly dataset: { readonly validation: number };
  readonly training: { readonly overfittingWatch?: { readonly examples: number } };
}

function refusedWatch({ dataset: { validation }, training: { overfittingWatch } }: Watched): string {
  const { examples } = overfittingWatch!;
  return validation === 0
    ? `the watch looks at held-out images, and there are none: set dataset.validation to ${examples} or more`
    : `the watch looks at held-out images: expected at most dataset.validation, which is ${validation}`;
}

interface Mixed {
  readonly augmentation: readonly AugmentationSettings[];
  readonly training: { readonly method: MethodName };
}

/** Whether the method can take the labels that the augmentation makes. */
function takesItsLabels({ augmentation, training }: Mixed): boolean {
  return mixingIn(augmentation) === undefined || METHODS.get(training.method).softLabels === true;
}

function refusedMixing({ augmentation, training: { method } }: Mixed): string {
  const takers = METHODS.entries.filter(([, { softLabels }]) => softLabels === true).map(([name]) => name);
  return (
    `expected no ${mixingIn(augmentation)!} with the method ${method}, which needs the one right class of each ` +
    `image, received it. Leave it out, or take a method that labels of several classes suit: ${takers.join(', ')}`
  );
}

/** A recipe, checked and with its defaults filled in. */
export type Recipe = z.output<ReturnType<typeof recipeSchema>>;

/**
 * What a recipe may say, as JSON Schema (draft 2020-12). Of one that changes another, only the file's name is checked.
 */
export function recipeJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, $defs, ...whole } = z.toJSONSchema(recipeSchema(), {
    io: 'input',
    unrepresentable: 'any',
    reused: 'ref',
  });
  return {
    $schema,
    title: 'A recipe of Saddlepoint',
    if: { required: ['extends'] },
    then: { properties: { extends: { type: 'string', description: 'The recipe that this one changes' } } },
    else: whole,
    $defs,
  };
}

/** What an evaluation outside of a training run needs. */
const evaluationAlone = fromRegistries(() =>
  z.strictObject({ dataset: z.enum(DATASETS.names), evaluation: evaluationSchema() }),
);

/** Checks a recipe's content and fills in defaults. */
export function checkRecipe(content: unknown, origin = 'the recipe'): Recipe {
  return check(recipeSchema(), content, origin);
}

/** Checks which data set and attack an evaluation is to use, as {@link checkRecipe} does. */
export function checkEvaluation(content: unknown): z.output<ReturnType<typeof evaluationAlone>> {
  return check(evaluationAlone(), content, 'the evaluation');
}

function check<Schema extends z.ZodType>(expected: Schema, content: unknown, origin: string): z.output<Schema> {
  const checked = inspect(expected, inTodaysWords(content).content);
  if ('value' in checked) return checked.value;
  const { problems } = checked;
  const [only = ''] = problems;
  const message =
    problems.length === 1
      ? `${origin}: ${only}`
      : `${origin} has ${problems.length} problems:\n  ${problems.join('\n  ')}`;
  throw new SaddlepointError('RECIPE', message);
}
