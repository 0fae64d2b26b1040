/**
 * Restarts: the worst case counts, and no work is spent on what is already fooled.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { memory, RandomStream, tensor, tidy } from '../engine/index.js';
import { attackOf, withRestarts, type AttackDescription } from './index.js';
import { int64, LinearNetwork, Recorder, toyBatch, toyNetwork } from './toy.test-helper.js';

const pgdWith = (change: Partial<AttackDescription> = {}) =>
  attackOf({ name: 'pgd', norm: 'linf', epsilon: 0.03, steps: 2, ...change });

/** What is left of 40 toy images after so many restarts. */
function attacked(restarts: number, indices = [...Array(40).keys()]) {
  return tidy(() => {
    const network = toyNetwork(5);
    const { images, labels, ...randomness } = toyBatch(indices);
    const result = withRestarts(pgdWith(), restarts, network, images, labels, randomness);
    network.dispose();
    const { value, success } = result;
    return { images: result.images.toNumbers(), value: value.toNumbers(), success: success.toNumbers() };
  });
}

describe('withRestarts', () => {
  test('more restarts never make any example stand that fewer had fooled, nor weaken one that stands', () => {
    const runs = [1, 2, 4, 8].map((restarts) => attacked(restarts));
    const total = runs.map(({ success }) => success.reduce((sum, one) => sum + one, 0));
    for (let k = 1; k < runs.length; k += 1) {
      const [fewer, more] = [runs[k - 1]!, runs[k]!];
      fewer.success.forEach((success, i) => {
        expect(more.success[i]).toBeGreaterThanOrEqual(success);
        if (more.success[i] === 0) expect(more.value[i]).toBeGreaterThanOrEqual(fewer.value[i]!);
        // What is fooled is not touched again.
        if (success === 1) expect(more.value[i]).toBe(fewer.value[i]);
      });
    }
    // The case is not an empty one: something stands at first, something not.
    expect(total[0]).toBeGreaterThan(0);
    expect(total[0]).toBeLessThan(40);
    expect(runs[3]!.value).not.toEqual(runs[0]!.value);
  });

  test('an example meets the same restarts alone and in a batch', () => {
    const together = attacked(4);
    const size = together.images.length / 40;
    for (const index of [3, 17, 39]) {
      const alone = attacked(4, [index]);
      expect(alone.success[0]).toBe(together.success[index]);
      const expected = together.images.slice(index * size, (index + 1) * size);
      expect(Math.max(...alone.images.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
    }
  });

  // One pixel; label 0 stands as long as x > 0.5. With epsilon 0.1 the second and the fourth image stand always.
  const images = () => tensor([0.55, 0.9, 0.2, 0.8], { shape: [4, 1, 1, 1] });
  const network = () => new Recorder(new LinearNetworkWithThreshold());
  class LinearNetworkWithThreshold extends LinearNetwork {
    constructor() {
      super([[1], [0]]);
    }
    override forward(input: Parameters<LinearNetwork['forward']>[0]) {
      return super.forward(input.sub(0.5));
    }
  }

  test('attacks again only what still stands', () => {
    tidy(() => {
      const recorder = network();
      const attack = pgdWith({ epsilon: 0.1, steps: 3 });
      const randomness = { stream: new RandomStream(1), indices: int64([10, 11, 12, 13]) };
      const { success } = withRestarts(attack, 3, recorder, images(), int64([0, 0, 0, 0]), randomness);
      expect(success.toNumbers()).toEqual([1, 0, 1, 0]);
      const passes = 4; // three steps and a last look
      const expected = [4, 2, 2].flatMap((examples) => Array<number>(passes).fill(examples));
      expect(recorder.calls.map(({ examples }) => examples)).toEqual(expected);
      recorder.dispose();
    });
  });

  test('stops when nothing stands', () => {
    tidy(() => {
      const recorder = network();
      const randomness = { stream: new RandomStream(1), indices: int64([10, 11, 12, 13]) };
      const attack = pgdWith({ epsilon: 0.5, steps: 3 });
      const { success } = withRestarts(attack, 100, recorder, images(), int64([0, 0, 0, 0]), randomness);
      expect(success.toNumbers()).toEqual([1, 1, 1, 1]);
      expect(recorder.calls).toHaveLength(4);
      recorder.dispose();
    });
  });

  test('leaves alive exactly what it returns', () => {
    using model = toyNetwork(5);
    tidy(() => {
      const { images: pictures, labels, ...randomness } = toyBatch([0, 1, 2, 3]);
      const before = memory().live;
      const result = withRestarts(pgdWith(), 5, model, pictures, labels, randomness);
      expect(memory().live - before).toBe(Object.keys(result).length);
    });
  });

  test.each([0, -1, 1.5, NaN])('refuses %s restarts', (restarts) => {
    using model = toyNetwork();
    tidy(() => {
      const { images: pictures, labels, ...randomness } = toyBatch([0]);
      const call = () => withRestarts(pgdWith(), restarts, model, pictures, labels, randomness);
      expect(call).toThrow(/expected restarts to be a whole number of at least 1, received /);
    });
  });
});
