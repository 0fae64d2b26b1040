/**
 * What page and terminal show of a transfer matrix.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { errorRate } from '../../evaluation/interval.js';
import type { TransferMatrix } from '../../evaluation/transfer/index.js';
import { transferPage, transferText } from './index.js';

const rates = (...errors: number[]) => errors.map((each) => errorRate(each, 200));
const matrix: TransferMatrix = {
  attack: { name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 40 },
  label: 'PGD',
  seed: 3,
  examples: 200,
  networks: ['runs/a', 'runs/<b>'],
  clean: rates(20, 61),
  errors: [rates(200, 64), rates(51, 124)],
};

test('a row a source and a column a target, with what was measured', () => {
  const text = transferText(matrix, 200);
  expect(text).toMatch(/not attacked.*10\.0.*30\.5/);
  expect(text).toMatch(/attacked on runs\/a.*100\.0.*32\.0/);
  expect(text).toMatch(/attacked on runs\/<b>.*25\.5.*62\.0/);
  expect(text).toMatch(/PGD: .*8\/255.*40 steps.*200\s+(test )?images, seed 3/);
});

test('the page shows the same, and names as text', () => {
  const page = transferPage(matrix);
  for (const shown of ['10.0', '100.0', '32.0', '25.5', '62.0']) expect(page).toContain(shown);
  expect(page).toContain('runs/&lt;b&gt;');
  expect(page).not.toContain('<b>');
});
