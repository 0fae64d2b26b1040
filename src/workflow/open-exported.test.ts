/**
 * What may be said of an exported network, and that the file is named where it cannot be computed.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { exportedBytes, exportedFile, withValues } from '../../test/support/exported.js';
import { failureOf } from '../../test/support/failure.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import '../../test/support/matchers.js';
import { noGrad, ops, tidy } from '../engine/index.js';
import { askedNetwork, type NetworkOptions } from './network-options.js';
import { openExported } from './open-exported.js';

leavesNothingAlive();

const sound = () => exportedFile(exportedBytes('small-residual.dynamic'));
const open = (path: string, options: NetworkOptions = {}) => openExported(path, askedNetwork(options));

test('a normalisation comes before the program', () => {
  const { model: plain } = open(sound());
  const { model: normalizing, normalizationKnown } = open(sound(), { mean: [0.5, 0.25, 0.5], std: [0.5, 0.5, 0.25] });
  expect(normalizationKnown).toBe(true);
  tidy(() => {
    const images = ops.full([1, 3, 6, 6], 0.75, { dtype: 'float32' });
    const normalized = ops.cat(
      [0.5, 1, 1].map((value) => ops.full([1, 1, 6, 6], value, { dtype: 'float32' })),
      1,
    );
    const [received, wanted] = noGrad(() => [normalizing.forward(images), plain.forward(normalized)]);
    expect(received).toBeAllclose(wanted, 1e-6);
  });
  for (const model of [plain, normalizing]) model.dispose();
});

test('that the program normalises is seen in it', () => {
  const known = (name: string) => {
    const { model, normalizationKnown } = open(exportedFile(exportedBytes(name)));
    model.dispose();
    return normalizationKnown;
  };
  expect([known('small-constants.dynamic'), known('small-residual.dynamic')]).toEqual([true, false]);
});

test('nothing else is said of it', () => {
  const path = sound();
  const { code, message } = failureOf(() => open(path, { architecture: 'resnet18' }));
  expect([code, message]).toEqual([
    'ARGUMENT',
    expect.stringContaining(`expected no resnet18 for ${path}: an exported`),
  ]);
});

test('an operator that this LibTorch has not is refused by its name, and the file by its own', () => {
  const target = ['graph_module', 'graph', 'nodes', 2, 'target'];
  const path = withValues('small-residual.dynamic', 'model.json', [[target, 'torch.ops.aten.relu.hyper']]);
  const { code, message } = failureOf(() => open(path));
  expect([code, message]).toEqual([
    'CHECKPOINT',
    `${path} cannot be computed here: it has the operator aten.relu.hyper, which this LibTorch has not. ` +
      'A newer one may have it',
  ]);
});

test('it is opened again from its description, as worker threads do', () => {
  const path = sound();
  const { model, description, source, loadAs } = open(path);
  const again = [loadAs(description), source.load!()];
  tidy(() => {
    const images = ops.full([3, 3, 6, 6], 0.75, { dtype: 'float32' });
    const [wanted, ...received] = noGrad(() => [model, ...again].map((each) => each.forward(images)));
    for (const logits of received) expect(logits).toBeAllclose(wanted!, 0);
  });
  for (const each of [model, ...again]) each.dispose();
});
