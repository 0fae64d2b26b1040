/**
 * Threat models that move pixels instead of changing their values. How far an image is moved cannot be read off the
 * difference to its original: it is the size of the parameters it was made with, so that these are kept beside the
 * image, for whoever wants to make it again.
 *
 * @module
 */
import { SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { unconstrained } from './unconstrained.js';
import type { Draw, ThreatModel } from './threat-model.js';

/** Parameters are float32 [N, P], each as a share of its range: 0 leaves the image as it is. */
export interface Transformation extends ThreatModel {
  /** How many parameters an image of the shape [C, H, W] has, P. */
  readonly parameters: (shape: readonly number[]) => number;
  /**
   * The images [N, C, H, W] moved by the parameters, in [0, 1]; differentiable in both. Leaves its intermediate results
   * to the scope it is called in.
   */
  readonly apply: (images: Tensor, parameters: Tensor) => Tensor;
  /** How many values of each parameter a search over a grid tries; none where there are too many parameters. */
  readonly grid?: readonly number[] | undefined;
  /**
   * How unlike neighbouring pixels' displacements are, [N], for attacks that keep it small; differentiable. None where
   * a few parameters move all pixels together.
   */
  readonly roughness?: ((parameters: Tensor, shape: readonly number[]) => Tensor) | undefined;
}

export function isTransformation(threat: ThreatModel): threat is Transformation {
  return 'apply' in threat;
}

/** No parameter beyond epsilon: the largest number of float32 that is not above it. */
export function limit(parameters: Tensor, epsilon: number): Tensor {
  const rounded = Math.fround(epsilon);
  const most = rounded <= epsilon ? rounded : Math.fround(rounded * (1 - 2 ** -23));
  return parameters.clamp({ min: -most, max: most });
}

/** Parameters uniform in their ranges, float32 [N, P]. */
export function drawParameters(threat: Transformation, draw: Draw, epsilon: number): Tensor {
  const { stream, indices, shape, device } = draw;
  return tidy(() => {
    const drawn = stream.uniform(indices, [threat.parameters(shape)], device);
    return limit(drawn.mul(2).sub(1).mul(epsilon), epsilon);
  });
}

/** What all of them are as threat models of pixels: attacks that change values have no way back to what is allowed. */
export function movesPixels(name: string) {
  const refuse = (): never => {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected an attack that moves pixels (affine or flow) for ${name}, received one that changes their values`,
    );
  };
  return {
    ...unconstrained,
    name,
    counts: undefined,
    project: refuse,
    onSphere: refuse,
    uniform: refuse,
  };
}
