/**
 * Attacks that let other work go on: the same results, a turn between parts, an end when it is asked for.
 *
 * @module
 */
import { afterAll, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { tensor, tidy } from '../engine/index.js';
import { apgd, linf, pgd, Pgd, square, type AttackResult } from './index.js';
import { LinearNetwork, Recorder, toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();
const model = toyNetwork();
model.eval();
afterAll(() => {
  model.dispose();
});
const labels = [0, 1, 2, 3, 0, 1, 2];
const epsilon = 0.1;

function free({ images, value, success }: AttackResult): void {
  for (const tensor of [images, value, success]) tensor.dispose();
}

test.each([
  ['pgd', pgd({ epsilon, steps: 4, initialization: 'uniform' })],
  ['apgd', apgd({ epsilon, steps: 6 })],
  ['square', square({ epsilon, steps: 20 })],
])('%s finds what it finds in one go', async (_, attack) => {
  const images = tidy(() => toyBatch(labels).images);
  const whole = attack.run(model, images, labels, { seed: 3 });
  const parts = await attack.runAsync(model, images, labels, { seed: 3 });
  expect(parts.success.toNumbers()).toEqual(whole.success.toNumbers());
  const apart = tidy(() => parts.images.sub(whole.images).abs().amax().item());
  expect(apart).toBeLessThan(1e-6);
  for (const result of [whole, parts]) free(result);
  images.dispose();
});

test('timers run meanwhile, and progress is said', async () => {
  const images = tidy(() => toyBatch(labels).images);
  const ticks = vi.fn();
  const timer = setInterval(ticks, 1);
  const done: number[] = [];
  const progress = (images: number, of: number) => {
    expect(of).toBe(labels.length);
    done.push(images);
  };
  const result = await pgd({ epsilon, steps: 200 }).runAsync(model, images, labels, {}, { progress });
  clearInterval(timer);
  expect(ticks.mock.calls.length).toBeGreaterThan(0);
  expect(done.at(-1)).toBe(labels.length);
  expect(done.length).toBeGreaterThan(1);
  free(result);
  images.dispose();
});

test('a signal ends it between two parts', async () => {
  const images = tidy(() => toyBatch(labels).images);
  const control = new AbortController();
  const stopping = {
    signal: control.signal,
    progress: () => {
      control.abort();
    },
  };
  await expect(pgd({ epsilon, steps: 2 }).runAsync(model, images, labels, {}, stopping)).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: 'the attack was stopped after 1 of 7 images',
  });
  images.dispose();
});

test('what run refuses is refused before the network is asked', async () => {
  const recorder = new Recorder(new LinearNetwork([[1], [2]]));
  const attack = new Pgd({ norm: linf, epsilon, steps: 1 });
  const bright = tensor([[[[2]]]]);
  await expect(attack.runAsync(recorder, bright, [0])).rejects.toThrow(/expected images in \[0, 1\]/);
  await expect(attack.runAsync(recorder, bright, [0.5])).rejects.toThrow(/expected labels as a list of classes/);
  expect(recorder.calls).toEqual([]);
  bright.dispose();
  recorder.dispose();
});
