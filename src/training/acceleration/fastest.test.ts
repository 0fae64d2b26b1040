/**
 * Which way is the fastest, by two looks: on a machine that others disturb, on the number of images that the work has.
 * The clock is the test's own.
 *
 * @module
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseFastest, closeOnes, type Way } from './fastest.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** A way whose passes take so many milliseconds, told how many passes there were before. */
const taking =
  (milliseconds: (images: number, pass: number) => number): Way =>
  (images) => {
    let passes = 0;
    return () => vi.advanceTimersByTime(milliseconds(images, passes++));
  };
const perImage = (milliseconds: number) => taking((images) => milliseconds * images);
const choose = (ways: Record<string, Way>, images = 128, reduced: readonly string[] = []) =>
  chooseFastest(ways, { images, device: 'cpu', reduced: (name) => reduced.includes(name) });

test('the one that takes least, and the first of equals; the rates are images a second', () => {
  const chosen = choose({ slow: perImage(4), one: perImage(2), same: perImage(2) });
  expect(chosen).toEqual({ name: 'one', passesPerSecond: { slow: 250, one: 500, same: 500 } });
});

test('one that is the fastest on a few images need not be on a batch', () => {
  const small = taking((images) => (images <= 16 ? images : 2 * images));
  const large = taking((images) => 6 + images);
  expect(choose({ small, large }).name).toBe('large');
  expect(choose({ small, large }, 16).name).toBe('small');
});

test('what disturbs the first look at one is overturned by the second, which is taken in turns', () => {
  let looks = 0;
  const disturbed: Way = (images) => {
    looks += 1;
    return taking(() => (looks === 1 ? 1.4 : 1) * images)(images);
  };
  const { name, passesPerSecond } = choose({ steady: perImage(1.2), disturbed });
  expect(name).toBe('disturbed');
  expect(passesPerSecond).toEqual({ steady: 833, disturbed: 1000 });
});

test.each([8, 11, 13, 15])('a disturbance that begins after pass %d, of either, decides nothing', (calmPasses) => {
  let calm = calmPasses;
  const machine = (each: number) => taking((images) => each * images * (calm-- > 0 ? 1 : 3));
  expect(choose({ steady: machine(1.2), faster: machine(1) }).name).toBe('faster');
});

test('a first pass that allocates what the others found ready excludes nobody', () => {
  const cold = taking((images, pass) => images * (pass === 0 ? 5 : 0.9));
  expect(choose({ warm: perImage(1), cold }).name).toBe('cold');
});

test('of many close ones the best few, in their order', () => {
  const seconds = new Map([1.2, 1, 1.4, 1.1].map((each, i) => [`way ${i}`, each]));
  expect(closeOnes(seconds)).toEqual(['way 0', 'way 1', 'way 2', 'way 3']);
  expect(closeOnes(seconds, 2)).toEqual(['way 1', 'way 3']);
});

test.each([
  [1.05, 'exact'],
  [1.2, 'rounded'],
])('reduced precision that is %d times as fast: %s is taken', (gain, taken) => {
  expect(choose({ rounded: perImage(1), exact: perImage(gain) }, 128, ['rounded']).name).toBe(taken);
});

test('a way far behind is tried once and not prepared again', () => {
  const prepared = vi.fn<Way>(perImage(50));
  const passes: number[] = [];
  const fast = taking((images) => (passes.push(images), images));
  expect(choose({ fast, close: perImage(1.3), hopeless: prepared }).name).toBe('fast');
  expect(prepared).toHaveBeenCalledTimes(1);
  // A first look at 16 images, a second one at all of them, as 128 ms are affordable.
  expect(new Set(passes)).toEqual(new Set([16, 128]));
  passes.length = 0;
  choose({ fast, close: perImage(1.3) }, 4096);
  expect(Math.max(...passes)).toBe(250);
});
