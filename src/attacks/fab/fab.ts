/**
 * The fast adaptive boundary attack (Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive
 * boundary attack", ICML 2020, algorithm 1): steps onto the linearised decision boundary, drawn towards the image, and
 * once across goes a part of the way back.
 *
 * @module
 */
import { z } from 'zod';
import {
  advance,
  describeValue,
  ops,
  requireInteger,
  requireNumber,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../../engine/index.js';
import { defineAttack, OPTIONS } from '../definition.js';
import { dualOf, nearestBoundary, offTies, type Boundary } from '../minimum-norm/boundary.js';
import { closer, nothingYet, type Closest } from '../minimum-norm/closest.js';
import { MinimumNormAttack, type MinimumNormOptions } from '../minimum-norm/minimum-norm.js';
import { perExample, rows as flat } from '../norms/shared.js';
import { targetedMarginObjective } from '../objectives/index.js';
import type { TargetChoice } from '../targets.js';
import type { AttackContext } from '../attack-context.js';
import { finalSearch } from './final-search.js';
import { HYPERPLANE_NORMS, stepOntoHyperplane } from './hyperplane-projection.js';

export interface FabOptions extends MinimumNormOptions {
  /**
   * Only the boundary towards this class is approached, which takes one gradient a step instead of one a class; any
   * wrong class counts. Default: untargeted, the nearest boundary.
   */
  readonly targets?: TargetChoice | undefined;
  /** The most that a step is drawn towards the image, in [0, 1]. Default: 0.1. */
  readonly alphaMax?: number | undefined;
  /** How far a step goes, as a multiple of the way to the boundary, at least 1. Default: 1.05. */
  readonly eta?: number | undefined;
  /** What remains of an adversarial perturbation after the step back, in (0, 1). Default: 0.9. */
  readonly beta?: number | undefined;
  /**
   * Where the first start is: the image, or a random point at half the budget's distance, for whoever repeats the whole
   * attack. Default: image.
   */
  readonly start?: 'image' | 'random' | undefined;
  /** How many starts; those after the first are random, at half the distance found or allowed. Default: 1. */
  readonly restarts?: number | undefined;
  /** As an attack with a budget, leave an example alone once it is fooled within it. Default: false. */
  readonly untilFooled?: boolean | undefined;
  /** Whether each start ends with the paper's final search, five forward passes. Default: true. */
  readonly finalSearch?: boolean | undefined;
}

/** After how many steps finished examples leave the batch; a look waits for the device. */
const COMPACT_EVERY = 10;

/**
 * FAB: the smallest perturbation in linf, l2 or l1 that it finds by steps onto the linearised decision boundary
 * (Croce and Hein, "Minimally distorted adversarial examples …", ICML 2020).
 */
export class Fab extends MinimumNormAttack {
  override readonly name: string;
  readonly alphaMax: number;
  readonly eta: number;
  readonly beta: number;
  readonly start: 'image' | 'random';
  readonly restarts: number;
  override readonly untilFooled: boolean;
  readonly finalSearch: boolean;

  /** @throws SaddlepointError ARGUMENT for an option that is out of its range. */
  constructor(options: FabOptions) {
    const { targets } = options;
    super(options, options.steps ?? 100, HYPERPLANE_NORMS, targets && { ...targetedMarginObjective, targets });
    this.name = options.name ?? (targets === undefined ? 'fab' : 'fab-t');
    this.alphaMax = requireNumber('alphaMax', options.alphaMax ?? 0.1, 0, 1);
    this.eta = requireNumber('eta', options.eta ?? 1.05, 1);
    this.beta = requireNumber('beta', options.beta ?? 0.9, Number.MIN_VALUE, 1);
    this.start = requireOneOf('start', options.start ?? 'image', ['image', 'random']);
    this.restarts = requireInteger('restarts', options.restarts ?? 1, 1);
    this.untilFooled = requireOneOf('untilFooled', options.untilFooled ?? false, [true, false]);
    this.finalSearch = requireOneOf('finalSearch', options.finalSearch ?? true, [true, false]);
  }

  protected override smallest(context: AttackContext, enough: number): Closest {
    // Distances are positive, so that without untilFooled nobody leaves.
    const stopAt = this.untilFooled ? enough : -1;
    let closest = nothingYet(context.images);
    for (let restart = 0; restart < this.restarts; restart += 1) {
      closest = advance(closest, (found) => this.#fromOneStart(context, found, restart, stopAt));
    }
    return closest;
  }

  #fromOneStart(context: AttackContext, found: Closest, restart: number, stopAt: number): Closest {
    const all = { images: found.images.clone(), distance: found.distance.clone() };
    const current = this.#start(context, found, restart);
    let state = ofRows({ context, current, closest: found }, found.distance.gt(stopAt).nonzero().squeeze(1));
    for (let step = 0; step < this.steps && state.rows.numel() > 0; step += 1) {
      state = advance(state, (present) => {
        const next = this.#step(present);
        const look = stopAt >= 0 && (step + 1) % COMPACT_EVERY === 0;
        if (!look) return next;
        settle(all, next);
        return compacted(next, stopAt);
      });
    }
    const { context: left, closest, rows } = state;
    if (rows.numel() === 0) return all;
    settle(all, { rows, closest: this.finalSearch ? finalSearch(left, this.norm, closest) : closest });
    return all;
  }

  /** The image, or a random point whose distance from it is half of the smallest known: min(u, ε) / 2. */
  #start({ images, randomness }: AttackContext, { distance }: Closest, restart: number): Tensor {
    if (restart === 0 && this.start === 'image') return images.clone();
    return tidy(() => {
      const { indices } = randomness;
      const stream = randomness.stream.derive('fab start', restart);
      const [, ...shape] = images.shape;
      const direction = this.norm.onSphere(this.norm.uniform({ stream, indices, shape, device: images.device }, 1), 1);
      const radius = distance.clamp({ max: this.epsilon }).div(2).to({ dtype: images.dtype });
      return images.add(direction.mul(perExample(radius, images))).clamp({ min: 0, max: 1 });
    });
  }

  #step({ context, current, closest, rows }: State): State {
    const { images } = context;
    const candidate = this.#candidate(images, current, this.#boundary(context, current));
    const { success } = context.query(candidate);
    const back = images.add(candidate.sub(images), { alpha: this.beta });
    return {
      context,
      rows,
      current: ops.where(perExample(success, images), back, candidate),
      closest: closer(this.norm, images, closest, candidate, success),
    };
  }

  #boundary(context: AttackContext, current: Tensor): Boundary {
    const { name } = this.norm;
    if (this.objective.targets === undefined)
      return offTies(context, name, nearestBoundary(context, current, dualOf(name)));
    const { value, gradient } = context.queryWithGradient(current);
    return offTies(context, name, { value, normal: gradient });
  }

  /** Equations 7 to 9: from the present point and from the image onto the same hyperplane, a little too far, mixed. */
  #candidate(images: Tensor, current: Tensor, { value, normal }: Boundary): Tensor {
    return tidy(() => {
      const across = flat(normal.mul(images.sub(current))).sum(1, { dtype: 'float64' });
      const here = stepOntoHyperplane(this.norm.name, current, normal, value);
      const there = stepOntoHyperplane(this.norm.name, images, normal, across.add(value));
      const [near, far] = [this.norm.magnitude(here), this.norm.magnitude(there)];
      const share = near.div(near.add(far)).nanToNum({ nan: 0 }).clamp({ max: this.alphaMax });
      const alpha = perExample(share, images);
      const fromHere = current.add(here, { alpha: this.eta });
      const fromThere = images.add(there, { alpha: this.eta });
      return fromHere.add(fromThere.sub(fromHere).mul(alpha)).clamp({ min: 0, max: 1 });
    });
  }
}

