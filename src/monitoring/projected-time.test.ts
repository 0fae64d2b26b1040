/**
 * How long a run will take: said once, when enough steps are timed, without the first.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { duration, ProjectedTime } from './index.js';

/** A clock that a test sets, in milliseconds after a noon. */
function clock() {
  const noon = new Date(2026, 0, 15, 12, 0, 0).getTime();
  const time = { now: 0 };
  return { time, read: () => noon + time.now };
}

describe('ProjectedTime', () => {
  test('says it once, from the steps after the first', () => {
    const { time, read } = clock();
    const projected = new ProjectedTime(5288, 0, read);
    const said = [9, 10, 11, 12, 13, 14, 15, 16].map((second, index) => {
      time.now = 1000 * second; // the first step takes 9 s, the others 1 s
      return projected.after(index + 1);
    });
    expect(said.filter((line) => line !== undefined)).toEqual([said[5]]);
    expect(said[5]).toBe('about 1 h 28 min for 5,288 steps at 1.0 steps/s; ends about 13:28');
  });

  test('of a resumed run says what is left, and the date where it ends on another day', () => {
    const { time, read } = clock();
    const projected = new ProjectedTime(58_650, 1000, read);
    projected.after(1001);
    time.now = 160_000;
    expect(projected.after(1005)).toBe(
      'about 27 days 4 h for 58,650 steps at 40.0 s a step, 57,645 of them left; ends about 2026-02-11 04:32',
    );
  });

  test('is said at the last step of a part of a run, however few there were, and never at the end of the whole', () => {
    const { time, read } = clock();
    time.now = 0;
    const short = new ProjectedTime(100, 0, read);
    time.now = 2000;
    expect(short.after(1, true)).toBe('about 3 min for 100 steps at 2.00 s a step; ends about 12:03');
    const whole = new ProjectedTime(4, 0, read);
    for (const step of [1, 2, 3, 4]) {
      time.now += 60_000;
      if (step === 4) expect(whole.after(step, true)).toBeUndefined();
      else whole.after(step);
    }
  });
});

test.each([
  [0.2, '1 s'],
  [59.4, '59 s'],
  [61, '1 min'],
  [3570, '1 h 0 min'],
  [4140, '1 h 9 min'],
  [172_799, '2 days 0 h'],
  [1_019_000, '11 days 19 h'],
])('%f seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
