/**
 * `saddlepoint zoo`, as it is run.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/engine/index.js';
import { saddlepoint } from './command-line.test-helper.js';

const NAME = 'cifar10-resnet18-16-linf';

test('list: a row a network, never a figure without its interval, attack and number of images', async () => {
  const { code, stdout } = await saddlepoint(['zoo', 'list']);
  expect(code).toBe(0);
  const row = stdout.slice(stdout.indexOf(NAME), stdout.indexOf('├', stdout.indexOf(NAME)));
  expect(row).toMatch(
    / L∞ 8\/255 .* 31\.6 % \[30\.7, 32\.5\], 10,000 images .* 60\.1 % \[57\.0, 67\.3\], 1,000 images/,
  );
  expect(row).toMatch(/cifar-10, resnet18, width 16 .* AutoAttack, sampled: at most 62\.8 %/);
  const json = await saddlepoint(['zoo', 'list', '--json']);
  expect((JSON.parse(json.stdout) as { name: string }[]).map(({ name }) => name)).toContain(NAME);
});

test('get: the path and nothing else; what is not there, with the nearest', async () => {
  const file = join(projectRoot(), 'models', `${NAME}.safetensors`);
  expect(await saddlepoint(['zoo', 'get', NAME])).toMatchObject({ code: 0, stdout: `${file}\n`, stderr: '' });
  const json = await saddlepoint(['zoo', 'get', NAME, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ name: NAME, path: file, license: 'MIT' });
  const missing = await saddlepoint(['zoo', 'get', 'cifar10-resnet18-16-lnf']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(
    /^saddlepoint: expected a network of the zoo .*; did you mean cifar10-resnet18-16-linf/,
  );
  const elsewhere = await saddlepoint(['zoo', 'list', '--from', 'nowhere']);
  expect(elsewhere.stderr).toMatch(/^saddlepoint: the zoo's index .*nowhere cannot be read: ENOENT.*\n$/);
});

test('zoo:<name> is a network', async () => {
  const { code, stdout } = await saddlepoint(['models', `zoo:${NAME}`]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/says itself what it is: architecture: resnet18/);
});
