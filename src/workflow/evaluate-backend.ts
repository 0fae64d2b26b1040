/**
 * Which backend of the attack network, in float32 or on a GPU in TF32, is the fastest here.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { ops, tidy } from '../engine/index.js';
import { EVALUATION_BACKENDS, type EvaluationBackend } from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import { attackBackendsFor, chooseAttackBackend } from '../training/acceleration/attack-backend.js';
import { measureApart } from '../training/acceleration/measure-apart.js';

/** Enough to fill a CPU's cores, and a GPU. */
const PROBE_EXAMPLES = { cpu: 16, gpu: 256 } as const;

/**
 * By the measurement of training, without the backends in half precision; on a CPU in a process of its own, as some
 * layouts kill LibTorch. Leaves nothing alive.
 *
 * @param description what the network is, for that process; without it, its plain backend is taken on a CPU
 */
export function chooseEvaluationBackend(
  model: Module,
  split: Split,
  description: ModelDescription | undefined,
  classes: number,
): EvaluationBackend {
  const { images } = split;
  const onCpu = images.device === 'cpu';
  const backends = EVALUATION_BACKENDS.filter((backend) => (onCpu ? backend !== 'tf32' : backend !== 'winograd'));
  const names = attackBackendsFor(model, backends);
  const number = Math.min(onCpu ? PROBE_EXAMPLES.cpu : PROBE_EXAMPLES.gpu, count(split));
  if (onCpu) {
    if (description === undefined) return 'plain';
    const image = images.shape.slice(1);
    return measureApart({ kind: 'attack', description, image, classes, images: number, names }).name;
  }
  return tidy(() => {
    const batch = gatherBatch(split, ops.arange(number, { dtype: 'int64' }));
    const { name } = chooseAttackBackend(model.eval(), batch.images, names);
    return name === 'bfloat16' ? 'plain' : name;
  });
}
