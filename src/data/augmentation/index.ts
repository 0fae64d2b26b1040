/**
 * Augmentations by name. A new one is one file and one line here.
 *
 * The article's list is `[random-crop, flip, autoaugment, cutout]`.
 *
 * @module
 */
import { z } from 'zod';
import { expectation, SaddlepointError } from '../../engine/index.js';
import { nearest } from '../../engine/nearest.js';
import { compose, type Augmentation, type AugmentationDefinition } from './augmentation.js';
import { autoaugment } from './autoaugment.js';
import { cutout } from './cutout.js';
import { flip } from './flip.js';
import { randomCrop } from './random-crop.js';

const AUGMENTATIONS = {
  'random-crop': randomCrop,
  flip,
  autoaugment,
  cutout,
} as const satisfies Readonly<Record<string, AugmentationDefinition>>;

export type AugmentationName = keyof typeof AUGMENTATIONS;
export const AUGMENTATION_NAMES = Object.keys(AUGMENTATIONS) as AugmentationName[];

/** An augmentation with its options, all of them filled in. */
export type AugmentationSettings = {
  [Name in AugmentationName]: { name: Name } & z.output<(typeof AUGMENTATIONS)[Name]['options']>;
}[AugmentationName];

/** As people write it: a name, or a name with some options. */
export type AugmentationInput =
  | AugmentationName
  | { [Name in AugmentationName]: { name: Name } & z.input<(typeof AUGMENTATIONS)[Name]['options']> }[AugmentationName];

const isKnown = (name: unknown): name is AugmentationName => AUGMENTATION_NAMES.includes(name as AugmentationName);

/** Checks one line of a recipe's `augmentation` and fills in its defaults. */
export const augmentationSchema = z.unknown().transform((value, context): AugmentationSettings => {
  const refuse = (message: string, path: PropertyKey[] = []) => {
    context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  };
  const { name, ...options } = (typeof value === 'object' ? (value ?? {}) : { name: value }) as {
    name: unknown;
  };
  if (!isKnown(name)) {
    const guess = nearest(String(name), AUGMENTATION_NAMES);
    return refuse(`expected an augmentation among ${AUGMENTATION_NAMES.join(', ')}${asHint(guess)}`);
  }
  const schema: z.ZodObject = AUGMENTATIONS[name].options;
  const checked = schema.safeParse(options, { error: expectation });
  if (checked.success) return { name, ...checked.data } as AugmentationSettings;
  for (const issue of checked.error.issues) {
    if (issue.code !== 'unrecognized_keys') refuse(issue.message, issue.path);
    else
      for (const key of issue.keys)
        refuse(`unknown option \`${key}\` of ${name}${asHint(nearest(key, Object.keys(schema.shape)))}`);
  }
  return z.NEVER;
});

const asHint = (guess: string | undefined) => (guess === undefined ? '' : ` (did you mean ${guess}?)`);

/**
 * Makes the augmentation of a list: one after the other, in this order.
 *
 * @throws SaddlepointError ARGUMENT for an unknown name or option
 */
export function createAugmentation(list: readonly AugmentationInput[]): Augmentation {
  const settings = z.array(augmentationSchema).safeParse(list);
  if (!settings.success) {
    const problems = settings.error.issues.map(({ path, message }) => `augmentation ${path.join('.')}: ${message}`);
    throw new SaddlepointError('ARGUMENT', problems.join('; '));
  }
  return compose(settings.data.map(createOne));
}

function createOne({ name, ...options }: AugmentationSettings): Augmentation {
  const definition: AugmentationDefinition = AUGMENTATIONS[name];
  return { name, apply: definition.create(options) };
}

export { requireImages, type Augmentation } from './augmentation.js';
export { CIFAR10_MEAN } from './fill.js';
