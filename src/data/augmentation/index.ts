/**
 * Augmentations by name. A new one is one file and one line here.
 *
 * Stutz's list is `[random-crop, flip, autoaugment, cutout]`.
 *
 * @module
 */
import { z } from 'zod';
import { expectation, fromRegistries, nearest, Registry, SaddlepointError } from '../../engine/index.js';
import { mixing, type Augmentation, type AugmentationDefinition, type MixingDefinition } from './augmentation.js';
import { autoaugment } from './autoaugment.js';
import { colourShape } from './colour-shape.js';
import { compose } from './compose.js';
import { cropShift } from './crop-shift.js';
import { cutmix } from './cutmix.js';
import { cutout } from './cutout.js';
import { gaussianNoise } from './gaussian-noise.js';
import { flip } from './flip.js';
import { idbh } from './idbh.js';
import { mixup } from './mixup.js';
import { randomCrop } from './random-crop.js';
import { randomErasing } from './random-erasing.js';

const OWN = {
  'random-crop': randomCrop,
  flip,
  autoaugment,
  cutout,
  'gaussian-noise': gaussianNoise,
  'random-erasing': randomErasing,
  'crop-shift': cropShift,
  'colour-shape': colourShape,
  idbh,
  mixup,
  cutmix,
} as const satisfies Readonly<Record<string, AugmentationDefinition | MixingDefinition>>;

/** `AUGMENTATIONS.add` adds one from outside. */
export const AUGMENTATIONS = new Registry<AugmentationDefinition | MixingDefinition>('an augmentation', OWN, {
  keys: { options: 'options schema', create: 'a function' },
  commonKeys: () => ['name'],
});

type OwnName = keyof typeof OWN;
/** Of one from outside, any other name. */
export type AugmentationName = OwnName | (string & {});

/** An augmentation with its options, all of them filled in. */
export type AugmentationSettings = Readonly<Record<string, unknown>> & { readonly name: AugmentationName };

/** As people write it: a name, or a name with some options. */
export type AugmentationInput =
  | AugmentationName
  | { [Name in OwnName]: { name: Name } & z.input<(typeof OWN)[Name]['options']> }[OwnName]
  | AugmentationSettings;

/** Checks one line of a recipe's `augmentation` and fills in its defaults. */
export const augmentationSchema = fromRegistries(() =>
  z
    .unknown()
    .meta({ anyOf: shapes() })
    .transform((value, context): AugmentationSettings => {
      const refuse = (message: string, path: PropertyKey[] = []) => {
        context.addIssue({ code: 'custom', message, path });
        return z.NEVER;
      };
      const { name, ...options } = (typeof value === 'object' ? (value ?? {}) : { name: value }) as { name: unknown };
      if (typeof name !== 'string' || !AUGMENTATIONS.has(name)) {
        const guess = nearest(String(name), AUGMENTATIONS.names);
        return refuse(`expected an augmentation among ${AUGMENTATIONS.names.join(', ')}${asHint(guess)}`);
      }
      const schema = AUGMENTATIONS.get(name).options;
      const checked = schema.safeParse(options, { error: expectation });
      if (checked.success) return { name, ...checked.data };
      for (const issue of checked.error.issues) {
        if (issue.code !== 'unrecognized_keys') refuse(issue.message, issue.path);
        else
          for (const key of issue.keys)
            refuse(`unknown option \`${key}\` of ${name}${asHint(nearest(key, Object.keys(schema.shape)))}`);
      }
      return z.NEVER;
    }),
);

/** What may be written, as JSON Schema says it to editors. */
function shapes(): object[] {
  const named = AUGMENTATIONS.entries.map(([name, { options }]) =>
    z.toJSONSchema(options.extend({ name: z.literal(name) }), { io: 'input', unrepresentable: 'any' }),
  );
  return [{ enum: AUGMENTATIONS.names }, ...named.map(({ $schema: _, ...shape }) => shape)];
}

const asHint = (guess: string | undefined) => (guess === undefined ? '' : ` (did you mean ${guess}?)`);

/**
 * Makes the augmentation of a list: one after the other, in this order.
 *
 * @throws SaddlepointError ARGUMENT for an unknown name or option
 */
export function createAugmentation(list: readonly AugmentationInput[]): Augmentation {
  const settings = z.array(augmentationSchema()).safeParse(list);
  if (!settings.success) {
    const problems = settings.error.issues.map(({ path, message }) => `augmentation ${path.join('.')}: ${message}`);
    throw new SaddlepointError('ARGUMENT', problems.join('; '));
  }
  return compose(settings.data.map(createOne));
}

function createOne({ name, ...options }: AugmentationSettings): Augmentation {
  const definition = AUGMENTATIONS.get(name);
  if (definition.mixes === true) return mixing(name, definition.create(options));
  return { name, apply: definition.create(options) };
}

/** The first of a list that mixes images and labels, by its name; undefined where labels stay classes. */
export function mixingIn(list: readonly AugmentationSettings[]): AugmentationName | undefined {
  return list.find(({ name }) => AUGMENTATIONS.get(name).mixes === true)?.name;
}

export {
  defineAugmentation,
  defineMixing,
  requireImages,
  type Augmentation,
  type AugmentationDefinition,
  type Labelled,
  type Mix,
  type MixingDefinition,
} from './augmentation.js';
export { augmentLabelled } from './compose.js';
export { CIFAR10_MEAN } from './fill.js';
