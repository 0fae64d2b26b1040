/**
 * An attack on a network that can be looked through: two classes, logits (0, w·x).
 *
 * @module
 */
import { expect, test } from 'vitest';
import { AttackRun } from './attack-run.js';
import { NORMS } from './norms.js';

const weights = [1, -2];
const logitsOf = (image: Float32Array) =>
  Float32Array.of(
    0,
    image.reduce((sum, x, i) => sum + weights[i]! * x, 0),
  );
const looks: number[][] = [];
const look = (image: Float32Array, label: number) => {
  looks.push([...image]);
  const sign = label === 1 ? -1 : 1;
  return Promise.resolve({ logits: logitsOf(image), gradient: Float32Array.from(weights, (w) => sign * w) });
};

test('steps from the random start, keeps every iterate, and says when the network was fooled', async () => {
  const image = Float32Array.of(0.5, 0.2);
  const setup = {
    budget: { norm: NORMS.linf, epsilon: 0.125 },
    stepSize: 0.0625,
    label: 1,
    start: Float32Array.of(0.125, 0),
  };
  const run = new AttackRun(look, { image, logits: logitsOf(image) }, setup);
  for (let i = 0; i < 3; i += 1) await run.advance();
  const seen = run.frames.map((frame) => [...frame.image].map((x) => Math.round(1e4 * x) / 1e4));
  expect(seen).toEqual([
    [0.5, 0.2],
    [0.5625, 0.2625],
    [0.5, 0.325],
    [0.4375, 0.325],
  ]);
  // The start is looked at, too, and every iterate once.
  expect(looks).toHaveLength(4);
  expect(run.fooledAt(1)).toBeUndefined();
  expect(run.fooledAt(3)).toBe(2);
});

test('a network that gives no numbers is not fooled', async () => {
  const image = Float32Array.of(0.5);
  const setup = { budget: { norm: NORMS.linf, epsilon: 0.1 }, stepSize: 0.1, label: 0, start: Float32Array.of(0) };
  const nothing = { logits: Float32Array.of(NaN, NaN), gradient: Float32Array.of(NaN) };
  const run = new AttackRun(() => Promise.resolve(nothing), { image, logits: Float32Array.of(1, 0) }, setup);
  await run.advance();
  expect(run.fooledAt(1)).toBeUndefined();
});
