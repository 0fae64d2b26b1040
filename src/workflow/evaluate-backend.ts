/**
 * Which backend of the attack network, in float32 or on a GPU in TF32, is the fastest here.
 *
 * @module
 */
import { count, gatherBatch, type Split } from '../data/index.js';
import { ops, tidy } from '../engine/index.js';
import { EVALUATION_BACKENDS, type EvaluationBackend } from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import { evaluating, type Module } from '../nn/index.js';
import { attackBackendsFor, chooseAttackBackend } from '../training/acceleration/attack-backend.js';
import { measureApart, measureApartMeanwhile } from '../training/acceleration/measure-apart.js';

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
  const names = candidates(model, split);
  if (split.images.device !== 'cpu') return fastestHere(model, split, names);
  return description === undefined ? 'plain' : measureApart(measurementOf(split, description, classes, names)).name;
}

/** As {@link chooseEvaluationBackend}, while this thread does other things where the network is on a CPU. */
export async function chooseEvaluationBackendMeanwhile(
  model: Module,
  split: Split,
  description: ModelDescription | undefined,
  classes: number,
): Promise<EvaluationBackend> {
  const names = candidates(model, split);
  if (split.images.device !== 'cpu') return fastestHere(model, split, names);
  if (description === undefined) return 'plain';
  return (await measureApartMeanwhile(measurementOf(split, description, classes, names))).name;
}

function candidates(model: Module, { images }: Split): EvaluationBackend[] {
  const onCpu = images.device === 'cpu';
  const elsewhere = onCpu ? 'tf32' : 'winograd';
  // In bfloat16 a search misses more than it would in float32: only who asks for it gets it.
  const backends = EVALUATION_BACKENDS.filter((backend) => backend !== elsewhere && backend !== 'bfloat16');
  return attackBackendsFor(model, backends);
}

function measurementOf(split: Split, description: ModelDescription, classes: number, names: EvaluationBackend[]) {
  const number = Math.min(PROBE_EXAMPLES.cpu, count(split));
  return { kind: 'attack', description, image: split.images.shape.slice(1), classes, images: number, names } as const;
}

function fastestHere(model: Module, split: Split, names: EvaluationBackend[]): EvaluationBackend {
  const restore = evaluating(model);
  try {
    return tidy(() => {
      const number = Math.min(PROBE_EXAMPLES.gpu, count(split));
      const batch = gatherBatch(split, ops.arange(number, { dtype: 'int64' }));
      const { name } = chooseAttackBackend(model, batch.images, names);
      return name === 'bfloat16' ? 'plain' : name;
    });
  } finally {
    restore();
  }
}
