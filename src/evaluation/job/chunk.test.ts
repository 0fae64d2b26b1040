/**
 * What counts as found in one chunk: images that fool the model itself.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { NORMS, Pgd, type AttackResult, type AttackRound } from '../../attacks/index.js';
import type { Split } from '../../data/index.js';
import { ops, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { AttackNetwork } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { attackChunk, cleanChunk } from './chunk.js';
import { withSmallNetwork } from './job.test-helper.js';

let model: Module;
let split: Split;
withSmallNetwork((made) => {
  ({ model, split } = made);
});

const pgd = { norm: NORMS.linf, epsilon: 0.06, steps: 8 } as const;
const stream = new RandomStream(1, 'chunk');
const round = (create: AttackRound['create']): AttackRound => ({ restart: 0, create });

/** On the folded network it stops at once, at images that fool that network alone; here, by saying so. */
class StopsTooEarly extends Pgd {
  override run(...asked: Parameters<Pgd['run']>): AttackResult {
    const [network, images, labels] = asked as [Module, Tensor, Tensor];
    if (!(network instanceof AttackNetwork)) return super.run(...asked);
    return { images: images.clone(), value: ops.zeros([labels.numel()]), success: labels.eq(labels) };
  }
}

test('an example that fools the folded network alone is attacked once more, on the model', () => {
  const subject = { model, split, backend: 'plain' } as const;
  const all = [...Array(40).keys()];
  const wrong = new Set(cleanChunk(subject, all));
  const right = all.filter((position) => !wrong.has(position));
  const usual = attackChunk(
    subject,
    round(() => new Pgd(pgd)),
    stream,
    right,
  );
  const early = attackChunk(
    subject,
    round(() => new StopsTooEarly(pgd)),
    stream,
    right,
  );
  expect(usual.fooled.length).toBeGreaterThan(3);
  expect(usual.fooled.length).toBeLessThan(right.length);
  expect(early.fooled).toEqual(usual.fooled);
  expect(early.images!.shape).toEqual([early.fooled.length, 1, 6, 6]);
  expect(tidy(() => early.images!.sub(usual.images!).abs().amax().item())).toBeLessThan(1e-5);

  // What is wrong as it is counts at once, and the second search adds to it; rows and images stay together.
  const mixed = attackChunk(
    subject,
    round(() => new StopsTooEarly(pgd)),
    stream,
    all,
  );
  expect(mixed.fooled).toEqual([...wrong, ...usual.fooled]);
  const none = attackChunk(
    subject,
    round(() => new StopsTooEarly({ ...pgd, epsilon: 0 })),
    stream,
    right,
  );
  expect(none).toEqual({ fooled: [], images: undefined, unanswered: [] });
  for (const { images } of [usual, early, mixed]) images?.dispose();
});
