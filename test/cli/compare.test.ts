/**
 * Two methods compared through the command line, on a small data set: every run trained and evaluated once, whatever stops it.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset } from './command-line.test-helper.js';

let data = '';
let runs = '';
let file = '';
beforeAll(() => {
  data = smallDataset();
  runs = temporaryFolder();
  const base = fileWith('small.yaml', SMALL_RECIPE);
  file = join(temporaryFolder(), 'both.yaml');
  writeFileSync(
    file,
    `recipe: ${base}
seeds: [1, 2]
common: { training: { epochs: 0.5 } }
methods:
  PGD: {}
  TRADES β: { training: { method: trades, beta: 3 } }
`.replace(' β', ' 3'),
  );
});

const compare = (...values: string[]) => saddlepoint(['compare', file, '--data', data, '--runs', runs, ...values]);

describe('compare', () => {
  test('trains every method from every seed, prints means, and writes a page', async () => {
    const { code, stdout } = await compare();
    expect(code).toBe(0);
    expect(stdout).toMatch(/PGD\s*│ 2\s*│ [\d.]+ ± [\d.]+ %\s*│ [\d.]+ ± [\d.]+ %/);
    expect(stdout).toMatch(/TRADES 3\s*│ 2\s*│/);
    expect(readdirSync(join(runs, 'both')).sort()).toEqual(
      [
        'comparison.html',
        'comparison.json',
        'pgd-seed1',
        'pgd-seed2',
        'recipes',
        'trades-3-seed1',
        'trades-3-seed2',
      ].sort(),
    );
    const { runs: done } = JSON.parse(readFileSync(join(runs, 'both', 'comparison.json'), 'utf8')) as {
      runs: { method: string; seed: number }[];
    };
    expect(done.map(({ method, seed }) => [method, seed])).toEqual([
      ['PGD', 1],
      ['PGD', 2],
      ['TRADES 3', 1],
      ['TRADES 3', 2],
    ]);
    expect(readFileSync(join(runs, 'both', 'trades-3-seed2', 'recipe.yaml'), 'utf8')).toMatch(
      /seed: 2[\s\S]*method: trades[\s\S]*beta: 3/,
    );
  });

  test('once more trains nothing again', async () => {
    const weights = join(runs, 'both', 'pgd-seed1', 'checkpoints', 'last.safetensors');
    const before = statSync(weights).mtimeMs;
    const { code, stdout } = await compare('--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { methods: unknown[] }).methods).toHaveLength(2);
    expect(statSync(weights).mtimeMs).toBe(before);
  });
});

describe('refused before anything is trained', () => {
  test.each([
    ['no methods', 'recipe: small.yaml\nmethods: {}', /methods: expected at least one/],
    ['two methods of one folder', 'recipe: small.yaml\nmethods: { A b: {}, a-B: {} }', /two have the run folder a-b/],
    [
      'a key that is none',
      'recipe: small.yaml\nmethods: { a: {} }\nseed: 1',
      /unknown key `seed`, did you mean `seeds`\?/,
    ],
    ['a recipe that is not there', 'recipe: nowhere.yaml\nmethods: { a: {} }', /nowhere\.yaml cannot be read/],
    [
      'a method whose recipe is wrong',
      'recipe: small.yaml\nmethods: { good: {}, bad: { training: { method: tardes } } }',
      /bad\.yaml.*did you mean `trades`\?/,
    ],
    ['a seed twice', 'recipe: small.yaml\nmethods: { a: {} }\nseeds: [1, 1]', /seeds: expected each seed once/],
    [
      'another recipe in a method',
      'recipe: small.yaml\nmethods: { a: { extends: other.yaml } }',
      /not another recipe to extend/,
    ],
    [
      'an attack that cannot be made',
      'recipe: small.yaml\nmethods: { a: { training: { attack: { name: fgsm, steps: 5 } } } }',
      /steps of fgsm/,
    ],
    [
      'a schedule that cannot be made',
      'recipe: small.yaml\nmethods: { a: { schedule: { name: piecewise, rate: 0.1 } } }',
      /points/,
    ],
    ['a time that is none', 'recipe: small.yaml\nmethods: { a: {} }\nwithin: soon', /within: expected a time/],
  ])('%s', async (_, content, message) => {
    const place = temporaryFolder();
    writeFileSync(join(place, 'small.yaml'), SMALL_RECIPE);
    writeFileSync(join(place, 'c.yaml'), content);
    const { code, stderr } = await saddlepoint([
      'compare',
      join(place, 'c.yaml'),
      '--data',
      data,
      '--runs',
      join(place, 'runs'),
    ]);
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });
});
