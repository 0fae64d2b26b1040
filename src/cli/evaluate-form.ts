/**
 * Which form of the attack network, in float32 or on a GPU in TF32, is the fastest here.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { ops, tidy } from '../engine/index.js';
import { EVALUATION_FORMS, type EvaluationForm } from '../evaluation/index.js';
import type { Module } from '../nn/index.js';
import { chooseAttackForm } from '../training/attack-form.js';

/** Enough to fill a CPU's cores, and a GPU. */
const PROBE_EXAMPLES = { cpu: 16, gpu: 256 } as const;

/** By the measurement of training, without the forms in half precision. Leaves nothing alive. */
export function chooseEvaluationForm(model: Module, split: Split): EvaluationForm {
  return tidy(() => {
    const onCpu = split.images.device === 'cpu';
    const wanted = onCpu ? PROBE_EXAMPLES.cpu : PROBE_EXAMPLES.gpu;
    const positions = ops.arange(Math.min(wanted, count(split)), { dtype: 'int64' });
    const { images } = gatherBatch(split, positions);
    const forms = EVALUATION_FORMS.filter((form) => (onCpu ? form !== 'tf32' : form !== 'winograd'));
    const { name } = chooseAttackForm(model.evaluate(), images, forms);
    return name === 'bfloat16' ? 'plain' : name;
  });
}
