/**
 * What the page says.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { budgetOf, describeOutcome, describeSilence, percent } from './words.js';

test.each([
  [0, '0 %'],
  [0.001, '<1 %'],
  [0.034, '3 %'],
  [0.998, '>99 %'],
  [1, '100 %'],
])('%d as a percentage', (share, text) => {
  expect(percent(share)).toBe(text);
});

test('budgets as people write them', () => {
  expect(budgetOf(8 / 255, { over: 255 })).toBe('8/255');
  expect(budgetOf(0.3, { over: 100 })).toBe('0.30');
  expect(budgetOf(0.5, { over: 20 })).toBe('0.50');
  expect(budgetOf(2, { over: 1 })).toBe('2');
  expect(budgetOf(0.031, { over: 255 })).toBe('0.031');
  expect(budgetOf(0.5019, { over: 20 })).toBe('0.5019');
});

const cat = { name: 'net', said: 'cat', confidence: 0.9, isRight: true, fooledAt: undefined };
test.each([
  [cat, 0, 'net is right: cat, 90 %.'],
  [{ ...cat, isRight: false, fooledAt: 0 }, 0, 'net is wrong without any attack: cat, 90 %.'],
  [cat, 20, 'net holds: cat, 90 %.'],
  [{ ...cat, fooledAt: 3 }, 20, 'net is right again: cat, 90 %.'],
  [{ ...cat, isRight: false, fooledAt: 3 }, 20, 'net is fooled since step 3: cat, 90 %.'],
  [{ ...cat, isRight: false, fooledAt: 0 }, 20, 'net was wrong before: cat, 90 %.'],
])('an outcome %#', (outcome, step, sentence) => {
  expect(describeOutcome(outcome, step)).toBe(sentence);
});

test('why a network says nothing', () => {
  expect(describeSilence(undefined)).toBe('gives no numbers: its logits are NaN or infinite.');
  expect(describeSilence('out of memory')).toBe('does not compute this step: out of memory');
});
