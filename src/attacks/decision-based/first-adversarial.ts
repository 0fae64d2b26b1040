/**
 * An image from which a decision-based attack can begin: random, and misclassified.
 *
 * @module
 */
import { advance, ops, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import type { AttackContext } from '../attack-context.js';
import { choose, type Decisions } from './decisions.js';

/** Sides of the squares of one colour, in turn; beyond the image's side it is of one colour. */
const GRAINS = [1, 2, 4, 8, 16, Infinity];

export interface FirstAdversarial {
  /** float32 [N, C, H, W]: misclassified where one was found. */
  readonly images: Tensor;
  /** bool [N] */
  readonly found: Tensor;
}

/**
 * Draws uniform noise until the network is wrong. Deviation from the paper: after noise in every pixel comes noise of
 * larger grain, in turn, since a network may put all fine noise into one class, whose examples would have no start.
 *
 * @param draws the most that are tried
 * @returns new tensors; nothing else stays alive
 */
export function firstAdversarial(context: AttackContext, decisions: Decisions, draws: number): FirstAdversarial {
  const { images, randomness } = context;
  const found = ops.zerosLike(context.labels).gt(0);
  let state: FirstAdversarial = { images: images.clone(), found };
  for (let draw = 0; draw < draws; draw += 1) {
    if (tidy(() => decisions.open().logicalAnd(state.found.logicalNot()).any().item()) === 0) break;
    state = advance(state, (before) => {
      const stream = randomness.stream.derive('start', draw);
      const candidates = grainyNoise(stream, randomness.indices, images, GRAINS[draw % GRAINS.length]!);
      const success = decisions.ask(candidates, before.found.logicalNot());
      return { images: choose(success, candidates, before.images), found: before.found.logicalOr(success) };
    });
  }
  return state;
}

function grainyNoise(stream: RandomStream, indices: Tensor, like: Tensor, grain: number): Tensor {
  return tidy(() => {
    const noise = stream.uniform(indices, like.shape.slice(1), like.device);
    const corner = (length: number) =>
      ops
        .arange(length, { dtype: 'float32', device: like.device })
        .div(Math.min(grain, length))
        .floor()
        .to({ dtype: 'int64' });
    return noise.indexSelect(2, corner(like.size(2))).indexSelect(3, corner(like.size(3)));
  });
}
