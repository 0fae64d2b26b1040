/**
 * The forms of the JSON files in a run folder, checked before a report believes them.
 *
 * @module
 */
import { z } from 'zod';
import { isShallow, SHALLOW } from '../engine/shallow.js';
import { OUTCOMES } from '../evaluation/paired/outcomes.js';
import type { BoundsResult } from '../evaluation/bounds-result.js';
import type { EvaluationResult, Gallery } from '../evaluation/results.js';
import { backendInTodaysWords, orderInTodaysWords } from '../monitoring/earlier-words.js';

/** What a check of this module returns: the value, or where it does not fit. */
export interface Schema<Value> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: Value }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

/** Of a curve over budgets: as many as a page of this width has pixels. */
const MOST_POINTS = 1000;

const fraction = z.number().min(0).max(1);
const whole = z.number().int().min(0);
const bounds = z.tuple([fraction, fraction]);

/** Of whatever form: it is compared, and shown. */
const shallow = z.unknown().refine((value) => isShallow(value), SHALLOW);

const data = z.object({ name: z.string(), selection: z.string(), sha256: z.string() });

const network = z.object({
  weights: z.string(),
  architecture: z.string(),
  description: z.object({ architecture: z.string(), options: shallow }).optional(),
  file: z.string().optional(),
  checkpoint: z.string().optional(),
});

const provenance = z.object({
  network,
  data,
  engine: z.preprocess(
    backendInTodaysWords,
    z.object({ saddlepoint: z.string(), libtorch: z.string(), device: z.string(), backend: z.string().optional() }),
  ),
  date: z.string().optional(),
});

const order = z.string().transform(orderInTodaysWords);

/** No test set has more images. */
const MOST_IMAGES = 1e7;

const outcomes = z.string().max(MOST_IMAGES).regex(OUTCOMES);

const robustErrorRate = z
  .object({
    attack: z.string(),
    label: z.string().optional(),
    norm: z.string(),
    epsilon: z.number().min(0),
    steps: whole,
    restarts: whole,
    examples: whole,
    errors: whole,
    robustError: fraction,
    interval: bounds,
    doubt: z.enum(['suspect', 'fail']).optional(),
    order: order.optional(),
    atMost: fraction.optional(),
    version: z.string().optional(),
    backend: z.string().optional(),
    of: z.object({ settings: shallow, order, seed: whole, data }).optional(),
    outcomes: outcomes.optional(),
  })
  .refine(({ errors, examples }) => examples > 0 && errors <= examples, 'expected at most as many errors as examples');

const stage = z.object({
  name: z.string(),
  rounds: whole,
  attacked: whole,
  errors: whole,
  robustError: fraction,
  audit: z.object({ sample: whole, of: whole, ranOnAll: z.boolean() }).optional(),
  seconds: z.number(),
});

const eightBit = z.object({
  largestDistance: z.number(),
  errors: whole,
  robustError: fraction,
  interval: bounds,
  lost: whole,
});

const verified = z.object({
  norm: z.string(),
  epsilon: z.number().min(0),
  examples: whole,
  batchSizes: z.tuple([whole, whole]),
  largestDistance: z.number(),
  cleanErrors: whole,
  errors: whole,
  robustError: fraction,
  interval: bounds,
  disagreeing: z.array(whole),
  network: z.enum(['file', 'memory']).optional(),
  unanswered: z.array(whole).optional(),
  draws: whole.optional(),
  standardError: fraction.optional(),
});

const bound = z
  .object({
    stages: z.array(z.string()),
    sample: whole,
    of: whole.max(MOST_IMAGES), // what an audit may have missed is counted one by one
    confidence: fraction,
    errors: whole,
    robustError: fraction,
  })
  .refine(({ sample, of }) => sample <= of, 'expected a sample of at most what it was drawn from');

const verdict = z.enum(['pass', 'suspect', 'fail']);

const masking = z.object({
  verdict,
  norm: z.string(),
  epsilon: z.number().min(0),
  seed: whole,
  examples: whole,
  sample: whole,
  indicators: z.array(
    z.object({ name: z.string(), title: z.string(), verdict, reason: z.string(), action: z.string() }),
  ),
  measurements: z.array(
    z.object({ attack: z.string(), epsilon: z.number(), steps: whole, restarts: whole, fooled: whole }),
  ),
});

const counts = z.array(whole);

const confidence = z.object({
  attack: z.string(),
  norm: z.string(),
  epsilon: z.number().min(0),
  examples: whole,
  attempts: whole,
  validationExamples: whole,
  testError: fraction,
  robustTestError: fraction,
  successRate: fraction,
  rocAuc: fraction,
  cleanRocAuc: fraction,
  atTpr: z.array(
    z.object({
      tpr: fraction,
      threshold: fraction,
      testTpr: fraction,
      validationTpr: fraction,
      fpr: fraction,
      testError: fraction,
      robustTestError: fraction,
    }),
  ),
  histogram: z.object({ correct: counts, wrong: counts, adversarial: counts }),
});

