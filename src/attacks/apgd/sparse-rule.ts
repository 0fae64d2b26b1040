/**
 * Auto-PGD's step for L1 (Croce and Hein, "Mind the box", ICML 2021, section 3.2 and algorithm 1): the steepest ascent
 * of an L1 ball within the box is sparse, so a step moves the entries with the largest gradients, all by the same
 * amount, and how many of them follows how many entries the best point changes. No momentum.
 *
 * @module
 */
import { ops, type Tensor } from '../../engine/index.js';
import { perturbedWithinL1 } from '../norms/index.js';
import { divideSafely, perExample, rows } from '../norms/shared.js';
import type { StepRule } from './step-rule.js';

/** Share of the steps between two looks at the sparsity, in hundredths. */
const PERIOD = 4;
/** A random start moves a fifth of the entries first, and counts as having changed them all, as noise does. */
const FIRST_SHARE = 1 / 5;
/** What the number of changed entries is divided by to give the number moved, and step sizes, where they shrink. */
const SHRINKING = 1.5;
/** A best point that has become sparser than this, beside the last one, starts over with the first step size. */
const SPARSER = 0.95;
/** The smallest step size is this part of the first. */
const SMALLEST = 1 / 10;

export interface SparsePace {
  /** float [N]: length of the next step in L1. */
  readonly stepSize: Tensor;
  /** int64 [N]: how many entries it moves, at least 1. */
  readonly moved: Tensor;
  /** float [N]: how many entries the best point changed at the last checkpoint. */
  readonly changedBefore: Tensor;
}

/**
 * @param epsilon the first step size
 * @param radius of the ball that is projected to, at most epsilon
 * @param steps of the whole search
 * @param randomStart whether the start tells nothing of how many entries matter
 */
export function sparseRule(epsilon: number, radius: number, steps: number, randomStart: boolean): StepRule<SparsePace> {
  const period = Math.max(1, Math.floor((PERIOD * steps) / 100));
  return {
    checkpoints: Array.from({ length: Math.floor(steps / period) }, (_, i) => (i + 1) * period),
    begin: (images, start) => {
      const changed = changedEntries(images, start.images);
      const all = ops.zerosLike(changed).add(rows(images).size(1));
      return {
        stepSize: ops.zerosLike(changed).add(epsilon),
        moved: toCount(randomStart ? all.mul(FIRST_SHARE) : changed.div(SHRINKING)),
        changedBefore: randomStart ? all : changed,
      };
    },
    step: (images, { current }, { stepSize, moved }) => {
      const signs = largestSigns(current.gradient, moved);
      const unit = divideSafely(signs, rows(signs).abs().sum(1));
      const wanted = current.images.sub(images).addcmul(unit, perExample(stepSize, unit));
      return perturbedWithinL1(images, wanted, radius);
    },
    note: (state) => state,
    adapt: (images, { best }, { stepSize, changedBefore }) => {
      const changed = changedEntries(images, best.images);
      const sparser = changed.lt(changedBefore.mul(SPARSER));
      const shrunk = stepSize.div(SHRINKING).clamp({ min: epsilon * SMALLEST });
      return {
        state: {
          stepSize: shrunk.maskedFill(sparser, epsilon),
          moved: toCount(changed.div(SHRINKING)),
          changedBefore: changed,
        },
        goBack: sparser,
      };
    },
  };
}

/** How many entries differ, float [N]. */
function changedEntries(images: Tensor, candidates: Tensor): Tensor {
  return rows(candidates.ne(images)).sum(1).to({ dtype: images.dtype });
}

function toCount(values: Tensor): Tensor {
  return values.ceil().clamp({ min: 1 }).to({ dtype: 'int64' });
}

/** The signs of each example's `moved` largest entries, and of those as large as the last of them; zero elsewhere. */
function largestSigns(gradient: Tensor, moved: Tensor): Tensor {
  const sizes = rows(gradient).abs();
  const [descending] = sizes.sort({ stable: false, dim: 1, descending: true });
  const threshold = descending.gather(1, moved.sub(1).unsqueeze(1));
  return rows(gradient).sign().maskedFill(sizes.lt(threshold), 0).reshape(gradient.shape);
}
