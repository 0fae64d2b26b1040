import { appendFileSync, mkdtempSync, rmSync, truncateSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LatestImages, TensorBoardMonitor } from './index.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);
const temporary = () => mkdtempSync(join(tmpdir(), 'saddlepoint-events-'));
const seen = async (images: LatestImages) =>
  (await images.look()).map(({ tag, step, png }) => [tag, step, Buffer.from(png).equals(PNG)]);

test('the last picture of each tag, among scalars and histograms, over several files', async () => {
  const folder = temporary();
  const images = new LatestImages(folder);
  expect(await images.look()).toEqual([]);
  const first = new TensorBoardMonitor(folder);
  first.image('a', PNG, 1, 1, 1);
  first.scalar('loss', 0.5, 1);
  first.histogram('weights', [1, 2, 3], 1);
  first.image('b', PNG, 1, 1, 2);
  first.flush();
  expect(await seen(images)).toEqual([
    ['a', 1, true],
    ['b', 2, true],
  ]);
  first.image('a', PNG, 1, 1, 300);
  first.close();
  const second = new TensorBoardMonitor(folder);
  second.image('b', PNG, 1, 1, 400);
  second.close();
  expect(await seen(images)).toEqual([
    ['a', 300, true],
    ['b', 400, true],
  ]);
});

test('half a record waits for its end; damage ends a file and nothing else', async () => {
  const folder = temporary();
  const monitor = new TensorBoardMonitor(folder);
  monitor.image('a', PNG, 1, 1, 1);
  monitor.image('a', PNG, 1, 1, 2);
  monitor.close();
  truncateSync(monitor.path!, statSync(monitor.path!).size - 10);
  expect(await seen(new LatestImages(folder))).toEqual([['a', 1, true]]);
  appendFileSync(monitor.path!, Buffer.alloc(500, 0xff));
  expect(await seen(new LatestImages(folder))).toEqual([['a', 1, true]]);
});

test('of a run that began anew nothing of the earlier one is seen', async () => {
  const folder = temporary();
  const images = new LatestImages(folder);
  const first = new TensorBoardMonitor(folder);
  for (const tag of ['a', 'b']) first.image(tag, PNG, 1, 1, 5000);
  first.close();
  expect(await seen(images)).toHaveLength(2);
  rmSync(first.path!);
  const second = new TensorBoardMonitor(folder);
  second.image('a', PNG, 1, 1, 10);
  second.close();
  expect(await seen(images)).toEqual([['a', 10, true]]);
  rmSync(folder, { recursive: true });
  expect(await seen(images)).toEqual([]);
});
