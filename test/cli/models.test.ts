/**
 * `saddlepoint models`, as it is run.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { saddlepoint } from './command-line.test-helper.js';

const golden = (file: string) => fileURLToPath(new URL(`../golden/${file}`, import.meta.url));

test('lists all architectures with their options', { timeout: 240_000 }, async () => {
  const { code, stdout } = await saddlepoint(['models']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^resnet18 {2}ResNet-18: four stages of two blocks$/m);
  expect(stdout).toMatch(/ --set strideOn=… {2}first, second \(default: second\)\n/);
});

test('says what weights tell of their network, or begins a list of layers', { timeout: 240_000 }, async () => {
  const known = await saddlepoint(['models', golden('checkpoints/trades.pt')]);
  expect(known.stdout).toMatch(
    /trades\.pt: the names and shapes of the weights tell the network: wide-resnet, depth=10/,
  );
  const unknown = await saddlepoint(['models', golden('torch/legacy.pt')]);
  expect(unknown.stdout).toMatch(/^- \{ conv: \[ 3, 4 \], kernel: 3, stride: 1, padding: 1, name: "0" \}$/m);
});

test('one architecture, as JSON; an unknown name is refused with the nearest', { timeout: 240_000 }, async () => {
  const { stdout } = await saddlepoint(['models', 'resnet18', '--json']);
  expect(Object.keys((JSON.parse(stdout) as { resnet18: object }).resnet18)).toEqual(['about', 'options']);
  const { code, stderr } = await saddlepoint(['models', 'resnte18']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/an architecture out of small-cnn, resnet18, .*did you mean resnet18\?/);
});
