/**
 * CROWN (Zhang et al., "Efficient Neural Network Robustness Certification with General Activation Functions", NeurIPS
 * 2018, theorem 3.2 and section 3.3): linear bounds of differences of logits, passed backward from the logits to the
 * images, with each activation between two lines.
 *
 * What activations receive is bounded by intervals, as CROWN-IBP does (Zhang et al., "Towards Stable and Efficient
 * Training of Verifiably Robust Neural Networks", ICLR 2020, section 3), which costs one backward pass in all; or, with
 * `refine`, by a backward pass for each activation, as CROWN itself.
 *
 * Deviations: a refined bound is the better one of CROWN's and the interval's; layers that add two ways (residual
 * blocks) pass bounds through both. Sound as `interval.ts` says.
 *
 * @module
 */
import { ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { roundingError } from './affine-map.js';
import { largest, requireBox, UNIT, type Box } from './box.js';
import { holdsFloat32, throughStage } from './interval.js';
import {
  backwardThrough,
  leastOf,
  relaxActivation,
  relaxAffine,
  relaxSum,
  type RelaxedStage,
} from './linear-bounds.js';
import { differencesOf } from './margins.js';
import { refineBox } from './refine.js';
import { stagesOf, type Stage } from './stages.js';

export interface CrownOptions {
  /** Bound what each activation receives by CROWN, too: tighter, and dearer by orders of magnitude. Default: no. */
  readonly refine?: boolean | undefined;
  /** Keep the gradient to the weights; not with `refine`. Default: no. */
  readonly differentiable?: boolean | undefined;
}

interface Walk {
  readonly images: Box;
  readonly refine: boolean;
  readonly differentiable: boolean;
}

/**
 * Lower bounds of z_y − z_j for all images of a box, as `intervalMargins` and by CROWN.
 *
 * @param images float [N, C, H, W] within [0, 1]; float64 for bounds that hold for the float32 network
 * @param labels int64 [N]: the classes y
 * @returns [N, K], zero at the class itself; two columns for a network with a single logit
 * @throws SaddlepointError ARGUMENT for ends that are no box, or a layer between no two lines, by its name
 */
export function crownMargins(model: Module, images: Box, labels: Tensor, options: CrownOptions = {}): Tensor {
  requireBox(images);
  const { refine = false, differentiable = false } = options;
  if (refine && differentiable)
    throw new SaddlepointError(
      'ARGUMENT',
      'expected refine or differentiable, received both; training bounds by intervals',
    );
  return tidy(() => {
    const { dtype } = images.lower;
    const { stages, last } = stagesOf(model, dtype);
    const { relaxed, output } = relax(stages, images, [], { images, refine, differentiable });
    const truth = labels.unsqueeze(1);
    if (last === undefined) {
      const bound = backwardThrough(relaxed, differencesOfLogits(output, labels));
      return leastOf(bound, images).scatter(1, truth, 0);
    }
    const { weight, bias, error } = differencesOf(last, labels, dtype);
    const { coefficients, constant } = backwardThrough(relaxed, weight);
    const offset = holdsFloat32(images) ? bias.sub(error(output)) : bias;
    return leastOf({ coefficients, constant: constant.add(offset) }, images).scatter(1, truth, 0);
  });
}

/** z_y − z_j as coefficients of the logits: [N, K, K]. */
function differencesOfLogits({ lower }: Box, labels: Tensor): Tensor {
  const [classes, { dtype, device }] = [lower.size(1), lower];
  const identity = ops.arange(classes, { device }).oneHot(classes).to({ dtype });
  return identity.indexSelect(0, labels).unsqueeze(1).sub(identity);
}

/** Each stage within the box that reaches it, and the box behind the last. */
function relax(
  stages: readonly Stage[],
  input: Box,
  before: readonly RelaxedStage[],
  walk: Walk,
): { relaxed: RelaxedStage[]; output: Box } {
  const relaxed: RelaxedStage[] = [];
  let box = input;
  for (const stage of stages) {
    if (stage.kind === 'activation' && walk.refine) box = refineBox(box, [...before, ...relaxed], walk.images);
    const next = relaxStage(stage, box, [...before, ...relaxed], walk);
    relaxed.push(next.relaxed);
    box = next.output;
  }
  return { relaxed, output: box };
}

function relaxStage(
  stage: Stage,
  input: Box,
  before: readonly RelaxedStage[],
  walk: Walk,
): { relaxed: RelaxedStage; output: Box } {
  switch (stage.kind) {
    case 'affine': {
      const output = throughStage(stage, input);
      const error = holdsFloat32(input) ? roundingError(stage.map, input) : undefined;
      return { relaxed: relaxAffine(stage.map, input, output, error, walk.differentiable), output };
    }
    case 'activation': {
      if (stage.lines === undefined) throw unbounded(stage.name);
      return { relaxed: relaxActivation(stage.lines(input)), output: stage.interval(input) };
    }
    case 'sum': {
      const ways = stage.branches.map((each) => relax(each, input, before, walk));
      const [first, second] = ways.map(({ output }) => output) as [Box, Box];
      const sum = { lower: first.lower.add(second.lower), upper: first.upper.add(second.upper) };
      const error = holdsFloat32(input) ? largest(sum).mul(2 * UNIT) : undefined;
      const output = error === undefined ? sum : { lower: sum.lower.sub(error), upper: sum.upper.add(error) };
      const size = input.lower.numel() / input.lower.size(0);
      return {
        relaxed: relaxSum(
          ways.map((way) => way.relaxed),
          error,
          size,
        ),
        output,
      };
    }
  }
}

function unbounded(name: string): SaddlepointError {
  return new SaddlepointError(
    'ARGUMENT',
    `expected layers that CROWN bounds by lines (affine ones, ReLU), received ${name}; interval bounds take it`,
  );
}
