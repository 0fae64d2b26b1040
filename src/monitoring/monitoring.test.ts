/**
 * What a run says while it goes: records, progress, and what it ran on.
 *
 * @module
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SaddlepointError } from '../engine/index.js';
import { createProgress, describeEnvironment, MetricsFile, packageVersion, RunFolder, silent } from './index.js';

const temporary = () => mkdtempSync(join(tmpdir(), 'saddlepoint-monitoring-'));
const record = (step: number, extra: object = {}) => ({ step, epoch: step / 10, seconds: step, ...extra });

describe('metrics.jsonl', () => {
  test('a line that is no record is left out', () => {
    const file = new MetricsFile(join(temporary(), 'metrics.jsonl'));
    writeFileSync(file.path, '{"step":1,"epoch":0,"seconds":1}\nnull\n7\n[]\n{"epoch":1}\n');
    expect(file.read()).toEqual([{ step: 1, epoch: 0, seconds: 1 }]);
    file.rewind(5);
    expect(readFileSync(file.path, 'utf8')).toBe('{"step":1,"epoch":0,"seconds":1}\n');
  });

  test('holds one JSON object a line, in the order of the run', () => {
    const file = new MetricsFile(join(temporary(), 'metrics.jsonl'));
    expect(file.read()).toEqual([]);
    file.append(record(10, { 'train/loss': 0.5 }));
    file.append(record(20));
    expect(file.read()).toEqual([record(10, { 'train/loss': 0.5 }), record(20)]);
    expect(readFileSync(file.path, 'utf8').split('\n')).toHaveLength(3);
  });

  test('rewinds to a step, which stays', () => {
    const file = new MetricsFile(join(temporary(), 'metrics.jsonl'));
    for (const step of [10, 20, 20, 30]) file.append(record(step));
    file.rewind(20);
    expect(file.read().map(({ step }) => step)).toEqual([10, 20, 20]);
  });

  test('a last line cut off by a crash is left out, and spoils nothing that follows', () => {
    const file = new MetricsFile(join(temporary(), 'metrics.jsonl'));
    file.append(record(10));
    appendFileSync(file.path, '{"step":20,"ep');
    expect(file.read()).toEqual([record(10)]);
    file.rewind(10);
    file.append(record(20));
    expect(file.read()).toEqual([record(10), record(20)]);
  });

  test('rewinding a file that is not there makes none; writing where nothing can be is a FILE error', () => {
    const file = new MetricsFile(join(temporary(), 'nowhere', 'metrics.jsonl'));
    file.rewind(0);
    expect(existsSync(file.path)).toBe(false);
    expect(() => file.append(record(1))).toThrow(SaddlepointError);
    expect(() => file.append(record(1))).toThrow(/metrics\.jsonl cannot be written: ENOENT/);
  });
});

describe('a run folder', () => {
  test('makes its parts, twice without harm, and names its files', () => {
    const folder = new RunFolder(join(temporary(), 'deep', 'run')).create().create();
    for (const part of ['checkpoints', 'evaluation']) expect(existsSync(join(folder.path, part))).toBe(true);
    const inside = [
      folder.recipe,
      folder.environment,
      folder.metrics,
      folder.evaluation,
      folder.gallery,
      folder.report,
      folder.checkpoint('last'),
    ];
    expect(inside.map((path) => path.slice(folder.path.length + 1))).toEqual([
      'recipe.yaml',
      'environment.json',
      'metrics.jsonl',
      'evaluation/test.json',
      'evaluation/gallery.json',
      'report.html',
      'checkpoints/last.safetensors',
    ]);
  });
});

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function stream(isTTY: boolean) {
    const output = new PassThrough({ encoding: 'utf8' });
    const text = () => (output.read() as string | null) ?? '';
    const terminal = { isTTY, columns: 120, rows: 40, clearLine: () => true, cursorTo: () => true };
    return { text, stream: Object.assign(output, terminal) as unknown as NodeJS.WriteStream };
  }

  test('elsewhere than on a terminal: a plain line every ten seconds, with rate and time left, and one at the end', () => {
    const { stream: output, text } = stream(false);
    const progress = createProgress(output);
    progress.start('training', 100);
    vi.advanceTimersByTime(5000);
    progress.update(10);
    expect(text()).toBe('');
    vi.advanceTimersByTime(5000);
    progress.update(20, { 'train/loss': 0.12345, 'train/adversarial_error': 0.5, 'train/lr': 0.1 });
    expect(text()).toBe('  training: 20/100, 2.0/s, 40 s left, loss 0.123, adversarial error 50.0 %\n');
    vi.advanceTimersByTime(5000);
    progress.update(100);
    progress.stop();
    expect(text()).toBe('  training: 100/100, 6.7/s\n');
  });

  test('a task that goes on measures its rate from there, and says where it was stopped', () => {
    const { stream: output, text } = stream(false);
    const progress = createProgress(output);
    progress.start('training', 10_000, 1000);
    vi.advanceTimersByTime(10_000);
    progress.update(1100);
    expect(text()).toBe('  training: 1100/10000, 10/s, 14 min 50 s left\n');
    progress.stop();
    expect(text()).toBe('  training: stopped at 1100/10000\n');
  });

  test('on a terminal: a bar, which leaves no timer and shows the cursor again when it stops', () => {
    const { stream: output, text } = stream(true);
    const progress = createProgress(output);
    progress.start('training', 100);
    vi.advanceTimersByTime(2000);
    progress.update(50, { 'train/loss': 0.5 });
    vi.advanceTimersByTime(500);
    const shown = text();
    expect(shown).toContain('50% | 50/100 | 25/s');
    expect(shown).toContain('loss 0.500');
    expect(vi.getTimerCount()).toBe(1);
    progress.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(text()).toContain('\u001b[?25h');
    progress.stop(); // once more is harmless
    expect(text()).toBe('');
  });

  test('a stop without a start says nothing; the silent one never does', () => {
    for (const isTTY of [true, false]) {
      const { stream: output, text } = stream(isTTY);
      createProgress(output).stop();
      expect(text()).toBe('');
    }
    expect(() => {
      silent.start('x', 1);
      silent.update(1);
      silent.stop();
    }).not.toThrow();
  });
});

describe('the environment', () => {
  test('says with what a figure can be made again', () => {
    const environment = describeEnvironment('my run', 7, 'cpu');
    expect(environment).toMatchObject({ name: 'my run', seed: 7, device: 'cpu', node: process.version });
    expect(environment.libtorch).toMatch(/^\d+\.\d+/);
    expect(environment.saddlepoint).toBe(packageVersion());
    expect(environment.command).toMatch(/^saddlepoint/);
    expect(new Date(environment.startedAt).toISOString()).toBe(environment.startedAt);
    expect(Object.values(environment)).not.toContain(undefined);
  });
});
