/**
 * Parts of a data set that came sorted by class: each class in its share.
 *
 * @module
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { stratifiedOrder } from './stratified-order.js';

leavesNothingAlive();

const labelsOf = (sizes: readonly number[]) => sizes.flatMap((size, label) => Array<number>(size).fill(label));

test('is an order, the same each time, and leaves nothing alive', () => {
  const labels = labelsOf([7, 1, 30]);
  const order = stratifiedOrder(labels);
  expect([...order].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  expect(stratifiedOrder(labels)).toEqual(order);
});

test('within a class the order is drawn, not the order of names', () => {
  const order = stratifiedOrder(labelsOf([50]));
  expect(order).not.toEqual([...order].sort((a, b) => a - b));
});

test('every first and every last N has each class in its share, to within one example', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (sizes, share) => {
        const labels = labelsOf(sizes);
        const order = stratifiedOrder(labels).map((position) => labels[position]!);
        const length = Math.round(share * labels.length);
        for (const part of [order.slice(0, length), order.slice(labels.length - length)]) {
          for (const [label, size] of sizes.entries()) {
            const found = part.filter((one) => one === label).length;
            expect(Math.abs(found - (length * size) / labels.length)).toBeLessThanOrEqual(1.5);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
