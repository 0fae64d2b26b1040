/**
 * What a saved state belongs to: the same network, data, attack, seed and version of the library, or it is refused.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Split } from '../../data/index.js';
import { SaddlepointError } from '../../engine/index.js';
import { orderInTodaysWords, packageVersion } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import { hashArchitecture, hashExamples, hashModel, type NetworkSource } from '../provenance/index.js';
import type { Selection } from './selection.js';

export const EVALUATION_BACKENDS = ['plain', 'channels-last', 'winograd', 'tf32', 'bfloat16'] as const;
/**
 * How the attacks' inner loop computes: in float32, by `tf32` with rounded factors on a GPU, by `bfloat16` in that.
 * What it finds counts where the model itself confirms it in float32; what it misses by rounding is missed.
 */
export type EvaluationBackend = (typeof EVALUATION_BACKENDS)[number];
export const EVALUATION_ORDERS = ['exact', 'sampled'] as const;
/**
 * `exact` runs every stage on all that is still robust, in the paper's order; `sampled` tries expensive stages on a
 * sample first.
 */
export type EvaluationOrder = (typeof EVALUATION_ORDERS)[number];

export const identitySchema = z.object({
  /** SHA-256 of the weights. */
  model: z.string(),
  /** SHA-256 of layers, settings and options. */
  architecture: z.string(),
  dataset: z.string(),
  split: z.string(),
  examples: z.number(),
  /** The seed of a random sample. */
  sample: z.number().nullable(),
  /** SHA-256 of images and labels. */
  images: z.string(),
  attack: z.string(),
  seed: z.number(),
  order: z.string().transform(orderInTodaysWords).pipe(z.enum(EVALUATION_ORDERS)),
  /** Of the library. */
  version: z.string(),
});

/** `state.json`, less the backend. */
export type Identity = z.output<typeof identitySchema>;

export interface IdentityParts {
  readonly model: Module;
  readonly source?: NetworkSource | undefined;
  readonly split: Split;
  readonly dataset: { readonly name: string };
  readonly selection: Selection;
  /** All that decides what is computed, in one text. */
  readonly settings: string;
  readonly seed: number;
  readonly order?: EvaluationOrder | undefined;
}

/** What an evaluation of these examples is of. Leaves nothing alive. */
export function identityOf(parts: IdentityParts): Identity {
  const { model, source, split, dataset, selection, settings, seed, order = 'exact' } = parts;
  return {
    model: hashModel(model),
    architecture: hashArchitecture(model, source?.description),
    dataset: dataset.name,
    split: selection.name,
    examples: selection.positions.length,
    sample: selection.seed ?? null,
    images: hashExamples(split, selection.positions),
    attack: settings,
    seed,
    order,
    version: packageVersion(),
  };
}

/** A short name of an identity: what differs in anything but the library's version has another one. */
export function shortName(identity: Omit<Identity, 'version'>): string {
  const { model, architecture, dataset, split, images, attack, seed, order } = identity;
  const text = JSON.stringify([model, architecture, dataset, split, images, attack, seed, order]);
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

const NAMES: Readonly<Record<keyof Identity, string>> = {
  model: 'the weights (by their SHA-256)',
  architecture: 'the architecture, its options or its normalisation (by their SHA-256)',
  dataset: 'the data set',
  split: 'the examples',
  examples: 'how many examples',
  sample: 'the seed of the sample',
  images: 'the images or labels (by their SHA-256)',
  attack: 'the attack',
  seed: 'the seed',
  order: 'the order',
  version: 'the version of Saddlepoint',
};

/** @throws SaddlepointError CHECKPOINT when a saved state is of another evaluation, with all that differs */
export function requireSame(saved: Identity, ours: Identity, folder: string): void {
  const differing = (Object.keys(NAMES) as (keyof Identity)[]).filter((key) => saved[key] !== ours[key]);
  if (differing.length === 0) return;
  const differences = differing.map((key) => `${NAMES[key]}: saved ${short(saved[key])}, now ${short(ours[key])}`);
  throw new SaddlepointError(
    'CHECKPOINT',
    `${folder} holds an unfinished evaluation of something else, which is kept: ${differences.join('; ')}. Go on with its own options, write elsewhere, or remove that folder`,
  );
}

function short(value: string | number | null): string {
  const text = String(value ?? 'none');
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text;
}
