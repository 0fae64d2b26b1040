/**
 * Which class a targeted attack aims at. Whatever the target, an attack counts as successful when the image is
 * misclassified, so that robust errors of targeted and untargeted attacks can be compared and combined.
 *
 * @module
 */
import { requireInteger, SaddlepointError, Tensor, tidy } from '../engine/index.js';
import type { AttackRandomness } from './attack-randomness.js';

export interface TargetChoice {
  /** As recipes write it. */
  readonly name: string;
  /**
   * The target class of each example.
   *
   * @param logits float [N, K]: of the images without perturbation
   * @param labels int64 [N]: the true classes
   * @returns int64 [N], a new tensor; nothing else stays alive
   */
  choose(logits: Tensor, labels: Tensor, randomness: AttackRandomness): Tensor;
}

/** The wrong class with the smallest logit. */
export const leastLikely: TargetChoice = {
  name: 'least-likely',
  choose: (logits, labels) => tidy(() => logits.scatter(1, labels.unsqueeze(1), Infinity).argmin({ dim: 1 })),
};

/**
 * The `rank`-th most likely wrong class, 1 for the most likely: what targeted APGD and FAB aim at, one class after the
 * other. Of equal logits the smaller class comes first.
 *
 * @throws SaddlepointError ARGUMENT for a rank that is not a whole number of at least 1; `choose` throws when the
 *   network has no more than `rank` classes
 */
export function rankedTarget(rank: number): TargetChoice {
  requireInteger('the rank of the target', rank, 1);
  return {
    name: `ranked-${rank}`,
    choose: (logits, labels) =>
      tidy(() => {
        const classes = logits.size(1);
        if (rank >= classes) {
          throw new SaddlepointError(
            'ARGUMENT',
            `expected a target of rank at most ${classes - 1}, the number of wrong classes, received ${rank}`,
          );
        }
        const wrong = logits.scatter(1, labels.unsqueeze(1), -Infinity);
        return wrong
          .sort({ stable: true, dim: 1, descending: true })[1]
          .select(1, rank - 1)
          .clone();
      }),
  };
}

/** Every wrong class alike, drawn anew in each restart. */
export const randomTarget: TargetChoice = {
  name: 'random',
  choose: (logits, labels, { stream, indices }) =>
    tidy(() => {
      const drawn = stream.derive('target').integers(indices, [], logits.size(1) - 1, logits.device);
      // The classes from the true one on move up by one, which leaves it out.
      return drawn.add(drawn.ge(labels).to({ dtype: 'int64' }));
    }),
};

/**
 * Given targets, by the examples' indices in their data set, so that batches and restarts take the right ones.
 *
 * @param classes int64 [size of the data set]; must stay alive as long as the attack
 */
export function fixedTargets(classes: Tensor): TargetChoice {
  if (!(classes instanceof Tensor) || classes.dtype !== 'int64' || classes.ndim !== 1) {
    throw new SaddlepointError('ARGUMENT', `expected target classes as int64 [size], received ${String(classes)}`);
  }
  return {
    name: 'fixed',
    choose: (_, labels, { indices }) =>
      tidy(() => {
        const where = indices.device === classes.device ? indices : indices.to({ device: classes.device });
        const chosen = classes.indexSelect(0, where);
        return chosen.device === labels.device ? chosen : chosen.to({ device: labels.device });
      }),
  };
}

/** The choices a recipe can name. */
export const TARGETS = { 'least-likely': leastLikely, random: randomTarget } as const satisfies Readonly<
  Record<string, TargetChoice>
>;

export type TargetName = keyof typeof TARGETS;
