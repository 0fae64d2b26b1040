/**
 * `saddlepoint bounds` and `export --vnnlib`: from a run to a certified error, and to properties for verifiers.
 *
 * @module
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readVnnlib } from '../../src/workflow/vnnlib.test-helper.js';
import type { BoundsResult } from '../../src/workflow/index.js';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, smallDataset } from './command-line.test-helper.js';

const RECIPE = `
dataset: { name: fashion-mnist, validation: 40 }
model: { architecture: small-cnn, options: { resolution: 8, width: 4, hidden: 16 } }
training: { method: ibp, epsilon: 8/255, epochs: 8, batchSize: 8, select: last }
optimizer: { name: adam }
schedule: { name: one-cycle, rate: 0.01 }
evaluation: { examples: 40, attack: { epsilon: 8/255, steps: 10 } }
`;

let data = '';
let run = '';
beforeAll(async () => {
  data = smallDataset();
  const runs = temporaryFolder();
  const trained = await saddlepoint([
    'train',
    fileWith('ibp.yaml', RECIPE),
    ...['--data', data, '--runs', runs, '--name', 'x'],
  ]);
  expect(trained).toMatchObject({ code: 0 });
  run = join(runs, 'x');
}, 240_000);

const bounds = async (...values: string[]) => {
  const { code, stdout } = await saddlepoint(['bounds', run, '--data', data, '--json', ...values]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as BoundsResult;
};

test('the certified error lies above what the run found by attacks, and below that of a larger budget', async () => {
  const result = await bounds();
  expect(result).toMatchObject({
    examples: 40,
    method: 'ibp',
    norm: 'linf',
    epsilon: 8 / 255,
    dataset: 'fashion-mnist',
  });
  const tested = JSON.parse(readFileSync(join(run, 'evaluation', 'test.json'), 'utf8')) as {
    of: { network: object; data: object };
    attacks: { pgd: { errors: number } };
  };
  expect(result.of).toMatchObject({ network: tested.of.network, data: tested.of.data });
  expect(result.attacks).toMatchObject([{ name: 'PGD', epsilon: 8 / 255, errors: tested.attacks.pgd.errors }]);
  expect(result.certified.errors).toBeGreaterThanOrEqual(tested.attacks.pgd.errors);
  expect(result.certified.errors).toBeLessThan(40);
  const more = await bounds('--epsilon', '0.2');
  expect(more.certified.errors).toBeGreaterThanOrEqual(result.certified.errors);
  expect(readdirSync(join(run, 'evaluation', 'bounds'))).toHaveLength(2);
});

test('an attack that found more than the bounds allow gives no number', async () => {
  const folder = temporaryFolder();
  cpSync(run, folder, { recursive: true });
  rmSync(join(folder, 'evaluation', 'bounds'), { recursive: true, force: true }); // of the tests before
  const file = join(folder, 'evaluation', 'test.json');
  const tested = JSON.parse(readFileSync(file, 'utf8')) as { attacks: { pgd: { errors: number } } };
  tested.attacks.pgd.errors = 40;
  writeFileSync(file, JSON.stringify(tested));
  const { code, stderr } = await saddlepoint(['bounds', folder, '--data', data]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/but PGD found 40\. The bounds are wrong/);
  expect(existsSync(join(folder, 'evaluation', 'bounds'))).toBe(false);
});

test('CROWN certifies at least as many', async () => {
  const [interval, crown] = [await bounds('--epsilon', '0.1'), await bounds('--epsilon', '0.1', '--method', 'crown')];
  expect(crown.certified.errors).toBeLessThanOrEqual(interval.certified.errors);
  expect(crown.clean).toEqual(interval.clean);
});

test('says its figures, and where they are', async () => {
  const { stdout } = await saddlepoint(['bounds', run, '--data', data]);
  expect(stdout).toMatch(/fashion-mnist, test\[0:40\]; linf, epsilon 8\/255; ibp/);
  for (const name of ['clean error', 'PGD error', 'certified error']) expect(stdout).toContain(name);
  expect(existsSync(/Result: (.+)\n/.exec(stdout)![1]!)).toBe(true);
});

test.each([
  [['--epsilon', '8'], 2, /did you mean 8\/255\?/],
  [['--method', 'crow'], 2, /Allowed choices are ibp, crown/],
])('refuses %j', async (values, code, message) => {
  const refused = await saddlepoint(['bounds', run, '--data', data, ...values]);
  expect(refused.code).toBe(code);
  expect(refused.stderr).toMatch(message);
});

test('export refuses what it would leave unused', async () => {
  const output = join(temporaryFolder(), 'network.safetensors');
  const { code, stderr } = await saddlepoint(['export', run, '--output', output, '--epsilon', '0.1']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/expected --epsilon with --vnnlib/);
  expect(existsSync(output)).toBe(false);
});

test('export writes a property for each image that is classified rightly, and lists them', async () => {
  const folder = join(temporaryFolder(), 'properties');
  const output = join(folder, 'network.safetensors');
  const { code, stdout } = await saddlepoint([
    'export',
    run,
    ...['--output', output, '--vnnlib', folder, '--data', data, '--json'],
  ]);
  expect(code).toBe(0);
  const { vnnlib } = JSON.parse(stdout) as { vnnlib: { properties: number; wrong: number } };
  const { clean } = await bounds();
  expect(vnnlib).toMatchObject({ properties: 40 - clean.errors, wrong: clean.errors });
  const instances = readFileSync(join(folder, 'instances.csv'), 'utf8').trim().split('\n');
  expect(instances).toHaveLength(vnnlib.properties);
  for (const instance of instances) {
    const [network, property, timeout] = instance.split(',');
    expect([network, timeout]).toEqual(['onnx/network.onnx', '300']);
    const { declared, asserted } = readVnnlib(readFileSync(join(folder, property!), 'utf8'));
    expect(declared).toHaveLength(64 + 10);
    expect(asserted).toHaveLength(2 * 64 + 1);
    const other = asserted.at(-1) as readonly [string, ...string[][]];
    expect([other[0], other.length]).toEqual(['or', 1 + 9]);
  }
});
