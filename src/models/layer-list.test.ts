/**
 * Networks written out layer by layer.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { noGrad, RandomStream, tidy } from '../engine/index.js';
import { AttackNetwork } from './attack-network/index.js';
import { checkModel, createModel, type LayerListOptions } from './index.js';

leavesNothingAlive();

const layers: LayerListOptions['layers'] = [
  { conv: [1, 4], kernel: 3, stride: 2, padding: 1 },
  { 'batch-norm': 4 },
  'relu',
  { 'max-pool': 2 },
  { conv: [4, 6], kernel: 1, bias: false, name: 'features.last' },
  { 'average-pool': 2, stride: 1 },
  { dropout: 0.5 },
  'flatten',
  { linear: [24, 3], name: 'fc' },
];
const network = (options: LayerListOptions) => createModel({ architecture: 'layers', options }, 1);

test("has the names of nn.Sequential, or the layers' own, and PyTorch's shapes", () => {
  using model = network({ layers });
  const shapes = [...model.stateDict()].map(([name, { shape }]) => `${name} ${shape.join('x')}`);
  expect(shapes).toEqual([
    '0.weight 4x1x3x3',
    '0.bias 4',
    '1.weight 4',
    '1.bias 4',
    '1.running_mean 4',
    '1.running_var 4',
    '1.num_batches_tracked ',
    'features.last.weight 6x4x1x1',
    'fc.weight 3x24',
    'fc.bias 3',
  ]);
});

test('computes its layers one after the other, and is opened by the attack network', () => {
  const model = network({ layers, normalize: { mean: [0.2], std: [0.5] } }).eval();
  tidy(() => {
    const images = new RandomStream('images').uniformTensor([2, 1, 12, 12]);
    const logits = noGrad(() => model.forward(images));
    expect(logits.shape).toEqual([2, 3]);
    expect(noGrad(() => new AttackNetwork(model).forward(images))).toBeAllclose(logits, 1e-5);
    const plain = network({ layers }).eval();
    const normalised = noGrad(() => plain.forward(images.sub(0.2).div(0.5)));
    expect(normalised).toBeAllclose(logits, 1e-5);
    plain.dispose();
  });
  model.dispose();
});

test('strides that make another number of values than the linear layer takes are told in these words', () => {
  using model = network({
    layers: [{ conv: [1, 4], kernel: 3, stride: 1, padding: 1 }, 'flatten', { linear: [64, 3] }],
  });
  tidy(() => {
    const images = new RandomStream('images').uniformTensor([2, 1, 8, 8]);
    expect(() => noGrad(() => model.forward(images))).toThrow(
      'expected 64 values an example for a linear layer, received 256 ([2, 256]). Strides, paddings and pooling before it',
    );
  });
});

describe('what is refused', () => {
  test.each<[string, unknown, RegExp]>([
    ['no layers', {}, /expected a list of at least 1 entry, received nothing/],
    ['an unknown layer', { layers: ['gelu'] }, /layers\.0: expected relu, flatten, .* received "gelu"/],
    ['an unknown option', { layers: [{ linear: [3, 2], biass: true }] }, /biass/],
    ['a size of nothing', { layers: [{ linear: [0, 2] }] }, /layers\.0/],
    ['a name that no state dict has', { layers: [{ linear: [3, 2], name: 'a b' }] }, /layers\.0/],
    ['an unknown field', { layers: ['relu'], layer: [] }, /unknown option `layer`, did you mean `layers`/],
  ])('%s', (_, options, message) => {
    expect(() => checkModel({ architecture: 'layers', options })).toThrow(message);
  });

  test('two layers of one name', () => {
    expect(() => network({ layers: [{ linear: [3, 3] }, { linear: [3, 2], name: '0' }] })).toThrow(
      /two layers are called 0/,
    );
  });
});
