/**
 * Batches with a share of generated images: what is in them, and that they follow from seed, epoch and position.
 *
 * @module
 */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { folderWith } from '../../test/support/folders.js';
import { storedZip } from '../../test/support/stored-zip.js';
import { batches, disposeBatch, GeneratedImages, slice, type Batch, type Dataset } from '../data/index.js';
import { npyFile } from '../data/npy.test-helper.js';
import { RandomStream } from '../engine/index.js';
import { madeUpDataset } from './made-up.test-helper.js';
import { trainingBatches, type BatchSource } from './training-batches.js';

const [OWN, GENERATED] = [80, 30];
leavesNothingAlive();
let dataset: Dataset & Disposable;
let images: GeneratedImages;
beforeEach(() => {
  dataset = madeUpDataset();
  const pixels = Uint8Array.from({ length: GENERATED * 64 }, (_, i) => 8 * Math.floor(i / 64));
  const labels = Uint8Array.from({ length: GENERATED }, (_, i) => i % 4);
  const files = new Map([
    ['image.npy', npyFile('|u1', `(${GENERATED}, 8, 8)`, pixels)],
    ['label.npy', npyFile('|u1', `(${GENERATED},)`, labels)],
  ]);
  images = new GeneratedImages(join(folderWith({ 'extra.npz': storedZip(files) }), 'extra.npz'), dataset);
});
afterEach(() => {
  images[Symbol.dispose]();
  dataset[Symbol.dispose]();
});

const sourceOf = (share: number): BatchSource => ({
  part: dataset.train,
  batchSize: 12,
  seed: 3,
  extra: { images, share },
});

/**
 * The indices of each batch, what is generated counted from 0 as `g…`; checks that images and labels belong to them.
 */
function seen(found: Iterable<Batch>): string[][] {
  return Array.from(found, (batch) => {
    const [indices, labels] = [batch.indices.toNumbers(), batch.labels.toNumbers()];
    const pixels = batch.images.toNumbers();
    disposeBatch(batch);
    return indices.map((index, i) => {
      if (index < OWN) return String(index);
      expect(labels[i]).toBe((index - OWN) % 4);
      expect(pixels[64 * i]).toBe(Math.fround((8 * (index - OWN)) / 255));
      return `g${index - OWN}`;
    });
  });
}
const isGenerated = (name: string) => name.startsWith('g');

test('without generated images: the shuffled batches of the data set', () => {
  const { part, batchSize, seed } = sourceOf(0.5);
  const plain = batches(part, { batchSize, shuffle: new RandomStream(seed, 'shuffle', 2), skip: 1 });
  expect(seen(trainingBatches({ part, batchSize, seed }, 2, 1))).toEqual(seen(plain));
});

test('each batch has the share, in a random order; an epoch has as many steps as without, no image of its own twice', () => {
  const epoch = seen(trainingBatches(sourceOf(0.7), 0));
  expect(epoch.map(({ length }) => length)).toEqual([12, 12, 12, 12, 12, 12, 8]);
  expect(epoch.map((batch) => batch.filter(isGenerated).length)).toEqual([8, 8, 8, 8, 8, 8, 6]);
  const own = epoch.flat().filter((name) => !isGenerated(name));
  expect(new Set(own).size).toBe(own.length);
  expect(epoch.some((batch) => isGenerated(batch[0]!)) && epoch.some((batch) => !isGenerated(batch[0]!))).toBe(true);
});

test('every generated image is seen once before any is seen again, over the ends of batches and epochs', () => {
  const all = [0, 1, 2].flatMap((epoch) => seen(trainingBatches(sourceOf(0.7), epoch)).flatMap((b) => [...b].sort()));
  const counts = new Map<string, number>();
  for (const name of all.filter(isGenerated)) counts.set(name, (counts.get(name) ?? 0) + 1);
  expect(counts.size).toBe(GENERATED);
  expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
});

test('goes on inside an epoch with the same batches; another epoch or seed has others', () => {
  const whole = seen(trainingBatches(sourceOf(0.4), 1));
  expect(seen(trainingBatches(sourceOf(0.4), 1, 3))).toEqual(whole.slice(3));
  expect(seen(trainingBatches(sourceOf(0.4), 2))).not.toEqual(whole);
  expect(seen(trainingBatches({ ...sourceOf(0.4), seed: 4 }, 1))).not.toEqual(whole);
});

test('held-out images are not among them', () => {
  const part = slice(dataset.train, 0, 64);
  const own = seen(trainingBatches({ ...sourceOf(0.25), part }, 0)).flat();
  for (const tensor of [part.images, part.labels]) tensor.dispose();
  expect(own.filter((name) => !isGenerated(name)).every((name) => Number(name) < 64)).toBe(true);
});
