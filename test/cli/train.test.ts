/**
 * A whole run through the command line on a small data set: trained, evaluated, reported; and stopped by
 * Ctrl-C in the middle, after which the same command goes on.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset, type RunOptions } from './command-line.test-helper.js';

let data = '';
let runs = '';
let recipe = '';
beforeAll(() => {
  data = smallDataset();
  runs = temporaryFolder();
  recipe = fileWith('small.yaml', SMALL_RECIPE);
});

const train = (values: readonly string[] = [], options: RunOptions = {}) =>
  saddlepoint(['train', recipe, '--data', data, '--runs', runs, ...values], options);

interface Line {
  step: number;
  'train/lr'?: number;
}
const lines = (run: string) =>
  readFileSync(join(runs, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('train', () => {
  test('trains, evaluates, prints a table that says what was measured, and writes the run folder', async () => {
    const { code, stdout, stderr } = await train();
    expect([code, stderr.includes('saddlepoint:')]).toEqual([0, false]);
    expect(stdout).toMatch(/adversarial\s*│\s*small-cnn\s*│ [\d.]+ % {2}\[[\d.]+, [\d.]+\]\s*│ [\d.]+ % {2}\[/);
    expect(stdout).toContain('linf, epsilon 8/255, 4 steps, 2 restarts, on 40 test images');
    const folder = join(runs, 'small');
    expect(stdout).toContain(`Report: ${join(folder, 'report.html')}`);
    for (const name of [
      'recipe.yaml',
      'environment.json',
      'metrics.jsonl',
      'report.html',
      'evaluation/test.json',
      'evaluation/gallery.json',
      'checkpoints/last.safetensors',
    ]) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    const result = JSON.parse(readFileSync(join(folder, 'evaluation', 'test.json'), 'utf8')) as Record<string, unknown>;
    expect(result).toMatchObject({
      examples: 40,
      split: 'test[0:40]',
      attacks: { pgd: { epsilon: 8 / 255, restarts: 2 } },
    });
    expect(lines('small').at(-1)?.step).toBe(40);
    // What was measured once is measured the same again from the checkpoint.
    const again = await saddlepoint(['evaluate', folder, '--data', data]);
    expect(again.code).toBe(0);
    const row = (text: string) => /│ adversarial.*│/.exec(text)?.[0];
    expect(row(again.stdout)).toBe(row(stdout));
  });

  test('stopped by --steps, as asked: exit 0, a checkpoint, and the same command goes on from there', async () => {
    const folder = join(runs, 'few');
    const { code, stdout, stderr } = await train(['--name', 'few', '--steps', '3']);
    expect([code, stderr.includes('saddlepoint:')]).toEqual([0, false]);
    expect(stdout).toMatch(/stopped after step 3 of 40; the same command goes on from .*last\.safetensors/);
    expect(existsSync(join(folder, 'checkpoints', 'last.safetensors'))).toBe(true);
    expect(existsSync(join(folder, 'evaluation', 'test.json'))).toBe(false);
    const rest = await train(['--name', 'few', '--steps', '100']);
    expect([rest.code, existsSync(join(folder, 'evaluation', 'test.json'))]).toEqual([0, true]);
  });

  test('stopped by Ctrl-C: exit 130, a checkpoint, and the same command goes on from there', async () => {
    const metrics = join(runs, 'stopped', 'metrics.jsonl');
    const longer = ['--name', 'stopped', '--set', 'training.epochs=6'];
    const stopped = await train(longer, { interruptWhen: () => existsSync(metrics) });
    expect(stopped.code).toBe(130);
    const step = Number(/stopped after step (\d+) of 120; the same command goes on/.exec(stopped.stderr)?.[1]);
    expect(step).toBeGreaterThanOrEqual(10);
    expect(step).toBeLessThan(120);
    expect(existsSync(join(runs, 'stopped', 'checkpoints', 'last.safetensors'))).toBe(true);
    expect(existsSync(join(runs, 'stopped', 'evaluation', 'test.json'))).toBe(false);

    const resumed = await train(longer);
    expect(resumed.code).toBe(0);
    const steps = lines('stopped').flatMap((line) => ('train/lr' in line ? [line.step] : []));
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => 10 * (i + 1)));
  });
});
