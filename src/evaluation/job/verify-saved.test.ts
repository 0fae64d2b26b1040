/**
 * The number issued is counted from the files: the adversarial images as they were written, and the network as its file
 * has it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Split } from '../../data/index.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { hashModel } from '../provenance/index.js';
import { runEvaluationJob, type EvaluationJobOptions } from './index.js';
import { smallJob, smallNetwork, withSmallNetwork } from './job.test-helper.js';
import { EvaluationStore } from './store.js';

let model: Module;
let split: Split;
let folder: string;
withSmallNetwork((made) => {
  ({ model, split, folder } = made);
});

const evaluate = (changes: Partial<EvaluationJobOptions> = {}) =>
  runEvaluationJob({ ...smallJob(model, split, folder), preflight: false, ...changes });

test('names network, data, attack with all parameters, order, seed, engine and version', async () => {
  const source = { file: 'runs/x/checkpoints/best.safetensors', checkpoint: 'best', load: () => smallNetwork() };
  const { result, finish } = await evaluate({ source, seed: 7 });
  finish();
  const data = { name: 'made up', selection: 'test[0:40]', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string };
  expect(result.of).toEqual({
    network: {
      weights: hashModel(model),
      architecture: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      file: source.file,
      checkpoint: 'best',
    },
    data,
    engine: {
      saddlepoint: expect.stringMatching(/^\d+\./) as string,
      libtorch: expect.stringMatching(/^\d+\.\d+.* \(\w+\)$/) as string,
      device: 'cpu',
      backend: 'plain',
    },
  });
  const settings = { name: 'made-up', epsilon: 0.06, stages: ['first', 'square', 'last'] };
  expect(result.attacks.autoattack).toMatchObject({
    version: 'standard',
    of: { settings, order: 'exact', seed: 7, data },
  });
  expect(result.verified?.network).toBe('file');
});

test('asks the network that its file holds, and says where none is known', async () => {
  let read = 0;
  const load = () => {
    read += 1;
    return smallNetwork();
  };
  const { result, finish } = await evaluate({ source: { load } });
  finish();
  expect([read, result.verified?.network]).toEqual([1, 'file']);
  const without = await evaluate();
  without.finish();
  expect(without.result.verified?.network).toBe('memory');
});

test('issues nothing where the file holds another network by now, and keeps the state', async () => {
  const source = { file: 'best.safetensors', load: () => smallNetwork(9) };
  await expect(evaluate({ source })).rejects.toMatchObject({
    code: 'EVALUATION',
    message: expect.stringMatching(/expected best\.safetensors to hold the network that was attacked/) as string,
  });
  expect(existsSync(join(folder, 'state.json'))).toBe(true);
});

/** Changes the file between its writing and its reading. */
function tamper(change: (tensors: Map<string, Tensor>) => void): () => void {
  const original = Object.getOwnPropertyDescriptor(EvaluationStore.prototype, 'saveAdversarial')!;
  EvaluationStore.prototype.saveAdversarial = function (this: EvaluationStore, tensors, metadata) {
    const path = (original.value as typeof EvaluationStore.prototype.saveAdversarial).call(this, tensors, metadata);
    const read = new Map(readSafetensors(path).tensors);
    const before = [...read.values()];
    change(read);
    writeSafetensors(path, read, metadata);
    for (const tensor of new Set([...before, ...read.values()])) tensor.dispose();
    return path;
  };
  return () => {
    Object.defineProperty(EvaluationStore.prototype, 'saveAdversarial', original);
  };
}

test.each<[string, RegExp, (tensors: Map<string, Tensor>) => void]>([
  [
    'images that fool nobody',
    /otherwise under attack/,
    (tensors) =>
      tensors.set(
        'images',
        tensors
          .get('images')!
          .mul(0)
          .add(split.images.to({ dtype: 'float32' }).div(255)),
      ),
  ],
  [
    'images outside of the budget',
    /within linf distance 0\.06/,
    (tensors) => tensors.set('images', tensors.get('images')!.mul(0).add(0.5)),
  ],
  [
    'other labels',
    /not of these examples, its labels are others/,
    (tensors) => tensors.set('labels', tensors.get('labels')!.add(1)),
  ],
  ['other indices', /its indices are others/, (tensors) => tensors.set('indices', tensors.get('indices')!.add(1))],
  ['a part missing', /it has no fooled_by/, (tensors) => tensors.delete('fooled_by')],
])('reads the images back from their file: %s', async (_, message, change) => {
  const restore = tamper(change);
  try {
    await expect(evaluate()).rejects.toMatchObject({
      code: 'EVALUATION',
      message: expect.stringMatching(message) as string,
    });
  } finally {
    restore();
  }
});
