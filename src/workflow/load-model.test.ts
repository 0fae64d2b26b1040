/**
 * A network from wherever it lies.
 *
 * @module
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { loadDataset } from '../data/index.js';
import { writeSafetensors } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { saveModel } from '../training/index.js';
import { loadModel } from './load-model.js';

leavesNothingAlive();

const description: ModelDescription = { architecture: 'resnet18', options: { width: 2, bias: false } };
const file = (name: string) => join(temporaryFolder(), name);

test('a checkpoint of ours says itself what it is', () => {
  using model = createModel(description, 3);
  const path = file('ours.safetensors');
  saveModel(path, model, description);
  const loaded = loadModel(path);
  expect(loaded.description.architecture).toBe('resnet18');
  expect(loaded.model.parameters()[0]!.toNumbers()).toEqual(model.parameters()[0]!.toNumbers());
  loaded.model.dispose();
});

test("of anybody's weights, names and shapes tell the network; what is assumed is said", () => {
  using model = createModel(description, 3);
  const path = file('theirs.safetensors');
  writeSafetensors(path, model.stateDict());
  const loaded = loadModel(path);
  expect(loaded.description).toMatchObject({ architecture: 'resnet18', options: { width: 2, bias: false } });
  expect(loaded.notes.join(' ')).toMatch(/assumed|taken/);
  loaded.model.dispose();
});

test('nothing at a path, and another network than it is, are told', () => {
  expect(failureOf(() => loadModel('nowhere.pt')).message).toMatch(
    /expected a run folder or a file of weights at nowhere\.pt/,
  );
  using model = createModel(description, 3);
  const path = file('theirs.safetensors');
  writeSafetensors(path, model.stateDict());
  expect(failureOf(() => loadModel(path, { architecture: 'resnet18', options: { width: 4 } })).message).toMatch(
    /width/,
  );
});

test('a file may be named without its ending', () => {
  using model = createModel(description, 3);
  const path = file('ours.safetensors');
  saveModel(path, model, description);
  loadModel(path.replace('.safetensors', '')).model.dispose();
});

test.each<[string, unknown, string, RegExp]>([
  ['nothing', undefined, 'ARGUMENT', /expected the path of a run folder or a file of weights, received undefined/],
  [
    'a folder without a run',
    temporaryFolder(),
    'CHECKPOINT',
    /expected a run folder, with its recipe.yaml, .* found a folder/,
  ],
])('%s is refused in one sentence', (_, path, code, message) => {
  expect(failureOf(() => loadModel(path as string))).toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});

test('a data set that is nearly called so is named', () => {
  expect(() => loadDataset('cifar10')).toThrow(/a data set.*cifar10.*did you mean cifar-10\?/);
});
