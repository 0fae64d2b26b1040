/**
 * Restarts with the worst case kept: an example counts as fooled if any restart fools it.
 *
 * @module
 */
import { requireInteger, tidy, type Tensor } from '../engine/index.js';
import type { Module } from '../nn/index.js';
import type { Attack, AttackResult } from './attack.js';
import type { AttackRandomness } from './attack-randomness.js';

type RunOptions = Parameters<Attack['run']>[4];

/** What restarts ask of an attack: that it can run. */
export interface Restartable {
  run(model: Module, images: Tensor, labels: Tensor, randomness: AttackRandomness, options?: RunOptions): AttackResult;
}

/**
 * Runs the attack `restarts` times; every restart after the first attacks only what is still robust, since
 * more cannot change the worst case.
 *
 * @returns new tensors; nothing else stays alive
 */
export function withRestarts(
  attack: Restartable,
  restarts: number,
  model: Module,
  images: Tensor,
  labels: Tensor,
  { stream, indices }: AttackRandomness,
  options: RunOptions = {},
): AttackResult {
  requireInteger('restarts', restarts, 1);
  return tidy(() => {
    const first = attack.run(model, images, labels, { stream: stream.derive('restart', 0), indices }, options);
    for (let restart = 1; restart < restarts; restart += 1) {
      const stillRobust = tidy(() => first.success.logicalNot().nonzero().squeeze(1));
      if (stillRobust.numel() === 0) break;
      tidy(() => {
        const again = attack.run(
          model,
          images.indexSelect(0, stillRobust),
          labels.indexSelect(0, stillRobust),
          {
            stream: stream.derive('restart', restart),
            indices: indices.indexSelect(0, stillRobust.to({ device: indices.device })),
          },
          options,
        );
        const improved = again.success.logicalOr(again.value.gt(first.value.indexSelect(0, stillRobust)));
        const chosen = improved.nonzero().squeeze(1);
        const where = stillRobust.indexSelect(0, chosen);
        const parts = ['images', 'parameters', 'value', 'success'] as const;
        for (const part of parts) first[part]?.indexCopy_(0, where, again[part]!.indexSelect(0, chosen));
      });
    }
    return first;
  });
}
