/**
 * What a recipe says of its evaluation.
 *
 * @module
 */
import { z } from 'zod';
import { attackSchema, AUTOATTACK_VERSIONS, budgetSchema } from '../attacks/index.js';
import { fromRegistries } from '../engine/index.js';
import { NOISES } from './distal/noise.js';
import { EVALUATION_ORDERS } from './job/index.js';
import { SMOOTHING_DEFAULTS } from './smoothing/index.js';

/** What the numbers of the maximum-confidence AutoAttack are at ConfidenceStagesOptions. */
const confidence = z.strictObject({
  /** The first test images. */
  examples: z.int().min(1),
  /** pgd: the evaluation's attack with confidence for its objective; autoattack: its maximum-confidence variant. */
  attack: z.enum(['pgd', 'autoattack']).default('pgd'),
  /** Of autoattack, whose 1000 steps in 19 rounds take long; pgd's are those of the evaluation's attack. */
  steps: z.int().min(1).optional(),
  restarts: z.int().min(1).optional(),
  queries: z.int().min(1).optional(),
});

/** Noise images, attacked by PGD with the evaluation's norm, budget, steps and restarts where these say nothing. */
const distal = z.strictObject({
  examples: z.int().min(1),
  /** uniform, or smooth: blurred and given contrast. */
  noise: z.enum(NOISES).default('uniform'),
  epsilon: budgetSchema.optional(),
  steps: z.int().min(1).optional(),
  restarts: z.int().min(1).optional(),
});

/** The schema of a recipe's `evaluation`. */
export const evaluationSchema = fromRegistries(() =>
  z.strictObject({
    /** The first test images. */
    examples: z.int().min(1).default(1000),
    attack: attackSchema(),
    restarts: z.int().min(1).default(1),
    /** Budgets of the curve of robust error against epsilon; its attack has one restart. */
    curve: z.array(budgetSchema).max(1000).default([]),
    /** Examples the curve is measured on. */
    curveExamples: z.int().min(1).default(500),
    /** AutoAttack with the attack's norm and budget, on the first test images. */
    autoAttack: z
      .strictObject({
        examples: z.int().min(1).default(200),
        version: z.enum(AUTOATTACK_VERSIONS).default('standard'),
        /** sampled: FAB and Square on a sample, with a bound on what they could have found. */
        order: z.enum(EVALUATION_ORDERS).default('exact'),
      })
      .optional(),
    /** The first test images on which signs of gradient masking are looked for; 0: none. */
    masking: z.int().min(0).default(0),
    /** Certificates of the smoothed classifier; what the numbers are is at SmoothingSettings. */
    smoothing: z
      .strictObject({
        /** Standard deviation of the noise, for images in [0, 1]. */
        sigma: z.number().gt(0),
        /** The first test images. */
        examples: z.int().min(1).default(500),
        selectionSamples: z.int().min(1).default(SMOOTHING_DEFAULTS.selectionSamples),
        samples: z.int().min(1).default(SMOOTHING_DEFAULTS.samples),
        alpha: z.number().gt(0).lt(1).default(SMOOTHING_DEFAULTS.alpha),
      })
      .optional(),
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
    /**
     * Distal adversarial examples: so many images of noise, attacked until the network is sure of them, and the share
     * that its confidence does not give away; 0: none. A number is of uniform noise.
     */
    distal: z
      .union([z.int().min(0), distal], 'expected a whole number of noise images, or `examples` with what else')
      .default(0),
    /** Common corruptions: a folder in the layout of CIFAR-10-C, from where the command is run. */
    corruptions: z
      .strictObject({
        folder: z.string().min(1),
        /** The first images of each corruption and severity. */
        examples: z.int().min(1).optional(),
      })
      .optional(),
  }),
);

export type EvaluationSettings = z.output<ReturnType<typeof evaluationSchema>>;

function hasNumbers({ steps, restarts, queries }: z.output<typeof confidence>): boolean {
  return [steps, restarts, queries].some((value) => value !== undefined);
}

/** Distal examples with all that is said of them; undefined where the recipe asks for none. */
export function distalOf({ distal: asked, attack, restarts }: EvaluationSettings) {
  if (asked === 0) return undefined;
  const own: z.output<typeof distal> = typeof asked === 'number' ? { examples: asked, noise: 'uniform' } : asked;
  const { norm, epsilon, steps } = attack;
  return {
    examples: own.examples,
    noise: own.noise,
    attack: { norm, epsilon: own.epsilon ?? epsilon, steps: own.steps ?? steps },
    restarts: own.restarts ?? restarts,
  };
}

/** The attack for confident errors, in the long form; undefined where the recipe asks for none. */
export function confidenceOf({ confidence: asked }: EvaluationSettings): z.output<typeof confidence> | undefined {
  if (typeof asked !== 'number') return asked;
  return asked === 0 ? undefined : { examples: asked, attack: 'pgd' };
}
