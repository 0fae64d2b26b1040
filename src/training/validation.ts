/**
 * Watches a run on training images that are not trained on. It is no result: the attack is a short one.
 *
 * @module
 */
import { isTransformation, THREAT_MODELS, type AttackDescription } from '../attacks/index.js';
import { count, disposeSplit, slice, type Split } from '../data/index.js';
import { cleanError, countErrors, robustError, withoutAttack } from '../evaluation/index.js';
import type { FrozenBackend } from '../models/attack-network/index.js';
import type { Module } from '../nn/index.js';
import { isRobust, type Recipe } from './recipe.js';
import type { StepMetrics } from './step-metrics.js';

const STEPS = 10;
const EXAMPLES = 500;

/**
 * Clean error, and robust error against the evaluation's budget with a few steps.
 *
 * @param backend of the network that is searched: the training's attack network. Undefined for the model itself
 */
export async function validate(
  recipe: Recipe,
  model: Module,
  split: Split,
  backend?: FrozenBackend,
): Promise<StepMetrics> {
  const clean = await cleanError(model, split);
  const { attack } = recipe.evaluation;
  const part = slice(split, 0, Math.min(EXAMPLES, count(split)));
  try {
    const robust = await robustError(model, part, {
      attack: shortAttack(attack),
      restarts: 1,
      seed: recipe.seed,
      backend,
    });
    const wrong = countErrors(withoutAttack(robust.outcomes));
    const right = robust.examples - wrong;
    return {
      'validation/error': clean.error,
      'validation/adversarial_error': robust.robustError,
      // Of the images classified correctly, those the attack turns.
      'validation/adversarial_success': right === 0 ? 0 : (robust.errors - wrong) / right,
    };
  } finally {
    disposeSplit(part);
  }
}

/** PGD; of a threat model that moves pixels, in which PGD is no attack, the evaluation's own. */
function shortAttack({ name, norm, epsilon }: AttackDescription): AttackDescription {
  const own = isTransformation(THREAT_MODELS.get(norm)) ? name : 'pgd';
  return { name: own, norm, epsilon, steps: STEPS, stepSize: epsilon / 4 };
}

/** What the best weights have least of: robust error in training for robustness, clean error in standard training. */
export function selectionError(recipe: Recipe, validation: StepMetrics): number {
  return validation[isRobust(recipe.training) ? 'validation/adversarial_error' : 'validation/error']!;
}
