/**
 * Networks that PyTorch exported, against PyTorch's own logits and gradients: the small networks of
 * scripts/golden/exported_small.py, each with a batch of two, with any, and in core operators, and some as older
 * versions wrote them.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { exportedBytes, exportedFile, exportedNames, trueValuesOf } from '../../../test/support/exported.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import { grad, ops, readSafetensors, tidy, type Tensor } from '../../engine/index.js';
import { buildModel, readExported, type ExportedFile } from '../index.js';

leavesNothingAlive();

/** Relative, of each number or of their root mean square. */
const TOLERANCE = 1e-5;

const names = exportedNames().filter((name) => name.includes('small-'));
const read = (name: string): ExportedFile => readExported(exportedFile(exportedBytes(name)));

/** What the images and labels of a batch give, beside PyTorch's numbers. */
function compare(name: string, batch: '' | '3'): void {
  const { description, state } = read(name);
  using model = buildModel(description);
  model.loadStateDict(state);
  for (const tensor of state.values()) tensor.dispose();
  const { tensors } = readSafetensors(trueValuesOf(name));
  tidy(() => {
    const images = tensors.get(`images${batch}`)!.clone();
    images.requiresGrad = true;
    const logits = model.forward(images);
    const loss = ops.crossEntropyLoss(logits, tensors.get(`labels${batch}`)!, { reduction: 2 });
    const [gradient] = grad(loss, [images]) as [Tensor];
    expect(logits).toBeAllclose(tensors.get(`logits${batch}`)!, TOLERANCE);
    expect(gradient).toBeAllclose(tensors.get(`gradient${batch}`)!, TOLERANCE);
  });
  for (const tensor of tensors.values()) tensor.dispose();
}

test('there are archives of every kind, of four versions of PyTorch', () => {
  expect(names.filter((name) => name.endsWith('.static'))).toHaveLength(21);
  expect(names.filter((name) => name.endsWith('.dynamic'))).toHaveLength(24);
  expect(names.filter((name) => name.endsWith('.decomposed'))).toHaveLength(21);
});

describe.each(names)('%s', (name) => {
  test('a batch of two, as it was exported with', () => compare(name, ''));
  test('a batch of three: in parts where it was exported for two', () => compare(name, '3'));
});

test.each(names)('%s says whether it takes any batch', (name) => {
  const { description, state, notes } = read(name);
  const { images } = (description.options as { program: { images: { shape: unknown } } }).program;
  const isStatic = name.endsWith('.static');
  expect(images.shape).toEqual([isStatic ? 2 : null, 3, 6, 6]);
  expect(notes.some((note) => note.includes('exported for batches of 2'))).toBe(isStatic);
  for (const tensor of state.values()) tensor.dispose();
});

test('of several outputs the logits are taken, and a note says so', () => {
  const { state, notes } = read('small-two-outputs.dynamic');
  expect(notes).toEqual([expect.stringContaining('it returns 2 values')]);
  for (const tensor of state.values()) tensor.dispose();
});
