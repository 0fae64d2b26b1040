/**
 * The maximum-confidence AutoAttack: a worst case over its stages, whatever the batches.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { memory, tidy } from '../../engine/index.js';
import { CLASSES, toyBatch, toyNetwork } from '../toy.test-helper.js';
import { confidenceStages, mostConfident } from './confidence-stages.js';

const options = { norm: 'linf', epsilon: 0.1, classes: CLASSES, steps: 6, restarts: 2, queries: 20 } as const;

test("the paper's stages: 10 restarts, up to 9 targets, Square", () => {
  const stages = confidenceStages({ norm: 'linf', epsilon: 0.1, classes: 10 });
  expect(stages.map(({ name, rounds, passes }) => [name, rounds.length, passes.gradients, passes.forwards])).toEqual([
    ['apgd-conf', 10, 1000, 0],
    ['apgd-conf-t', 9, 1000, 0],
    ['square-conf', 1, 0, 5000],
  ]);
  expect(confidenceStages(options)[1]!.rounds.map(({ target }) => target)).toEqual([1, 2, 3]);
  expect(() => confidenceStages({ ...options, epsilon: 8 })).toThrow(/Did you mean 8\/255/);
  expect(() => confidenceStages({ ...options, norm: 'l0', epsilon: 5 })).toThrow(/a norm for AutoAttack/);
  expect(() => confidenceStages({ ...options, classes: 1 })).toThrow(/the number of classes/);
});

test("keeps each example's most confident error: no stage alone finds a more confident one", () => {
  const model = toyNetwork();
  const live = memory().live;
  tidy(() => {
    const { images, labels, stream, indices } = toyBatch([0, 1, 2, 3, 4, 5]);
    const run = (stages: ReturnType<typeof confidenceStages>) =>
      mostConfident(stages, model, images, labels, { stream, indices });
    const stages = confidenceStages(options);
    const all = run(stages);
    const [fooled, value] = [all.fooled.toNumbers(), all.value.toNumbers()];
    for (const stage of stages) {
      const alone = run([stage]);
      alone.fooled.toNumbers().forEach((flag, i) => {
        expect(fooled[i]).toBeGreaterThanOrEqual(flag);
        if (flag === fooled[i]) expect(value[i]).toBeGreaterThanOrEqual(alone.value.toNumbers()[i]!);
      });
    }
    expect(run([...stages].reverse()).value.toNumbers()).toEqual(value);
    const one = tidy(() => {
      const single = toyBatch([3]);
      return mostConfident(stages, model, single.images, single.labels, single);
    });
    expect(one.value.item()).toBeCloseTo(value[3]!, 5);
    expect(all.images.sub(images).abs().amax().item()).toBeLessThanOrEqual(0.1);
  });
  expect(model.training).toBe(true);
  expect(memory().live).toBe(live);
  model.dispose();
});
