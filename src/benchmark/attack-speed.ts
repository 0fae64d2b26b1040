/**
 * How near the attack's inner loop comes to the machine's limit, for `saddlepoint doctor`.
 *
 * @module
 */
import { RandomStream, tidy } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { countOperations } from '../models/operations.js';
import { FROZEN_BACKENDS } from '../models/attack-network/index.js';
import { chooseAttackBackend, type FrozenBackendName } from '../training/acceleration/attack-backend.js';
import { matrixRate } from './matrix-rate.js';

const BATCH = 32;
const SHAPE = [3, 32, 32] as const;

export interface AttackSpeed {
  /** The fastest backend of the attack network here. */
  readonly backend: FrozenBackendName;
  /** Attack passes a second: forward, and backward to the image. */
  readonly imagesPerSecond: number;
  /** Of the rate at which this machine multiplies matrices in that backend's precision. */
  readonly fraction: number;
}

/** Times one attack pass of a 16-channel ResNet-18; takes a few seconds. Leaves nothing alive. */
export function attackSpeed(): AttackSpeed {
  return tidy(() => {
    using model = createModel({ architecture: 'resnet18', options: { width: 16, zeroResidual: false } }, 1).eval();
    const images = new RandomStream('attack speed', 0).uniformTensor([BATCH, ...SHAPE]);
    const { name, passesPerSecond } = chooseAttackBackend(model, images);
    const { forward, backwardToInput } = countOperations(model, SHAPE);
    const imagesPerSecond = passesPerSecond[name]!;
    const limit = matrixRate(FROZEN_BACKENDS[name].dtype === 'bfloat16' ? 'bfloat16' : 'float32');
    return { backend: name, imagesPerSecond, fraction: (2 * (forward + backwardToInput) * imagesPerSecond) / limit };
  });
}
