/**
 * When event files are made and written, what they are called, and what a failure leaves.
 *
 * @module
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, integer, message, readEvents, text } from './event-reader.test-helper.js';
import { TensorBoardMonitor } from './index.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'saddlepoint-events-'));
const stepsIn = (path: string) => readEvents(readFileSync(path)).map((event) => integer(event, 2));

test('nothing is made before there is something to say; the first event names the version', () => {
  const folder = join(temporary(), 'not', 'yet');
  const monitor = new TensorBoardMonitor(folder);
  monitor.flush();
  monitor.scalars({}, 1);
  monitor.histogram('nothing', [NaN], 1);
  monitor.close();
  expect(monitor.path).toBeUndefined();
  monitor.scalar('train/loss', 1, 7);
  monitor.close();
  const [first, second] = readEvents(readFileSync(monitor.path!));
  expect(text(first!, 3)).toBe('brain.Event:2');
  expect(integer(second!, 2)).toBe(7);
  expect(basename(monitor.path!)).toMatch(/^events\.out\.tfevents\.\d{10}\.[\w-]+\.\d+\.\d+$/);
});

test('the scalars of a step are one event', () => {
  const monitor = new TensorBoardMonitor(temporary());
  monitor.scalars({ 'train/loss': 0.5, 'train/error': NaN }, 3);
  monitor.close();
  const file = readFileSync(monitor.path!);
  expect(readEvents(file)).toHaveLength(2);
  expect(contents(file).scalars).toEqual({ 'train/loss': [[3, 0.5]], 'train/error': [[3, NaN]] });
});

test('events wait until there are many, until some seconds went by, or until a flush', () => {
  let now = 1e12;
  const monitor = new TensorBoardMonitor(temporary(), { flushEvents: 4, flushSeconds: 5, now: () => now });
  for (const step of [1, 2]) monitor.scalar('a', step, step);
  expect(monitor.path).toBeUndefined();
  monitor.scalar('a', 3, 3); // the fourth, with the version
  const path = monitor.path!;
  expect(stepsIn(path)).toEqual([0, 1, 2, 3]);
  monitor.scalar('a', 4, 4);
  expect(stepsIn(path)).toHaveLength(4);
  now += 5000;
  monitor.scalar('a', 5, 5);
  expect(stepsIn(path)).toEqual([0, 1, 2, 3, 4, 5]);
  monitor.scalar('a', 6, 6);
  monitor.flush();
  expect(stepsIn(path)).toHaveLength(7);
  monitor.close();
  monitor.close();
});

test('names sort in the order in which files are made, also within a second and after a clock that went back', () => {
  const folder = temporary();
  writeFileSync(join(folder, 'events.out.tfevents.1767225600.zz.99999.9'), '');
  writeFileSync(join(folder, 'events.out.tfevents.not-a-number'), '');
  const paths = [1767225600, 1767225600, 1767225500].map((seconds) => {
    const monitor = new TensorBoardMonitor(folder, { now: () => 1000 * seconds });
    monitor.scalar('a', 1, 1);
    monitor.close();
    return basename(monitor.path!);
  });
  expect(paths.map((path) => path.split('.')[3])).toEqual(['1767225601', '1767225602', '1767225603']);
});

test('a rewind is told before the next event, and forgets from the step after', () => {
  const monitor = new TensorBoardMonitor(temporary());
  monitor.rewind(20);
  monitor.scalar('a', 1, 21);
  monitor.scalar('a', 1, 22);
  monitor.close();
  const events = readEvents(readFileSync(monitor.path!));
  expect(events.map((event) => integer(event, 2))).toEqual([0, 21, 21, 22]);
  expect(integer(message(events[1]!, 7), 1)).toBe(1); // SessionLog.START
});

test('a rewind to the start forgets what was said of step 0 too', () => {
  const monitor = new TensorBoardMonitor(temporary());
  monitor.rewind(0);
  monitor.text('recipe', 'seed: 1', 0);
  monitor.close();
  expect(readEvents(readFileSync(monitor.path!)).map((event) => integer(event, 2))).toEqual([0, 0, 0]);
});

test('what is no PNG of its size, and what is no step, is refused before anything is written', () => {
  const monitor = new TensorBoardMonitor(temporary());
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
    'base64',
  );
  expect(() => monitor.image('x', Buffer.from('GIF89a'), 1, 1, 1)).toThrow('expected a PNG file, received 6 other');
  expect(() => monitor.image('x', png, 2, 1, 1)).toThrow('expected a PNG file of 2 × 1 pixels, received one of 1 × 1');
  for (const step of [-1, 0.5, NaN]) expect(() => monitor.scalar('x', 1, step)).toThrow('expected the step');
  monitor.close();
  expect(monitor.path).toBeUndefined();
});

test('where nothing can be written, the call says so', () => {
  const folder = join(temporary(), 'taken');
  writeFileSync(folder, 'a file where the folder should be');
  const monitor = new TensorBoardMonitor(folder);
  monitor.scalar('a', 1, 1);
  expect(() => monitor.flush()).toThrow(expect.objectContaining({ code: 'FILE' }));
  expect(() => monitor.close()).toThrow(/taken cannot be written/);
});
