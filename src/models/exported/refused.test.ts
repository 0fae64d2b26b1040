/**
 * Networks that PyTorch exports and that cannot be attacked by gradients here: each is refused by what it is, as
 * PyTorch itself writes it (scripts/golden/exported_refused.py).
 *
 * @module
 */
import { expect, test } from 'vitest';
import { exportedBytes, exportedFile, exportedNames } from '../../../test/support/exported.js';
import { failureOf } from '../../../test/support/failure.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { readExported } from '../index.js';

leavesNothingAlive();

const TRAINING =
  /(it computes \w+|it changes its own state \(buffer_mutation\)), as in training\. In Python:\n {4}model\.eval\(\)\n/;

/** The reason by the name, of both forms or of one of them. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'refused-cond': /the operator torch\.ops\.higher_order\.cond, which runs programs within the program/,
  'refused-custom-operator':
    /the operator torch\.ops\.saddlepoint_golden\.double_relu\.default, which PyTorch alone does not have/,
  'refused-item.static': /the operator aten\.item\.default, whose result depends on the values/,
  'refused-item.decomposed': /the operator aten\._local_scalar_dense\.default, whose result depends on the values/,
  'refused-nonzero': /the operator aten\.nonzero\.default, whose result depends on the values/,
  'refused-no-gradient.static': /torch\.ops\.higher_order\.wrap_with_set_grad_enabled, which runs programs within/,
  'refused-no-logits': /it returns float32 \[2, 4, 6, 6\], expected logits, float32 \[N, K\]/,
  'refused-training': TRAINING,
  'refused-two-inputs': /its forward takes 2 tensors, expected one, the images/,
};

/**
 * Which are read after all: PyTorch's decompositions forget that there was no gradient, and of a dictionary only values
 * are left.
 */
const READ = ['refused-dictionary.decomposed', 'refused-dictionary.static', 'refused-no-gradient.decomposed'];

const names = exportedNames().filter((name) => name.includes('refused-'));
const reasonOf = (name: string) =>
  Object.entries(REASONS).find(([start]) => name.replace(/^old\/[\d.]+\//, '').startsWith(start))![1];

test('there are archives of every kind', () => {
  expect(names).toHaveLength(21);
  expect(names).toEqual(expect.arrayContaining(READ));
});

test.each(names.filter((name) => !READ.includes(name)))('%s', (name) => {
  const path = exportedFile(exportedBytes(name));
  const failure = failureOf(() => readExported(path));
  expect(failure.code).toBe('CHECKPOINT');
  expect(failure.message).toMatch(reasonOf(name));
  expect(failure.message).toContain(path);
});

test('of a dictionary the logits are taken, and a note says so', () => {
  const { state, notes } = readExported(exportedFile(exportedBytes('refused-dictionary.static')));
  expect(notes[0]).toBe('it returns 2 values; the first that has one row an image is taken for the logits');
  for (const tensor of state.values()) tensor.dispose();
});
