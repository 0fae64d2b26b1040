/**
 * What both sides start from: the same weights and the same batch, in files.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad, RandomStream, tensor, tidy, writeSafetensors } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { BatchNorm2d, type Module } from '../nn/index.js';
import type { PrepareWorkload } from './protocol.js';
import type { Workload } from './workloads.js';

const SEED = 1;
const CLASSES = 10;

/**
 * Writes weights and a made-up batch into the folder: how long the arithmetic takes does not depend on the pictures.
 */
export function writeCommonFiles(folder: string, workload: Workload): Pick<PrepareWorkload, 'weights' | 'data'> {
  const { network, batch } = workload;
  mkdirSync(folder, { recursive: true });
  const [weights, data] = [join(folder, 'weights.safetensors'), join(folder, 'data.safetensors')];
  tidy(() => {
    using model = createModel(network.description, SEED);
    const images = new RandomStream('bench images', SEED).uniformTensor([batch, ...network.shape]).mul(255);
    const bytes = images.to({ dtype: 'uint8' });
    const labels = tensor(BigInt64Array.from({ length: batch }, (_, i) => BigInt((7 * i) % CLASSES)));
    settle(model, bytes.to({ dtype: 'float32' }).div(255));
    writeSafetensors(weights, model.stateDict());
    writeSafetensors(data, new Map(Object.entries({ images: bytes, labels })));
  });
  return { weights, data };
}

/**
 * Moves the running statistics half of the way from their first values to those of these images, so that in
 * evaluation mode the maps of an untrained network neither explode nor vanish.
 */
function settle(model: Module, images: Parameters<Module['forward']>[0]): void {
  noGrad(() => {
    model.train().forward(images);
    for (const [, module] of model.modules()) {
      if (!(module instanceof BatchNorm2d)) continue;
      const { running_mean: mean, running_var: variance, momentum } = module;
      // After one batch: (1 - momentum) · first value + momentum · the batch's.
      mean.copy_(mean.mul(0.5 / momentum));
      variance.copy_(
        variance
          .sub(1 - momentum)
          .mul(0.5 / momentum)
          .add(0.5),
      );
    }
  });
}
