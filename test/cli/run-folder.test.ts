/**
 * Nothing of a user's is deleted without being asked to by name, and what is trained stays trained.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockRun, RunFolder } from '../../src/monitoring/index.js';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, smallDataset, type RunOptions } from './command-line.test-helper.js';

/** Ten steps, and an evaluation of a moment. */
const RECIPE = `
dataset: { name: fashion-mnist, validation: 40 }
model: { architecture: small-cnn, options: { resolution: 8, width: 4, hidden: 16 } }
training: { method: standard, epochs: 0.5, batchSize: 8, backend: contiguous }
schedule: { name: one-cycle, rate: 0.05 }
evaluation: { examples: 20, attack: { epsilon: 8/255, steps: 2 } }
`;

let data = '';
let recipe = '';
let runs = '';
beforeAll(() => {
  data = smallDataset();
  recipe = fileWith('small.yaml', RECIPE);
});
beforeEach(() => {
  runs = temporaryFolder();
});

const train = (values: readonly string[] = [], options: RunOptions = {}) =>
  saddlepoint(['train', recipe, '--data', data, '--runs', runs, ...values], options);
/** All files below a folder, with what changes when one is written again. */
const everything = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile() && !name.endsWith('report.html'))
    .sort()
    .map((name) => [name, statSync(join(folder, name)).ino, readFileSync(join(folder, name), 'utf8').length]);
const steps = (run: string) =>
  readFileSync(join(runs, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { step: number }).step);

test.each(['', '..'])('the name %j is no run', async (name) => {
  writeFileSync(join(runs, 'notes.txt'), 'mine');
  const { code, stderr } = await train(['--name', name]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^saddlepoint: expected a run's name that is a path inside of/),
  ]);
  expect(readdirSync(runs)).toEqual(['notes.txt']);
});

describe('a finished run', () => {
  test('is told of, kept from another recipe, and removed with --overwrite, file by file', async () => {
    expect((await train(['--name', 'a/b'])).code).toBe(0);
    const folder = join(runs, 'a', 'b');
    writeFileSync(join(folder, 'checkpoints', 'mine.txt'), 'mine');
    mkdirSync(join(folder, 'photographs'));
    const before = everything(folder);

    const same = await train(['--name', 'a/b']);
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(
      /is complete: this is what it found\. To train again, give another name, or --overwrite/,
    );
    expect(same.stdout).toContain('2 steps, 1 restart');
    expect(everything(folder)).toEqual(before);

    const other = ['--name', 'a/b', '--set', 'schedule.rate=0.01'];
    const refused = await train(other);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/holds a finished run of another recipe .* another --name; --overwrite/),
    ]);
    expect(everything(folder)).toEqual(before);

    const wrong = await train([...other, '--overwrite', '--set', 'evaluation.examples=41']);
    expect(wrong.code).toBe(2);
    expect(everything(folder), 'a recipe that is refused costs nothing').toEqual(before);

    expect((await train([...other, '--overwrite'])).code).toBe(0);
    expect(readFileSync(join(folder, 'recipe.yaml'), 'utf8')).toContain('rate: 0.01');
    expect(readFileSync(join(folder, 'checkpoints', 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'photographs'))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('events.out'))).toHaveLength(1);
  });

  test('with another evaluation is not trained again, and keeps what it found before', async () => {
    await train();
    const folder = new RunFolder(join(runs, 'small'));
    const [weights, result] = [statSync(folder.checkpoint('last')).mtimeMs, readFileSync(folder.evaluation, 'utf8')];
    const { code, stdout } = await train(['--set', 'evaluation.attack.steps=3', '--set', 'evaluation.curve=[4/255]']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('the evaluation has changed; what is trained stays')]);
    expect(stdout).toContain('3 steps, 1 restart');
    expect(steps('small')).toEqual([10, 10]);
    expect(statSync(folder.checkpoint('last')).mtimeMs).toBe(weights);
    const earlier = join(folder.path, 'evaluation', 'earlier-1');
    expect(readFileSync(join(earlier, 'test.json'), 'utf8')).toBe(result);
    expect(existsSync(join(earlier, 'test', 'adversarial.safetensors'))).toBe(true);
    expect(readFileSync(join(earlier, 'recipe.yaml'), 'utf8')).toContain('steps: 2');
  });
});

