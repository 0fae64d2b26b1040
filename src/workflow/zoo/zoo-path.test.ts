/**
 * `zoo:<name>` wherever a network's path is taken.
 *
 * @module
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { projectRoot } from '../../engine/index.js';
import { openSubject } from '../evaluate-subject.js';
import { exportNetwork } from '../export-network.js';
import { loadModel } from '../load-model.js';
import { madeUpNetwork, madeUpWeights, madeUpZoo } from './made-up-zoo.test-helper.js';
import { zooFile } from './zoo-path.js';

leavesNothingAlive();

beforeEach(() => {
  vi.stubEnv('SADDLEPOINT_CACHE', temporaryFolder());
  vi.stubEnv('SADDLEPOINT_ZOO', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A server of a folder's files in a thread of its own, as this one waits while a network is downloaded. */
async function serve(folder: string): Promise<{ address: string; stop: () => Promise<number> }> {
  const program = `
    const { createServer } = require('node:http');
    const { readFileSync } = require('node:fs');
    const { parentPort, workerData } = require('node:worker_threads');
    const server = createServer((request, response) => response.end(readFileSync(workerData + request.url)));
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const thread = new Worker(program, { eval: true, workerData: folder });
  const [port] = (await once(thread, 'message')) as [number];
  return { address: `http://127.0.0.1:${port}`, stop: () => thread.terminate() };
}

test('of the zoo that comes with Saddlepoint, the file in its place', () => {
  expect(zooFile('zoo:cifar10-resnet18-16-linf')).toBe(
    join(projectRoot(), 'models', 'cifar10-resnet18-16-linf.safetensors'),
  );
  const { model, description } = loadModel('zoo:cifar10-resnet18-16-linf');
  expect(description).toMatchObject({ architecture: 'resnet18', options: { width: 16 } });
  model.dispose();
});

test('results go to a folder of this very file, wherever it lies, and into no run of that name', () => {
  const bytes = madeUpWeights();
  vi.stubEnv('SADDLEPOINT_ZOO', madeUpZoo(bytes));
  const { model, output, source } = openSubject('zoo:small', {});
  expect(output).toBe(join('runs', 'zoo', `small-${madeUpNetwork(bytes).sha256.slice(0, 8)}`, 'evaluation'));
  expect(source.file).toMatch(/small\.safetensors$/);
  model.dispose();
  vi.stubEnv('SADDLEPOINT_ZOO', madeUpZoo(madeUpWeights(2)));
  const another = openSubject('zoo:small', {});
  expect(another.output).not.toBe(output);
  another.model.dispose();
  const elsewhere = openSubject('zoo:small', { out: 'mine' });
  expect(elsewhere.output).toBe('mine');
  elsewhere.model.dispose();
});

test('a network of an address is downloaded in the call, and found from then on', async () => {
  const folder = madeUpZoo();
  const { address, stop } = await serve(folder);
  vi.stubEnv('SADDLEPOINT_ZOO', address);
  const { model, description } = loadModel('zoo:small');
  expect(description).toMatchObject({ architecture: 'resnet18', options: { width: 2 } });
  model.dispose();
  const file = zooFile('zoo:small');
  expect(readFileSync(file).equals(readFileSync(join(folder, 'small.safetensors')))).toBe(true);
  writeFileSync(file, 'something else');
  writeFileSync(join(folder, 'small.safetensors'), 'another file');
  expect(failureOf(() => zooFile('zoo:small'))).toMatchObject({
    code: 'DATA',
    message: expect.stringMatching(/^expected SHA-256 .*; the file was not kept/) as string,
  });
  await stop();
}, 60_000);

test('what was downloaded is found without its server', async () => {
  const { address, stop } = await serve(madeUpZoo());
  vi.stubEnv('SADDLEPOINT_ZOO', address);
  const file = zooFile('zoo:small');
  await stop();
  expect(zooFile('zoo:small')).toBe(file);
}, 60_000);

test('a network is exported by its name', () => {
  vi.stubEnv('SADDLEPOINT_ZOO', madeUpZoo());
  const output = join(temporaryFolder(), 'small.onnx');
  expect(exportNetwork('zoo:small', { output, size: 32 })).toMatchObject({ path: output });
  for (const run of [{ output: 'small.safetensors' }, { hub: temporaryFolder() }])
    expect(failureOf(() => exportNetwork('zoo:small', run))).toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/^expected a run folder, .* at zoo:small, found none: .* only ONNX/) as string,
    });
});

test.each([
  ['zoo:', /received ""; there are cifar10-resnet-64-linf, cifar10-resnet18-16-linf, cifar10-resnet18-16-standard$/],
  ['zoo:cifar10', /did you mean cifar10-resnet-64-linf or cifar10-resnet18-16-linf or cifar10-resnet18-16-standard\?$/],
  [
    'zoo:../../package.json',
    /^expected a network of the zoo .*models\/zoo\.json, received "\.\.\/\.\.\/package\.json"/,
  ],
  ['zoo:<script>', /received "<script>"/],
])('%s is none: the nearest are named', (path, message) => {
  expect(failureOf(() => loadModel(path))).toMatchObject({
    code: 'ARGUMENT',
    message: expect.stringMatching(message) as string,
  });
});

test('what a network of a zoo says itself is not said of it', () => {
  expect(failureOf(() => loadModel('zoo:cifar10-resnet18-16-linf', { weights: 'ema' })).message).toMatch(
    /^expected no weights: a checkpoint of ours says itself what it is/,
  );
});