const distal = z.object({
  noise: z.enum(['uniform', 'smooth']),
  norm: z.string(),
  epsilon: z.number().min(0),
  steps: whole,
  restarts: whole,
  examples: whole,
  validationExamples: whole,
  testExamples: whole,
  rocAuc: fraction,
  meanConfidence: fraction,
  atTpr: z.array(
    z.object({
      tpr: fraction,
      threshold: fraction,
      testTpr: fraction,
      fpr: fraction,
      interval: bounds,
      noiseFpr: fraction,
    }),
  ),
});

const corruptions = z.object({
  data,
  examples: whole.min(1),
  cleanErrors: whole,
  corruptions: z.array(
    z.object({ name: z.string(), standard: z.boolean(), errors: counts, images: z.array(z.string()) }),
  ),
  meanError: fraction.nullable(),
  interval: bounds.nullable(),
  aboveClean: z.number().min(-1).max(1).nullable(),
  missing: z.array(z.string()),
});
const radius = z.number().min(0);
const smoothing = z.object({
  sigma: z.number().gt(0),
  selectionSamples: whole,
  samples: whole,
  alpha: fraction,
  seed: whole,
  examples: whole,
  data,
  curve: z.array(z.object({ radius, correct: whole, accuracy: fraction, interval: bounds })).max(MOST_POINTS),
  averageRadius: radius,
  abstentions: whole,
  certificates: z
    .array(z.object({ index: whole, label: whole, answer: whole.nullable(), radius, agreeing: whole }))
    .min(1)
    .max(MOST_IMAGES),
  seconds: z.number(),
});

const errorRate = z.object({
  errors: whole,
  examples: whole,
  error: fraction,
  interval: bounds,
  outcomes: outcomes.optional(),
});

/** `evaluation/bounds/*.json` */
export const boundsSchema: Schema<BoundsResult> = z
  .object({
    of: provenance,
    dataset: z.string(),
    split: z.string(),
    examples: whole,
    method: z.enum(['ibp', 'crown']),
    norm: z.literal('linf'),
    epsilon: z.number().min(0),
    clean: errorRate,
    certified: errorRate,
    attacks: z.array(z.object({ name: z.string(), epsilon: z.number().min(0), errors: whole, error: fraction })),
    notes: z.array(z.string()),
    seconds: z.number(),
  })
  .refine(({ clean, certified }) => clean.errors <= certified.errors, 'expected every clean error among the certified');

/** `evaluation/*.json` */
export const evaluationSchema: Schema<EvaluationResult> = z.object({
  of: provenance.optional(),
  dataset: z.string(),
  split: z.string(),
  examples: whole,
  clean: errorRate,
  attacks: z.record(z.string(), robustErrorRate),
  curve: z.array(robustErrorRate).max(MOST_POINTS),
  version: z.string().optional(),
  order: order.optional(),
  seed: whole.optional(),
  sample: z.object({ seed: whole }).optional(),
  stagesOf: z
    .object({ attack: z.string(), label: z.string().optional(), split: z.string(), examples: whole })
    .optional(),
  stages: z.array(stage).optional(),
  bound: bound.optional(),
  perClass: z.array(z.object({ name: z.string(), examples: whole, cleanErrors: whole, errors: whole })).optional(),
  verified: verified.optional(),
  eightBit: eightBit.optional(),
  masking: masking.optional(),
  confidence: confidence.optional(),
  distal: distal.optional(),
  corruptions: corruptions.optional(),
  smoothing: z.array(smoothing).optional(),
  notes: z.array(z.string()).optional(),
  seconds: z.number(),
});

/** Base64 and nothing else, so that an image is an image and never an address. */
const image = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected a PNG file in base64');

/** `evaluation/gallery.json` */
export const gallerySchema: Schema<Gallery> = z.object({
  of: network.optional(),
  attack: z.string(),
  norm: z.string(),
  epsilon: z.number().min(0),
  scale: z.number(),
  items: z.array(
    z.object({
      index: whole,
      label: z.string(),
      original: image,
      adversarial: image,
      perturbation: image,
      cleanPrediction: z.string(),
      cleanConfidence: fraction,
      adversarialPrediction: z.string(),
      adversarialConfidence: fraction,
    }),
  ),
});

/** The values of `environment.json`, in its order; keys added later are shown too. */
export type Environment = Readonly<Record<string, string | number | boolean | null>>;

/** `environment.json`: shown as it is, so only its outline is fixed. */
export const environmentSchema: Schema<Environment> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
