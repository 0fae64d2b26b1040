import { expect, test } from 'vitest';
import { draftLayers } from './draft-layers.js';

test('what has weights is in the draft, under its own name; what has none is left to whoever knows it', () => {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'conv1.weight': [16, 3, 4, 4],
    'conv1.bias': [16],
    'bn1.weight': [16],
    'bn1.running_mean': [16],
    'head.fc.weight': [10, 256],
    scale: [1],
  };
  expect(draftLayers(new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape }])))).toEqual([
    { conv: [3, 16], kernel: 4, stride: 1, padding: 1, name: 'conv1' },
    { 'batch-norm': 16, name: 'bn1' },
    { linear: [256, 10], bias: false, name: 'head.fc' },
  ]);
});
