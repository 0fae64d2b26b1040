/**
 * Group normalisation (Wu and He, ECCV 2018).
 *
 * @module
 */
import { ops, type Tensor } from '../engine/index.js';
import { ones, zeros, type Initializer } from './initializers.js';
import { Module, Parameter } from './module.js';

export interface GroupNormOptions {
  /** Default 1e-5. */
  epsilon?: number;
  /** Learn a scale and a shift. Default true. */
  affine?: boolean;
  /** Default: ones. */
  weightInitializer?: Initializer;
}

/**
 * Normalises float [N, C, H, W] over each of `groups` groups of neighbouring channels of each example, as
 * torch.nn.GroupNorm does. Needs no statistics: training and evaluation compute the same.
 */
export class GroupNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly groups: number;
  readonly epsilon: number;

  /** @param channels a multiple of `groups` */
  constructor(groups: number, channels: number, options: GroupNormOptions = {}) {
    super();
    const { epsilon = 1e-5, affine = true, weightInitializer = ones } = options;
    this.weight = affine ? new Parameter(ops.ones([channels]), weightInitializer) : null;
    this.bias = affine ? new Parameter(ops.zeros([channels]), zeros) : null;
    this.groups = groups;
    this.epsilon = epsilon;
  }

  override forward(input: Tensor): Tensor {
    const { groups, weight, bias, epsilon } = this;
    return ops.groupNorm(input, groups, { weight, bias, eps: epsilon });
  }
}
