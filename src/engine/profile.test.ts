/**
 * A profile counts the operators of its work, each for itself, forward and backward.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { grad } from './autograd.js';
import { ops } from './operators.js';
import { profile } from './profile.js';
import { tidy } from './scopes.js';

function matrixProduct(): number {
  return tidy(() => {
    const [left, right] = [ops.ones([300, 300]), ops.ones([300, 300])];
    left.requiresGrad = true;
    const [gradient] = grad(left.matmul(right).sum(), [left]);
    return gradient!.sum().item();
  });
}

test('counts each operator, those of the backward pass too, and what they take together is no more than it took', () => {
  const { result, seconds, operators } = profile(matrixProduct);
  expect(result).toBe(300 ** 3);
  const calls = Object.fromEntries(operators.map(({ name, calls }) => [name, calls]));
  // One product forward, one backward.
  expect(calls).toMatchObject({ 'aten::matmul': 1, 'aten::mm': 2, 'aten::ones': 2 });
  const sum = operators.reduce((total, one) => total + one.seconds, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(seconds);
  // matmul calls mm, whose time is not counted twice.
  const secondsOf = (name: string) => operators.find((one) => one.name === name)!.seconds;
  expect(secondsOf('aten::mm')).toBeGreaterThan(secondsOf('aten::matmul'));
  expect(operators.map((one) => one.seconds)).toEqual(operators.map((one) => one.seconds).sort((a, b) => b - a));
});

test('ends with its work, also after an error, and there is one at a time', () => {
  expect(() =>
    profile(() => {
      throw new Error('the work failed');
    }),
  ).toThrow('the work failed');
  expect(profile(() => tidy(() => ops.ones([2]).sum().item())).operators.map(({ name }) => name)).not.toContain(
    'aten::mm',
  );
  expect(() => profile(() => profile(matrixProduct))).toThrow(/one profile at a time/);
  expect(profile(matrixProduct).result).toBe(300 ** 3);
});
