/**
 * Monitors: the contract, and what each keeps.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fanOut } from './fan-out.js';
import { MemoryMonitor } from './memory-monitor.js';
import { MetricsFile } from './metrics-file.js';
import { MetricsMonitor } from './metrics-monitor.js';
import { type Monitor, silentMonitor } from './monitor.js';
import { RunFolder } from './run-folder.js';
import { RunMonitor } from './run-monitor.js';
import { describeConfiguration } from './describe-configuration.js';
import { contents, readEvents } from './tensorboard/event-reader.test-helper.js';
import { TensorBoardMonitor } from './tensorboard/index.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'saddlepoint-monitor-'));
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

function reportEverything(monitor: Monitor): void {
  monitor.scalar('train/lr', 0.1, 1);
  monitor.scalars({ 'train/loss': 2, 'train/error': 0.5 }, 1);
  monitor.histogram('weights', Float32Array.of(1, 2, 3), 1);
  monitor.image('images', PIXEL, 1, 1, 1);
  monitor.text('note', 'hello', 1);
  monitor.flush();
  monitor.close();
  monitor.close();
}

test.each<[string, () => Monitor]>([
  ['the silent one', () => silentMonitor],
  ['memory', () => new MemoryMonitor()],
  [
    'metrics.jsonl',
    () => new MetricsMonitor(new MetricsFile(join(temporary(), 'metrics.jsonl')), { stepsPerEpoch: 10 }),
  ],
  ['TensorBoard', () => new TensorBoardMonitor(temporary())],
  ['a run', () => new RunMonitor(new RunFolder(temporary()), { stepsPerEpoch: 10 })],
  ['several', () => fanOut(silentMonitor, new MemoryMonitor())],
])('%s takes everything, and may be closed twice', (_, create) => {
  expect(() => {
    reportEverything(create());
  }).not.toThrow();
});

test('memory keeps each value with its step, and copies what the caller may write over', () => {
  const monitor = new MemoryMonitor();
  const values = Float32Array.of(1, 2);
  monitor.histogram('h', values, 4);
  values.fill(0);
  reportEverything(monitor);
  const { scalars, histograms, images, texts } = monitor.recorded;
  expect([...scalars.keys()]).toEqual(['train/lr', 'train/loss', 'train/error']);
  expect(histograms.get('h')).toEqual([{ step: 4, value: Float64Array.of(1, 2) }]);
  expect(images.get('images')?.[0]?.value.width).toBe(1);
  expect(texts.get('note')).toEqual([{ step: 1, value: 'hello' }]);
  expect(monitor).toMatchObject({ flushes: 1, closed: true });
});

test('of several monitors, one that fails keeps no other from being closed', () => {
  const kept = new MemoryMonitor();
  const close = () => {
    throw new Error('the disk is full');
  };
  expect(() => {
    fanOut({ ...silentMonitor, close }, kept).close();
  }).toThrow('the disk is full');
  expect(kept.closed).toBe(true);
});

describe('a run', () => {
  test('has the same scalars in metrics.jsonl and for TensorBoard', () => {
    const folder = new RunFolder(temporary());
    const monitor = new RunMonitor(folder, { stepsPerEpoch: 4 });
    monitor.rewind(0);
    expect(readdirSync(folder.path)).toEqual([]);
    monitor.scalars({ 'train/loss': 0.5, 'train/lr': 0.25 }, 6);
    monitor.close();
    expect(monitor.read()).toMatchObject([{ step: 6, epoch: 1.5, 'train/loss': 0.5, 'train/lr': 0.25 }]);
    expect(contents(eventFiles(folder)[0]!).scalars).toEqual({ 'train/loss': [[6, 0.5]], 'train/lr': [[6, 0.25]] });
  });

  test('goes on from a step: later lines go, seconds go on, and TensorBoard is told to forget', () => {
    const folder = new RunFolder(temporary());
    appendFileSync(folder.metrics, '{"step":10,"epoch":1,"seconds":100}\n{"step":20,"epoch":2,"seconds":200}\n');
    const monitor = new RunMonitor(folder, { stepsPerEpoch: 10 });
    monitor.rewind(10);
    monitor.scalar('train/loss', 1, 11);
    monitor.close();
    const lines = monitor.read();
    expect(lines.map(({ step }) => step)).toEqual([10, 11]);
    expect(lines[1]?.seconds).toBeGreaterThanOrEqual(100);
    expect(lines[1]?.seconds).toBeLessThan(150);
    expect(readEvents(eventFiles(folder)[0]!)[1]?.has(7)).toBe(true);
  });

  test('a pipe in place of its metrics is not waited for', () => {
    const folder = new RunFolder(temporary());
    execFileSync('mkfifo', [folder.metrics]);
    const monitor = new RunMonitor(folder, { stepsPerEpoch: 10 });
    expect(() => {
      monitor.rewind(10);
    }).toThrow(/metrics\.jsonl cannot be read: expected a file, received a folder, a pipe or a device/);
    monitor.close();
  });

  function eventFiles(folder: RunFolder): Buffer[] {
    const names = readdirSync(folder.path).filter((name) => name.includes('tfevents'));
    return names.map((name) => readFileSync(join(folder.path, name)));
  }
});

describe('a configuration', () => {
  test('is one text a part, as a code block of YAML; what is undefined is left out', () => {
    const texts = describeConfiguration({ attack: { norm: 'linf', epsilon: 0.03 }, objective: undefined, seed: 1 });
    expect(texts).toEqual({ 'config/attack': '    norm: linf\n    epsilon: 0.03', 'config/seed': '    1' });
  });

  test('names the classes of instances, shows their public fields, and ends where they go round', () => {
    class Ball {
      readonly epsilon = 0.5;
      readonly secret?: number;
      project(): number {
        return this.epsilon;
      }
    }
    const attack = {
      projection: [new Ball()],
      loss: Math.max,
      mean: Float32Array.of(0.5),
      data: new Uint8Array(100),
      again: {},
    };
    attack.again = attack;
    expect(describeConfiguration({ attack })['config/attack']).toBe(
      `    projection:
      - class: Ball
        epsilon: 0.5
    loss: max
    mean:
      - 0.5
    data: Uint8Array of 100
    again: (see above)`,
    );
  });
});