test('a folder with files of a run, but without its recipe, is not written into', async () => {
  writeFileSync(join(runs, 'report.html'), 'mine');
  mkdirSync(join(runs, 'small'));
  writeFileSync(join(runs, 'small', 'metrics.jsonl'), '');
  const { code, stderr } = await train();
  expect([code, stderr]).toEqual([2, expect.stringContaining('holds metrics.jsonl, but no recipe.yaml')]);
});

test.each([
  ['evaluation.curve=[2/255, 8]', /evaluation\.curve\[1\]: expected an L-infinity epsilon of at most 1 .* received 8/],
  ['evaluation.curve=[0.00001]', /evaluation\.curve\[0\]: expected an epsilon of at least/],
  [
    'evaluation.attack={ name: square, norm: l0, epsilon: 3, steps: 5 }',
    /evaluation\.attack\.norm: expected linf, l2 or l1, received "l0"/,
  ],
  ['evaluation.masking=41', /expected evaluation\.masking of at most the 40 test images/],
  [
    'training={ method: hat, helper: nowhere, epochs: 1, attack: { epsilon: 0.1, steps: 1 } }',
    /training: expected a run folder or a checkpoint to learn from, received nowhere/,
  ],
  [
    'training={ method: hat, helper: models/cifar10-resnet18-16-linf.safetensors, epochs: 1, attack: { epsilon: 0.1, steps: 1 } }',
    /training: the network does not take the images of fashion-mnist, \[1, 8, 8\]/,
  ],
])('%s is refused before the first step', async (setting, message) => {
  const { code, stderr } = await train(['--set', setting]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(readdirSync(runs)).toEqual([]);
});

test('a training whose evaluation failed goes on with the evaluation, also with another one', async () => {
  await train();
  const folder = new RunFolder(join(runs, 'small'));
  // As after an evaluation that broke in the middle of its work.
  rmSync(folder.evaluation);
  mkdirSync(join(folder.path, 'evaluation', 'test'), { recursive: true });
  writeFileSync(join(folder.path, 'evaluation', 'test', 'state.json'), '{}');
  expect((await train()).stderr).toContain('is not the state of an evaluation');
  const { code } = await train(['--set', 'evaluation.examples=15']);
  expect([code, existsSync(folder.evaluation), steps('small')]).toEqual([0, true, [10, 10]]);
  expect(existsSync(join(folder.path, 'evaluation', 'earlier-1', 'test', 'state.json'))).toBe(true);
});

test('while one trains, nobody else trains or evaluates there, and nothing is lost', async () => {
  await train();
  const folder = new RunFolder(join(runs, 'small'));
  const before = everything(folder.path);
  const lock = lockRun(folder, 'alone');
  const held = /process \d+ on .*, since .*, works in the run folder/;
  const outcomes = [await train(['--overwrite']), await saddlepoint(['evaluate', folder.path, '--data', data])];
  for (const { code, stderr } of outcomes) expect([code, stderr]).toEqual([3, expect.stringMatching(held)]);
  lock.release();
  const reader = lockRun(folder, 'together');
  expect((await train(['--overwrite'])).code, 'while one evaluates').toBe(3);
  reader.release();
  expect(everything(folder.path)).toEqual(before);
});

test('SIGTERM in the middle of a Square of hours ends it, with its state saved', async () => {
  await train();
  const folder = join(runs, 'small');
  for (const workers of ['1', '2']) {
    const out = join(runs, `out-${workers}`);
    const journal = () =>
      existsSync(out) &&
      readdirSync(out)
        .map((name) => join(out, name, 'journal.jsonl'))
        .some(existsSync);
    const options = [
      '--attack',
      'square',
      '--steps',
      '50000000',
      '--workers',
      workers,
      '--out',
      out,
      '--backend',
      'plain',
    ];
    const { code, stderr } = await saddlepoint(['evaluate', folder, '--data', data, ...options], {
      interruptWhen: journal,
      interruptBy: 'SIGTERM',
    });
    expect([code, stderr]).toEqual([130, expect.stringMatching(/the evaluation was stopped; its state is in/)]);
  }
}, 60_000);
