/**
 * `saddlepoint certify`: certificates of a run, which its table and report show, and one clear error for what has none.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { EvaluationResult } from '../../src/evaluation/index.js';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset } from './command-line.test-helper.js';

let data = '';
let run = '';
beforeAll(async () => {
  data = smallDataset();
  const runs = temporaryFolder();
  const recipe = fileWith('small.yaml', SMALL_RECIPE);
  await saddlepoint(['train', recipe, '--data', data, '--runs', runs, '--name', 'x']);
  run = join(runs, 'x');
}, 240_000);

const bare = (...values: string[]) => saddlepoint(['certify', run, '--data', data, ...values]);
const certify = (...values: string[]) => bare('--examples', '20', '--samples', '150', ...values);

test('writes what it certified into the run, by which network and with what', async () => {
  const { code, stdout } = await certify('--sigma', '0.25', '--alpha', '0.01');
  expect(code).toBe(0);
  expect(stdout).toContain('smoothed with Gaussian noise of sigma 0.25: on 20 test images, 100 + 150 noisy copies');
  const folder = join(run, 'evaluation');
  const name = readdirSync(folder).find((file) => file.startsWith('smoothing-l2-0.25-20-150samples-'))!;
  const result = JSON.parse(readFileSync(join(folder, name), 'utf8')) as EvaluationResult;
  expect(result.of?.network).toMatchObject({
    checkpoint: 'best',
    weights: expect.stringMatching(/^\w{64}$/) as string,
  });
  expect(result.smoothing).toMatchObject([
    { sigma: 0.25, samples: 150, selectionSamples: 100, alpha: 0.01, examples: 20, data: { selection: 'test[0:20]' } },
  ]);
  expect(result.smoothing![0]!.certificates).toHaveLength(20);
  // Its state is gone with the end.
  expect(existsSync(join(folder, name.replace(/\.json$/, '')))).toBe(false);
  const table = await saddlepoint(['table', run]);
  expect(table.stdout).toMatch(/smoothed with σ = 0\.25/);
  const page = join(temporaryFolder(), 'report.html');
  expect(await saddlepoint(['report', run, '--output', page])).toMatchObject({ code: 0 });
  expect(readFileSync(page, 'utf8')).toContain('Certified by randomised smoothing');
});

test('prints the result as JSON, and the same for the same seed whatever the batch size', async () => {
  const printed = await Promise.all(
    ['150', '40'].map(async (size) => {
      const { stdout } = await certify('--sigma', '0.5', '--json', '--batch-size', size, '--out', temporaryFolder());
      return (JSON.parse(stdout) as EvaluationResult).smoothing![0]!.certificates;
    }),
  );
  expect(printed[0]).toHaveLength(20);
  expect(printed[1]).toEqual(printed[0]);
});

test.each([
  ['sigma of 0', ['--sigma', '0'], /--sigma.*expected a number above 0/],
  ['a negative sigma', ['--sigma=-1'], /--sigma.*expected a number above 0/],
  ['no sigma', [], /--sigma/],
  ['alpha of 1', ['--sigma', '0.25', '--alpha', '1'], /--alpha.*above 0 and below 1/],
  ['no samples', ['--sigma', '0.25', '--samples', '0'], /--samples.*at least 1/],
  ['more images than there are', ['--sigma', '0.25', '--examples', '100000'], /expected at most the \d+ examples/],
])('%s is refused', async (_, values, message) => {
  const { code, stderr } = await bare(...values);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
