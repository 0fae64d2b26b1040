/**
 * The forms of the JSON files in a run folder, checked before a report believes them.
 *
 * @module
 */
import { z } from 'zod';
import type { EvaluationResult, Gallery } from '../evaluation/results.js';
import type { Environment } from './read-run.js';

/** What a check of this module returns: the value, or where it does not fit. */
export interface Schema<Value> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: Value }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

const fraction = z.number().min(0).max(1);
const whole = z.number().int().min(0);
const bounds = z.tuple([fraction, fraction]);

const robustErrorRate = z.object({
  attack: z.string(),
  norm: z.string(),
  epsilon: z.number().min(0),
  steps: whole,
  restarts: whole,
  examples: whole,
  errors: whole,
  robustError: fraction,
  interval: bounds,
});

/** `evaluation/test.json` */
export const evaluationSchema: Schema<EvaluationResult> = z.object({
  dataset: z.string(),
  split: z.string(),
  examples: whole,
  clean: z.object({ errors: whole, examples: whole, error: fraction, interval: bounds }),
  attacks: z.record(z.string(), robustErrorRate),
  curve: z.array(robustErrorRate),
  seconds: z.number(),
});

/** Base64 and nothing else, so that an image is an image and never an address. */
const image = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected a PNG file in base64');

/** `evaluation/gallery.json` */
export const gallerySchema: Schema<Gallery> = z.object({
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

/** `environment.json`: shown as it is, so only its outline is fixed. */
export const environmentSchema: Schema<Environment> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
