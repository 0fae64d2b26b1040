/**
 * `saddlepoint evaluate` as a user meets it: attacks by name, files of weights, samples, and one clear line for
 * everything that is wrong.
 *
 * @module
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors, type Tensor } from '../../src/engine/index.js';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset } from './command-line.test-helper.js';

let data = '';
let run = '';
let checkpoint = '';
beforeAll(async () => {
  data = smallDataset();
  const runs = temporaryFolder();
  const recipe = fileWith('small.yaml', SMALL_RECIPE);
  const { code, stderr } = await saddlepoint(['train', recipe, '--data', data, '--runs', runs, '--name', 'x']);
  expect([code, stderr.includes('saddlepoint:')]).toEqual([0, false]);
  run = join(runs, 'x');
  checkpoint = join(run, 'checkpoints', 'last.safetensors');
}, 240_000);

const evaluate = (...values: string[]) => saddlepoint(['evaluate', ...values, '--data', data]);
const bare = (...values: string[]) =>
  evaluate(checkpoint, '--dataset', 'fashion-mnist', '--epsilon', '8/255', '--out', temporaryFolder(), ...values);
const results = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();

/** The one result with this name, after which comes the hash of all that the evaluation belongs to. */
function named(folder: string, name: string): string {
  const found = results(folder).filter((file) => new RegExp(`^${name}-[0-9a-f]{10}\\.json$`).test(file));
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('evaluate', () => {
  test(
    'several attacks: a file each, in the run folder, with the adversarial images',
    { timeout: 240_000 },
    async () => {
      const { code, stdout } = await evaluate(
        run,
        '--attack',
        'pgd',
        '--attack',
        'apgd',
        '--steps',
        '5',
        '--examples',
        '30',
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/pgd: about .* for 30 images/);
      expect(stdout).toMatch(/verified from the saved images: [\d.]+ %; rounded to 8 bits: [\d.]+ %/);
      const folder = join(run, 'evaluation');
      const file = named(folder, 'apgd-linf-8_255-30-5steps-2restarts');
      named(folder, 'pgd-linf-8_255-30-5steps-2restarts');
      expect(readdirSync(join(folder, file.replace(/\.json$/, '')))).toEqual(['adversarial.safetensors']);
      const result = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
      expect(result).toMatchObject({ split: 'test[0:30]', attacks: { apgd: { steps: 5, examples: 30 } } });
    },
  );

  test('AutoAttack, on a random sample', { timeout: 240_000 }, async () => {
    const out = temporaryFolder();
    const { code, stdout } = await evaluate(
      run,
      '--attack',
      'autoattack',
      '--order',
      'sampled',
      '--sample',
      '3',
      '--examples',
      '6',
      '--out',
      out,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/apgd-ce: \d+ of \d+ fooled/);
    expect(
      JSON.parse(readFileSync(join(out, named(out, 'autoattack-sampled-linf-8_255-6-sample3')), 'utf8')),
    ).toMatchObject({
      version: 'standard',
      order: 'sampled',
      sample: { seed: 3 },
      split: 'test, 6 of 40 drawn with seed 3',
    });
  });

  test('a file of weights with its architecture gives what the checkpoint gives', { timeout: 240_000 }, async () => {
    const whole = await bare('--steps', '3');
    const settings = ['resolution=8', 'width=4', 'hidden=16'].flatMap((setting) => ['--set', setting]);
    const weights = await bare('--steps', '3', '--architecture', 'small-cnn', ...settings);
    expect([whole.code, weights.code]).toEqual([0, 0]);
    const row = (text: string) => /│ +│ small-cnn.*│/.exec(text)?.[0];
    expect(row(weights.stdout)).toBe(row(whole.stdout));
    expect(row(whole.stdout)).toBeDefined();
  });

  test('a time: as many images as fit', { timeout: 240_000 }, async () => {
    const { code, stdout } = await bare('--steps', '2', '--time-limit', '10m');
    expect(code).toBe(0);
    expect(stdout).toMatch(/pgd: about .* for 40 images, chosen to fit 10 min/);
  });

  test('weights that were exported, without the run they come from', { timeout: 240_000 }, async () => {
    const output = join(temporaryFolder(), 'model.safetensors');
    const exported = await saddlepoint(['export', run, '--output', output]);
    expect([exported.code, exported.stdout]).toEqual([0, expect.stringMatching(/\d+ bytes, SHA-256 [0-9a-f]{64}\n$/)]);
    const settings = ['--dataset', 'fashion-mnist', '--epsilon', '8/255', '--steps', '3', '--examples', '20'];
    const { code, stdout } = await evaluate(output, ...settings);
    expect([code, stdout]).toEqual([0, expect.stringContaining('small-cnn')]);
  });

  test('clean error alone', async () => {
    const { code, stdout } = await evaluate(run, '--clean-only');
    expect(code).toBe(0);
    expect(stdout).toMatch(/small-cnn\s*│ [\d.]+ % {2}\[/);
  });
});

describe('clean error alone is of a network that was looked at', () => {
  /** The run's weights after a change. */
  function changed(change: (name: string, weights: Tensor) => Tensor): string {
    const { tensors, metadata } = readSafetensors(checkpoint);
    const file = join(temporaryFolder(), 'changed.safetensors');
    writeSafetensors(file, new Map([...tensors].map(([name, value]) => [name, change(name, value)])), metadata);
    return file;
  }
  const cleanOnly = (file: string, folder: string) =>
    saddlepoint([
      'evaluate',
      file,
      '--clean-only',
      '--dataset',
      'fashion-mnist',
      '--data',
      folder,
      '--out',
      temporaryFolder(),
    ]);

  test('weights that are not finite give no number', async () => {
    const broken = changed((_, weights) => (weights.dtype === 'float32' ? weights.mul(NaN) : weights));
    const { code, stdout, stderr } = await cleanOnly(broken, data);
    expect([code, stderr]).toEqual([5, expect.stringMatching(/finite/)]);
    expect(stdout).not.toMatch(/%/);
  });

  test('a network whose classes are in another order gives no number', async () => {
    // It always says class 0, of which no image is.
    const constant = changed((name, weights) => (name.startsWith('classifier.') ? weights.mul(0) : weights));
    const turned = smallDataset({ examples: 120, label: (seen) => (seen === 0 ? 9 : seen) });
    const { code, stdout, stderr } = await cleanOnly(constant, turned);
    expect([code, stderr]).toEqual([5, expect.stringMatching(/120 of 120 images wrong/)]);
    expect(stdout).not.toMatch(/%/);
  });

  test('a part without some class says so', async () => {
    const without = smallDataset({ examples: 40, label: (seen) => (seen === 0 ? 9 : seen) });
    const { code, stdout } = await cleanOnly(checkpoint, without);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/note: none of these 40 images is of T-shirt/i)]);
  });
});

