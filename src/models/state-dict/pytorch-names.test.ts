import { expect, test } from 'vitest';
import { renamePyTorchState } from './index.js';

const renamed = (...names: string[]) => [...renamePyTorchState(new Map(names.map((name) => [name, 1]))).keys()];

test('the names of other implementations become ours', () => {
  expect(renamed('conv1.weight', 'layer1.0.downsample.0.weight', 'fc.bias')).toEqual([
    'conv1.weight',
    'layer1.0.shortcut.0.weight',
    'linear.bias',
  ]);
  expect(
    renamed(
      'module.block2.layer.3.bn1.weight',
      'module.block1.layer.0.convShortcut.weight',
      'module.sub_block1.layer.0.conv1.weight',
    ),
  ).toEqual(['layer2.3.bn1.weight', 'layer1.0.shortcut.0.weight']);
});

test('our own names stay, in their order', () => {
  const names = [
    'conv1.weight',
    'layer1.0.bn1.running_mean',
    'layer2.0.shortcut.1.bias',
    'bn.weight',
    'features.0.weight',
    'classifier.bias',
  ];
  expect(renamed(...names)).toEqual(names);
});

test('two names that become one are refused', () => {
  expect(() => renamed('fc.weight', 'linear.weight')).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
});
