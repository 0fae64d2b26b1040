/**
 * An attack searches the frozen network, in the layout and with the kernels of its backend. Where that says something
 * else than the network, it searches another function, and what it does not find is no sign of robustness.
 *
 * @module
 */
import { gatherBatch, type Split } from '../../data/index.js';
import { SaddlepointError, tensor, tidy } from '../../engine/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { logitsOf, percent, relativeDifference } from '../preflight/index.js';
import type { EvaluationBackend } from './identity.js';

/** How many images are asked. */
const IMAGES = 8;
/** By how much of the largest logit a backend may round: TF32 by a thousandth, */
const TOLERANCE = 2e-2;
/** and bfloat16, of eight bits, in every layer by up to a 256th. */
const TOLERANCE_BFLOAT16 = 1e-1;

/** The difference of a backend's logits from the network's, as a share of the largest. */
export function differenceOf(
  model: Module,
  split: Split,
  positions: readonly number[],
  backend: EvaluationBackend,
): number {
  return tidy(() => {
    const some = positions.slice(0, IMAGES).map(BigInt);
    const { images } = gatherBatch(split, tensor(BigInt64Array.from(some)));
    const own = logitsOf(model, images);
    return relativeDifference(own, logitsOf(new AttackNetwork(model, FROZEN_BACKENDS[backend]), images));
  });
}

/**
 * The backend that was chosen, or the plain one where that one is unfaithful.
 *
 * @param warn is told of it
 */
export function faithfulBackend(
  model: Module,
  split: Split,
  positions: readonly number[],
  chosen: EvaluationBackend,
  warn: (sentence: string) => void,
): EvaluationBackend {
  if (chosen === 'plain') return chosen;
  const difference = differenceOf(model, split, positions, chosen);
  if (difference <= toleranceOf(chosen)) return chosen;
  warn(
    `the backend ${chosen} gives logits that differ from the network's by ${percent(difference)} of the largest; plain is taken`,
  );
  return 'plain';
}

/** @throws SaddlepointError ARGUMENT where a backend that was asked for is unfaithful */
export function requireFaithful(
  model: Module,
  split: Split,
  positions: readonly number[],
  asked: EvaluationBackend,
): void {
  const difference = asked === 'plain' ? 0 : differenceOf(model, split, positions, asked);
  if (difference <= toleranceOf(asked)) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected a backend that says what the network says, received ${asked}, whose logits differ by ${percent(difference)} of the largest; take --backend plain`,
  );
}

function toleranceOf(backend: EvaluationBackend): number {
  return backend === 'bfloat16' ? TOLERANCE_BFLOAT16 : TOLERANCE;
}
