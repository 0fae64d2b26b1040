/**
 * Attacks that move pixels: a search over the parameters of a transformation. The gradient goes through the image that
 * they make, and a step changes every parameter by the same share of its range, up or down (for the article's affine
 * transformations that is its attack; Xiao et al. follow the flow's gradient by L-BFGS). A grid and random draws need
 * no gradient (Engstrom et al., "Exploring the Landscape of Spatial Robustness", ICML 2019, section 4).
 *
 * @module
 */
import {
  advance,
  enableGrad,
  grad,
  ops,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../../engine/index.js';
import type { AttackContext, Observation } from '../attack-context.js';
import { Attack, better, stronger, type AttackResult } from '../attack.js';
import { crossEntropyObjective, type Objective } from '../objectives/index.js';
import type { ThreatModel } from '../threat-models/threat-model.js';
import { drawParameters, isTransformation, limit, type Transformation } from '../threat-models/transformation.js';
import { gridPoints, gridSize } from './grid.js';

export const SEARCHES = ['gradient', 'random', 'grid'] as const;

export interface TransformationOptions {
  /** As results write it. */
  readonly name: string;
  /** A transformation: `affine`, `rotation-translation` or `flow`. */
  readonly norm: ThreatModel;
  /** The largest parameter, as a share of its range; of `flow` in pixels. */
  readonly epsilon: number;
  /** Gradient steps, random draws, or points of the grid. */
  readonly steps: number;
  /** By gradient steps, by random draws, or at all points of a grid. Default: gradient. */
  readonly search?: (typeof SEARCHES)[number] | undefined;
  /** By how much a step changes each parameter. Default: 2.5 epsilon / steps. */
  readonly stepSize?: number | undefined;
  /** Where gradient steps start: somewhere in the ranges, or at the image itself. Default: uniform. */
  readonly start?: 'uniform' | 'zero' | undefined;
  /** What a flow's roughness costs of the objective, the paper's τ; its value there is 0.05. Default: 0. */
  readonly smoothness?: number | undefined;
  /** Default: cross-entropy. */
  readonly objective?: Objective | undefined;
}

export class TransformationAttack extends Attack {
  override readonly name: string;
  readonly steps: number;
  readonly stepSize: number;
  readonly how: (typeof SEARCHES)[number];
  readonly start: 'uniform' | 'zero';
  readonly smoothness: number;
  readonly #transformation: Transformation;

  /** @throws SaddlepointError ARGUMENT for a threat model that is no transformation, or an option out of its range */
  constructor(options: TransformationOptions) {
    super(options.norm, options.epsilon, options.objective ?? crossEntropyObjective);
    const { norm, name, search = 'gradient', start = 'uniform', smoothness = 0 } = options;
    if (!isTransformation(norm))
      throw new SaddlepointError('ARGUMENT', `expected a transformation for ${name}, received ${norm.name}`);
    this.#transformation = norm;
    this.name = name;
    this.steps = requireInteger('steps', options.steps, 1);
    this.stepSize = requireNumber('stepSize', options.stepSize ?? (2.5 * this.epsilon) / this.steps, 0);
    this.how = search;
    this.start = start;
    this.smoothness = requireNumber('smoothness', smoothness, 0);
    if (smoothness > 0 && norm.roughness === undefined)
      throw new SaddlepointError('ARGUMENT', `expected smoothness for flow only, received it for ${norm.name}`);
    if (search === 'grid') requireGrid(norm, this.steps);
  }

  protected override search(context: AttackContext): AttackResult {
    return this.how === 'gradient' ? this.#climb(context) : this.#tryPoints(context);
  }

  #climb(context: AttackContext): AttackResult {
    let state: SearchState = { parameters: this.#start(context), best: undefined };
    for (let step = 0; step < this.steps; step += 1) {
      state = advance(state, ({ parameters, best }) => {
        const { images, gradient, ...seen } = this.#queryWithGradient(context, parameters);
        const moved = parameters.add(gradient.sign().nanToNum({ nan: 0 }), { alpha: this.stepSize });
        return {
          parameters: limit(moved, this.epsilon),
          best: stronger(best, { images, parameters: parameters.clone(), ...seen }),
        };
      });
    }
    return stronger(state.best, this.#observe(context, state.parameters));
  }

  #tryPoints(context: AttackContext): AttackResult {
    let best = this.#observe(context, this.#point(context, 0));
    for (let step = 1; step < this.steps; step += 1)
      best = advance(best, (before) => better(before, this.#observe(context, this.#point(context, step))));
    return best;
  }

  #point({ images, randomness: { stream, indices } }: AttackContext, step: number): Tensor {
    const shape = images.shape.slice(1);
    const { device } = images;
    if (this.how === 'grid') {
      const point = gridPoints(this.#transformation, this.epsilon)[step]!;
      return ops.stack(
        point.map((value) => ops.full([images.size(0)], value, { dtype: images.dtype, device })),
        { dim: 1 },
      );
    }
    const draw = { stream: stream.derive('draw', step), indices, shape, device };
    return drawParameters(this.#transformation, draw, this.epsilon);
  }

  #start({ images, randomness: { stream, indices } }: AttackContext): Tensor {
    if (this.start === 'zero') return this.#none(images);
    const { device, shape } = images;
    return drawParameters(this.#transformation, { stream, indices, shape: shape.slice(1), device }, this.epsilon);
  }

  #none({ shape: [count = 0, ...shape], dtype, device }: Tensor): Tensor {
    return ops.zeros([count, this.#transformation.parameters(shape)], { dtype, device });
  }

  #observe(context: AttackContext, parameters: Tensor): AttackResult {
    return tidy(() => {
      const images = this.#transformation.apply(context.images, parameters);
      return { images, parameters: parameters.clone(), ...context.query(images) };
    });
  }

  /** With the gradient with respect to the parameters, of the objective less what roughness costs. */
  #queryWithGradient(
    context: AttackContext,
    parameters: Tensor,
  ): Observation & { readonly images: Tensor; readonly gradient: Tensor } {
    return tidy(() => {
      const { roughness, apply } = this.#transformation;
      const input = parameters.detach();
      input.requiresGrad = true;
      const images = enableGrad(() => apply(context.images, input));
      const { gradient: ofImages, ...seen } = context.queryWithGradient(images);
      const ascent = grad(images, [input], { gradients: [ofImages] })[0]!;
      if (this.smoothness === 0 || roughness === undefined)
        return { ...seen, images: images.detach(), gradient: ascent };
      const rough = enableGrad(() => roughness(input, context.images.shape.slice(1)).sum());
      const gradient = ascent.sub(grad(rough, [input])[0]!, { alpha: this.smoothness });
      return { ...seen, images: images.detach(), gradient };
    });
  }
}

interface SearchState {
  readonly parameters: Tensor;
  readonly best: AttackResult | undefined;
}

/**
 * @throws SaddlepointError ARGUMENT for a transformation without a grid, or another number of steps than it has points
 */
function requireGrid(threat: Transformation, steps: number): void {
  const points = gridSize(threat);
  if (points === undefined)
    throw new SaddlepointError(
      'ARGUMENT',
      `expected search: grid with rotation-translation only, received it with ${threat.name}, which has too many ` +
        'parameters',
    );
  if (steps === points) return;
  throw new SaddlepointError('ARGUMENT', `expected steps: ${points} with search: grid, its points, received ${steps}`);
}
