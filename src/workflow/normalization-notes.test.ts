/**
 * Weights without a description may be of a network that normalises its images.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { disposeSplit, makeSplit, type Split } from '../data/index.js';
import { noGrad, RandomStream, tidy, writeSafetensors } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { normalizationNotes } from './normalization-notes.js';
import { loadForeign } from './open-foreign.js';

const [EXAMPLES, SIDE] = [64, 8];
/** Bright images of little contrast, which look alike to a network that takes them as they are. */
const bytes = tidy(() =>
  Uint8Array.from(
    new RandomStream('images')
      .uniformTensor([EXAMPLES * SIDE * SIDE])
      .mul(20)
      .add(200)
      .toNumbers(),
    Math.round,
  ),
);
const description: ModelDescription = {
  architecture: 'resnet20',
  options: { width: 4, channels: 1, zeroResidual: false },
};

/** A network's weights in a file, and images whose labels are what it says with this in front of it, or without. */
function made(normalize?: { mean: number[]; std: number[] }): { file: string; split: Split } {
  const options = { ...description.options, normalize };
  using model = createModel({ ...description, options }, 3);
  const file = join(temporaryFolder(), 'weights.safetensors');
  const labels = tidy(() => {
    using split = {
      ...makeSplit('test', bytes, new Uint8Array(EXAMPLES), [1, SIDE, SIDE], 10),
      [Symbol.dispose]: () => undefined,
    };
    const images = split.images.to({ dtype: 'float32' }).div(255);
    // Batch norm's running statistics become those of the images the network was made for, as training would make them.
    model.train();
    for (let step = 0; step < 40; step += 1) noGrad(() => model.forward(images));
    model.eval();
    const said = noGrad(() => model.forward(images))
      .argmax({ dim: 1 })
      .toNumbers();
    disposeSplit(split);
    return Uint8Array.from(said);
  });
  writeSafetensors(file, model.stateDict());
  return { file, split: makeSplit('test', bytes, labels, [1, SIDE, SIDE], 10) };
}

function notesOf({ file, split }: ReturnType<typeof made>, normalizationKnown = false): string[] {
  using model = loadForeign(file, description);
  try {
    const loadAs = (other: ModelDescription) => loadForeign(file, other);
    return normalizationNotes({ model, description, loadAs, normalizationKnown }, split);
  } finally {
    disposeSplit(split);
  }
}

test('an error that a normalisation would mend is a question, with what each answer would give', () => {
  const pixels = [...bytes].map((byte) => byte / 255);
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  const std = Math.sqrt(pixels.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0) / pixels.length);
  const { code, message } = failureOf(() => notesOf(made({ mean: [mean], std: [std] })));
  expect(code).toBe('ARGUMENT');
  expect(message).toMatch(/do not say what normalised the images[^]* --preset mnist {2}\d+ of 64 images wrong/);
  expect(message).toMatch(/ --mean 0\.8\d* --std 0\.0\d* {2}\d of 64 images wrong\n {4}--preset none {2}\d\d of 64/);
});

test('where it would mend nothing, it is said that nothing is assumed', () => {
  expect(notesOf(made())).toEqual([expect.stringMatching(/^no normalisation assumed/)]);
});

test('where it is known, nothing is said', () => {
  expect(notesOf(made(), true)).toEqual([]);
});
