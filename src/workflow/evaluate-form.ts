/**
 * Which form of the attack network, in float32 or on a GPU in TF32, is the fastest here.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { ops, tidy } from '../engine/index.js';
import { EVALUATION_FORMS, type EvaluationForm } from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import { attackFormsFor, chooseAttackForm } from '../training/acceleration/attack-form.js';
import { measureApart } from '../training/acceleration/measure-apart.js';

/** Enough to fill a CPU's cores, and a GPU. */
const PROBE_EXAMPLES = { cpu: 16, gpu: 256 } as const;

/**
 * By the measurement of training, without the forms in half precision; on a CPU in a process of its own, as some
 * layouts kill LibTorch. Leaves nothing alive.
 *
 * @param description what the network is, for that process; without it, its plain form is taken on a CPU
 */
export function chooseEvaluationForm(
  model: Module,
  split: Split,
  description: ModelDescription | undefined,
  classes: number,
): EvaluationForm {
  const { images } = split;
  const onCpu = images.device === 'cpu';
  const forms = EVALUATION_FORMS.filter((form) => (onCpu ? form !== 'tf32' : form !== 'winograd'));
  const names = attackFormsFor(model, forms);
  const number = Math.min(onCpu ? PROBE_EXAMPLES.cpu : PROBE_EXAMPLES.gpu, count(split));
  if (onCpu) {
    if (description === undefined) return 'plain';
    const image = images.shape.slice(1);
    return measureApart({ kind: 'attack', description, image, classes, images: number, names }).name;
  }
  return tidy(() => {
    const batch = gatherBatch(split, ops.arange(number, { dtype: 'int64' }));
    const { name } = chooseAttackForm(model.eval(), batch.images, names);
    return name === 'bfloat16' ? 'plain' : name;
  });
}