/** A search over the examples that are left. */
interface State {
  readonly context: AttackContext;
  readonly current: Tensor;
  readonly closest: Closest;
  /** int64: which examples of the whole batch these are. */
  readonly rows: Tensor;
}

/** Drops the examples whose distance is small enough. */
function compacted(state: State, stopAt: number): State {
  const left = state.closest.distance.gt(stopAt).nonzero().squeeze(1);
  if (left.numel() === state.rows.numel()) return state;
  return { ...ofRows(state, left), rows: state.rows.indexSelect(0, left) };
}

/** Copies of some examples, which the state's `advance` may free. */
function ofRows({ context, current, closest }: Omit<State, 'rows'>, rows: Tensor): State {
  const of = (tensor: Tensor) => tensor.indexSelect(0, rows);
  return {
    context: context.subset(rows),
    current: of(current),
    closest: { images: of(closest.images), distance: of(closest.distance) },
    rows,
  };
}

/** Writes what is known of the examples that are left into the whole batch's results. */
function settle(all: Closest, { rows, closest }: Pick<State, 'rows' | 'closest'>): void {
  all.images.indexCopy_(0, rows, closest.images);
  all.distance.indexCopy_(0, rows, closest.distance);
}

function requireOneOf<Value>(name: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected ${name} to be ${allowed.map(String).join(' or ')}, received ${describeValue(value)}`,
  );
}

export const fabAttack = defineAttack({
  label: 'FAB',
  about: 'the fast adaptive boundary attack, for the smallest change (Croce and Hein, 2020)',
  norms: ['linf', 'l2', 'l1'],
  steps: 100,
  options: {
    objective: z.enum(['margin', 'targeted-margin']).optional(),
    target: OPTIONS.target,
    alphaMax: z.number().min(0).max(1).optional(),
    eta: z.number().min(1).optional(),
    beta: z.number().gt(0).lt(1).optional(),
    start: z.enum(['image', 'random']).optional(),
    untilFooled: OPTIONS.untilFooled,
    finalSearch: z.boolean().optional(),
  },
  create: ({ objective, ...options }) => new Fab({ ...options, targets: objective?.targets }),
});
