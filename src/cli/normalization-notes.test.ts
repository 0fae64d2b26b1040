/**
 * Weights without a description may be of a network that normalises its images.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { disposeSplit, makeSplit, type Split } from '../data/index.js';
import { noGrad, RandomStream, tidy, writeSafetensors } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { loadWeights } from './evaluate-subject.js';
import { normalizationNotes } from './normalization-notes.js';

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
  using model = createModel({ ...description, options } as ModelDescription, 3);
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
    model.evaluate();
    const said = noGrad(() => model.forward(images))
      .argmax({ dim: 1 })
      .toNumbers();
    disposeSplit(split);
    return Uint8Array.from(said);
  });
  writeSafetensors(file, model.stateDict());
  return { file, split: makeSplit('test', bytes, labels, [1, SIDE, SIDE], 10) };
}

function notesOf({ file, split }: ReturnType<typeof made>, changes: object = {}): string[] {
  using model = loadWeights(file, description);
  try {
    return normalizationNotes({ model, source: { file, description, described: false, ...changes } }, split);
  } finally {
    disposeSplit(split);
  }
}

test('nothing assumed is said, and an error that a normalisation would mend', () => {
  const pixels = [...bytes].map((byte) => byte / 255);
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  const std = Math.sqrt(pixels.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0) / pixels.length);
  const [assumed, suspicion] = notesOf(made({ mean: [mean], std: [std] }));
  expect(assumed).toMatch(/^no normalisation assumed/);
  expect(suspicion).toMatch(/^of 64 images the network gets \d+ wrong as they are, and \d after/);
});

test('where it would mend nothing, only that nothing is assumed', () => {
  expect(notesOf(made())).toEqual([expect.stringMatching(/^no normalisation assumed/)]);
});

test.each([
  ['a file with its description', { described: true }],
  [
    'options that say the normalisation',
    { description: { ...description, options: { ...description.options, normalize: { mean: [0.5], std: [0.2] } } } },
  ],
])('%s need no note', (_, changes) => {
  expect(notesOf(made(), changes)).toEqual([]);
});