describe('evaluate refuses in one line', () => {
  const within = (epsilon: string) => evaluate(checkpoint, '--dataset', 'fashion-mnist', '--epsilon', epsilon);
  test.each<[string, number, RegExp, () => Promise<{ code: number | null; stderr: string }>]>([
    ['an unknown attack', 2, /received "autoatack"; did you mean autoattack\?/, () => bare('--attack', 'autoatack')],
    [
      'an unknown version',
      2,
      /received "standart"; did you mean standard\?/,
      () => bare('--attack', 'autoattack', '--version', 'standart'),
    ],
    ['an unknown norm', 2, /received "linff"; did you mean linf\?/, () => bare('--norm', 'linff')],
    [
      'more examples than there are',
      2,
      /expected at most the 40 examples of test, received 41/,
      () => bare('--examples', '41'),
    ],
    [
      'weights of another shape',
      3,
      /expected width=4, as the names and shapes in .* tell, received width=5/,
      () => bare('--architecture', 'small-cnn', '--set', 'resolution=8', '--set', 'width=5', '--set', 'hidden=16'),
    ],
    [
      'another number of classes',
      3,
      /expected classes=10, as the names and shapes in .* tell, received classes=3/,
      () => bare('--architecture', 'small-cnn', '--set', 'resolution=8', '--set', 'classes=3'),
    ],
    ['an unknown architecture', 2, /did you mean small-cnn\?/, () => bare('--architecture', 'smal-cnn')],
    ['a budget of another norm', 2, /received 0\.9; did you mean --norm l2\?/, () => within('0.9')],
    ['a budget on the wrong scale', 2, /received 8; did you mean 8\/255\?/, () => within('8')],
  ])('%s', async (_, code, message, work) => {
    const outcome = await work();
    expect(outcome.stderr).toMatch(message);
    expect(
      outcome.stderr
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith('saddlepoint:')),
    ).toHaveLength(1);
    expect(outcome.stderr).not.toMatch(/\n {4}at /);
    expect(outcome.code).toBe(code);
  });

  test('a state of other weights, and goes on with its own', { timeout: 240_000 }, async () => {
    const out = temporaryFolder();
    const slow = ['--attack', 'square', '--steps', '300', '--batch-size', '2', '--out', out];
    const folders = () =>
      readdirSync(out).filter((name) => name.startsWith('square-linf-8_255-40-300steps-2restarts-'));
    const journals = () => folders().map((name) => join(out, name, 'journal.jsonl'));
    const stopped = await saddlepoint(['evaluate', run, '--data', data, ...slow], {
      interruptWhen: () => journals().some((journal) => existsSync(journal)),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/the evaluation was stopped; its state is in .*and the same command goes on/);
    const [id] = folders() as [string];
    const state = join(out, id, 'state.json');
    const saved = readFileSync(state, 'utf8');
    writeFileSync(state, saved.replace(/"model": "[0-9a-f]{64}"/, `"model": "${'0'.repeat(64)}"`));
    const other = await evaluate(run, ...slow);
    expect(other.code).toBe(3);
    expect(other.stderr).toMatch(/unfinished evaluation of something else, which is kept: the weights/);
    writeFileSync(state, saved);
    // Another seed is another evaluation beside it.
    expect((await evaluate(run, ...slow, '--seed', '5')).code).toBe(0);
    expect(existsSync(state)).toBe(true);
    expect((await evaluate(run, ...slow)).code).toBe(0);
    const found = results(out);
    expect(found).toContain(`${id}.json`);
    expect(found.filter((name) => /-seed5-[0-9a-f]+\.json$/.test(name))).toHaveLength(1);
    expect(found).toHaveLength(2);
  });
});
