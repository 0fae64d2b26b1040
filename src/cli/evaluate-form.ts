/**
 * Which float32 form of the attack network is the faster one here.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { ops, tidy } from '../engine/index.js';
import { EVALUATION_FORMS, type EvaluationForm } from '../evaluation/index.js';
import type { Module } from '../nn/index.js';
import { chooseAttackForm } from '../training/attack-form.js';

const PROBE_EXAMPLES = 16;

/** By the measurement of training, without the forms in half precision. Leaves nothing alive. */
export function chooseEvaluationForm(model: Module, split: Split): EvaluationForm {
  return tidy(() => {
    const examples = Math.min(PROBE_EXAMPLES, count(split));
    const positions = ops.arange(examples, { dtype: 'int64', device: split.images.device });
    const { images } = gatherBatch(split, positions);
    const { name } = chooseAttackForm(model.evaluate(), images, EVALUATION_FORMS);
    return name === 'bfloat16' ? 'plain' : name;
  });
}
