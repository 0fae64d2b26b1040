/**
 * What a saved state belongs to: the same weights, images, attack and seed, or it is refused.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { count, disposeSplit, pick, type Split } from '../../data/index.js';
import { SaddlepointError, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import type { Selection } from './selection.js';

export const EVALUATION_FORMS = ['plain', 'channels-last', 'winograd', 'tf32'] as const;
/**
 * How the attacks' inner loop computes: in float32, by `tf32` with rounded factors on a GPU. What it finds counts where the
 * model itself confirms it in float32.
 */
export type EvaluationForm = (typeof EVALUATION_FORMS)[number];
export const EVALUATION_ORDERS = ['exact', 'lazy'] as const;
/** `exact` runs every stage on all that stands, in the paper's order; `lazy` tries dear stages on a sample first. */
export type EvaluationOrder = (typeof EVALUATION_ORDERS)[number];

export const identitySchema = z.object({
  model: z.string(),
  dataset: z.string(),
  split: z.string(),
  images: z.string(),
  attack: z.string(),
  seed: z.number(),
  order: z.enum(EVALUATION_ORDERS),
});

/** `state.json`, less the form. */
export type Identity = z.output<typeof identitySchema>;

export interface IdentityParts {
  readonly model: Module;
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
  const { model, split, dataset, selection, settings, seed, order = 'exact' } = parts;
  const examples = pick(split, selection.positions);
  try {
    const { name } = dataset;
    const images = hashSplit(examples);
    return { model: hashModel(model), dataset: name, split: selection.name, images, attack: settings, seed, order };
  } finally {
    disposeSplit(examples);
  }
}

const NAMES: Readonly<Record<keyof Identity, string>> = {
  model: 'the weights (by their SHA-256)',
  dataset: 'the data set',
  split: 'the examples',
  images: 'the images (by their SHA-256)',
  attack: 'the attack',
  seed: 'the seed',
  order: 'the order',
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

function short(value: string | number): string {
  const text = String(value);
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text;
}

/** SHA-256 of a network's weights and buffers, with their names and shapes. */
export function hashModel(model: Module): string {
  const hash = createHash('sha256');
  for (const [name, tensor] of model.stateDict()) {
    hash.update(`${name} ${tensor.dtype} [${tensor.shape.join(',')}]\n`);
    hash.update(bytesOf(tensor));
  }
  return hash.digest('hex');
}

/** SHA-256 of a split's images and labels. */
export function hashSplit(split: Split): string {
  return createHash('sha256')
    .update(`${count(split)} [${split.images.shape.join(',')}] from ${split.offset}\n`)
    .update(bytesOf(split.images))
    .update(bytesOf(split.labels))
    .digest('hex');
}

function bytesOf(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.toTypedArray();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
