/**
 * Attacks side by side, on networks that are slow or fail.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { AttackRun } from './attack-run.js';
import { AttackRuns } from './attack-runs.js';
import type { Look } from './network-messages.js';
import { NORMS } from './norms.js';

const original = { image: Float32Array.of(0.5), logits: Float32Array.of(0, 1) };
const said: Look = { logits: original.logits, gradient: Float32Array.of(1) };
const setup = {
  budget: { norm: NORMS.linf, epsilon: 0.125 },
  stepSize: 0.0625,
  label: 1,
  start: Float32Array.of(0),
};
const attack = (look: () => Promise<Look>) => new AttackRun(look, original, setup);
const lengths = ({ runs }: AttackRuns) => runs.map(({ frames }) => frames.length);

/** Looks so many times. */
function failingAfter(times: number) {
  let looks = 0;
  return () => {
    looks += 1;
    return looks > times ? Promise.reject(new Error('out of memory')) : Promise.resolve(said);
  };
}

test('no step counts before the slowest network has made it', async () => {
  let answer = (_: Look) => {};
  const slow = () => new Promise<Look>((resolve) => (answer = resolve));
  const runs = new AttackRuns([attack(() => Promise.resolve(said)), attack(slow)]);
  const advanced = runs.advance();
  await new Promise(setImmediate);
  expect([lengths(runs), runs.computed]).toEqual([[2, 1], 0]);
  // The start, then the step.
  answer(said);
  await new Promise(setImmediate);
  answer(said);
  await advanced;
  expect([lengths(runs), runs.computed]).toEqual([[2, 2], 1]);
});

test('only those that are behind advance', async () => {
  const runs = new AttackRuns([attack(() => Promise.resolve(said)), attack(() => Promise.resolve(said))]);
  await runs.runs[0]!.advance();
  await runs.advance();
  expect(lengths(runs)).toEqual([2, 2]);
});

test('a network that fails is not asked again, and the others go on', async () => {
  const runs = new AttackRuns([attack(() => Promise.resolve(said)), attack(failingAfter(2))]);
  for (let step = 0; step < 3; step += 1) await runs.advance();
  expect([lengths(runs), runs.computed]).toEqual([[4, 2], 3]);
  expect([runs.problem(0), runs.problem(1)]).toEqual([undefined, 'out of memory']);
});

test('one that could not even look at the picture is not attacked', async () => {
  const runs = new AttackRuns([attack(() => Promise.resolve(said)), attack(failingAfter(9))], [undefined, 'crashed']);
  await runs.advance();
  expect([lengths(runs), runs.computed, runs.problem(1)]).toEqual([[2, 1], 1, 'crashed']);
});

test('where all have failed the attack ends, and what was computed is still there', async () => {
  const runs = new AttackRuns([attack(failingAfter(2)), attack(failingAfter(0))]);
  await runs.advance();
  for (let attempt = 0; attempt < 2; attempt += 1)
    await expect(runs.advance()).rejects.toThrow('No network computes any further: out of memory');
  expect([lengths(runs), runs.computed]).toEqual([[2, 1], 1]);
});
