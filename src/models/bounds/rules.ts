/**
 * The rules by name. `BOUND_RULES.add` adds one for a layer from outside.
 *
 * @module
 */
import { ops, Registry } from '../../engine/index.js';
import { Clamp, MaxPool2d, ReLU } from '../../nn/index.js';
import * as affine from './affine-rules.js';
import type { Box } from './box.js';
import { defineBoundRule, monotone, type BoundRule, type Lines } from './rule.js';

/** A float32 denormal below which an interval of ReLU counts as none, so that no slope divides by zero. */
const NARROW = 2 ** -126;

/**
 * ReLU between two lines (Zhang et al. 2018, section 3.3): above by the chord, below by the identity where more of the
 * interval is positive and by zero where less is, the choice that makes the smaller area.
 */
function reluLines({ lower, upper }: Box): Lines {
  const [below, above] = [lower.clamp({ max: 0 }), upper.clamp({ min: 0 })];
  const upperSlope = above.div(above.sub(below).clamp({ min: NARROW }));
  const active = above.gt(below.neg()).to({ dtype: lower.dtype });
  const none = ops.zerosLike(lower);
  return { lowerSlope: active, lowerShift: none, upperSlope, upperShift: upperSlope.mul(below).neg() };
}

const OWN = {
  convolution: affine.convolution,
  linear: affine.linear,
  'batch-norm': affine.batchNorm,
  normalize: affine.normalize,
  'average-pool': affine.averagePool,
  'global-average-pool': affine.globalAveragePool,
  flatten: affine.flatten,
  relu: defineBoundRule({ layer: ReLU, interval: monotone, lines: reluLines }),
  clamp: defineBoundRule({ layer: Clamp, interval: monotone }),
  'max-pool': defineBoundRule({ layer: MaxPool2d, interval: monotone }),
} as const satisfies Readonly<Record<string, BoundRule>>;

/** The layers whose bounds are known; `add` takes one from outside. */
export const BOUND_RULES = new Registry<BoundRule>('a bound rule', OWN, {
  keys: { layer: 'a function' },
  problem: (name, rule) =>
    'affine' in rule || 'interval' in rule
      ? undefined
      : `expected the bound rule ${name} with affine or interval, received one without`,
});
