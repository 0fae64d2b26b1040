/**
 * A small event file of every kind of summary, kept in the repository with what the real TensorBoard read from it
 * (scripts/development/read-events.py): as long as the bytes are the same, TensorBoard reads them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeConfiguration } from '../describe-configuration.js';
import { contents } from './event-reader.test-helper.js';
import { TensorBoardMonitor } from './index.js';

const GOLDEN = fileURLToPath(new URL('golden.tfevents', import.meta.url));
const READ_BY_TENSORBOARD = fileURLToPath(new URL('golden.read-by-tensorboard.json', import.meta.url));

/** A PNG of one grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** The path of a file with everything there is. */
function write(): string {
  let seconds = 1_767_225_600;
  const monitor = new TensorBoardMonitor(mkdtempSync(join(tmpdir(), 'saddlepoint-golden-')), {
    now: () => 1000 * seconds++,
  });
  const parts = { optimizer: { momentum: 0.9, nesterov: true }, attack: { norm: 'linf', epsilon: 8 / 255 } };
  for (const [tag, text] of Object.entries(describeConfiguration(parts))) monitor.text(tag, text, 0);
  monitor.text('note', 'Größer als ASCII: ε ≤ 8/255, 🙂', 0);
  monitor.scalar('train/lr', 0.1, 1);
  monitor.scalars({ 'train/loss': 2.5, 'train/error': 0.75 }, 10);
  monitor.scalars({ 'train/loss': 1.25, 'train/error': 0.5 }, 300);
  monitor.scalar('train/loss', 0.001, 58_650);
  monitor.scalar('far', -1e-30, 2 ** 40 + 5); // a step of more than 32 bits
  monitor.histogram('gradients', Float32Array.of(-2, -1, -0.5, 0, 0, 0.25, 1, 2), 10);
  monitor.histogram('constant', [0.5, 0.5, 0.5], 10);
  monitor.image('train/images', PIXEL, 1, 1, 10);
  monitor.close();
  return monitor.path!;
}

if (process.env.SADDLEPOINT_WRITE_GOLDEN !== undefined) copyFileSync(write(), GOLDEN);

test('the bytes are those that TensorBoard was seen to read', () => {
  expect(readFileSync(write()).equals(readFileSync(GOLDEN))).toBe(true);
});

test('TensorBoard read from them what the reader of these tests reads', () => {
  const { scalars, histograms, images, texts, plugins } = contents(readFileSync(GOLDEN));
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const hashed = Object.entries(images).map(([tag, list]) => [
    tag,
    list.map(([step, width, height, png]) => [step, width, height, sha256(png)]),
  ]);
  const { tensorboard, ...read } = JSON.parse(readFileSync(READ_BY_TENSORBOARD, 'utf8')) as Record<string, unknown>;
  const expected = { scalars, histograms, images: Object.fromEntries(hashed) as object, texts, plugins };
  expect(read).toEqual({ fileVersion: 2, ...expected });
  expect(tensorboard).toMatch(/^\d+\.\d+/);
});

test('and that is what was reported', () => {
  const { scalars, histograms, texts, plugins } = contents(readFileSync(GOLDEN));
  expect(scalars['train/loss']).toEqual([
    [10, 2.5],
    [300, 1.25],
    [58_650, Math.fround(0.001)],
  ]);
  expect(scalars.far).toEqual([[2 ** 40 + 5, Math.fround(-1e-30)]]);
  expect(histograms.gradients?.[0]?.[1]).toMatchObject({ min: -2, max: 2, num: 8, sum: -0.25, sum_squares: 10.3125 });
  expect(texts.note).toEqual([[0, 'Größer als ASCII: ε ≤ 8/255, 🙂']]);
  expect(texts['config/optimizer']).toEqual([[0, '    momentum: 0.9\n    nesterov: true']]);
  expect(new Set(Object.values(plugins))).toEqual(new Set(['text']));
});
