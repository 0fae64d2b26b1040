/**
 * The state dict of every architecture tells its own description; what is none of ours is named.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import {
  checkModel,
  createModel,
  describeForeign,
  readNetwork,
  type AskedNetwork,
  type ModelDescription,
} from '../index.js';
import type { NetworkProblem, NetworkReading } from './reading.js';

const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'small-cnn', options: { channels: 3, resolution: 16, width: 4, hidden: 8, classes: 7 } },
  { architecture: 'resnet', options: { width: 4, blocks: [2, 1, 1, 1], classes: 5 } },
  { architecture: 'resnet', options: { width: 4, blocks: [1, 2, 1], bottleneck: true, bias: false } },
  { architecture: 'resnet', options: { width: 4, blocks: [1, 1, 1, 1], stem: 'imagenet', bias: false } },
  { architecture: 'resnet', options: { width: 4, blocks: [1, 1, 1], normalization: 'fixedbn', channels: 1 } },
  {
    architecture: 'resnet',
    options: { width: 4, blocks: [1, 1, 1], normalization: 'gn', classes: 2, singleLogit: true },
  },
  {
    architecture: 'wide-resnet',
    options: { width: 4, depth: 16, widenFactor: 3, strideOn: 'second', shortcutFrom: 'input' },
  },
  { architecture: 'preact-resnet18', options: { width: 4, bias: true } },
  { architecture: 'simplenet', options: { width: 2, resolution: 32, bias: false } },
  { architecture: 'simplenet', options: { width: 2, resolution: 24, channels: 1 } },
];

function shapesOf(description: ModelDescription): Map<string, { shape: readonly number[] }> {
  using model = createModel(description, 0);
  return new Map([...model.stateDict()].map(([name, { shape }]) => [name, { shape }]));
}

describe('its own description', () => {
  test.each(NETWORKS.map((each) => [`${each.architecture} ${JSON.stringify(each.options)}`, each] as const))(
    '%s',
    (_, description) => {
      const { architecture, options, open } = readNetwork(shapesOf(description)) as NetworkReading;
      expect(open).toEqual([]);
      expect(checkModel({ architecture, options })).toEqual(checkModel(description));
    },
  );
});

test('images of several sizes have the same SimpleNet: the smallest is taken, and any other may be said', () => {
  using model = createModel({ architecture: 'simplenet', options: { width: 2, resolution: 28, channels: 1 } }, 0);
  const state = { tensors: model.stateDict(), normalization: undefined };
  const resolutionOf = (asked: AskedNetwork) =>
    (describeForeign('net.pt', state, asked).description.options as { resolution?: number }).resolution;
  expect(resolutionOf({})).toBe(24);
  expect(resolutionOf({ options: { resolution: 28 } })).toBe(28);
});

describe('none of ours', () => {
  const changed = (change: (shapes: Map<string, { shape: readonly number[] }>) => void): string => {
    const shapes = shapesOf({
      architecture: 'resnet',
      options: { width: 8, blocks: [1, 1, 1, 1], bottleneck: true, bias: false },
    });
    change(shapes);
    return (readNetwork(shapes) as NetworkProblem).problem;
  };

  test.each<[string, (shapes: Map<string, { shape: readonly number[] }>) => void, RegExp]>([
    ['grouped convolutions', (shapes) => shapes.set('layer1.0.conv2.weight', { shape: [8, 2, 3, 3] }), /ResNeXt/],
    [
      'a stem of 5 × 5',
      (shapes) => shapes.set('conv1.weight', { shape: [8, 3, 5, 5] }),
      /5 × 5, ours of 3 × 3 or 7 × 7/,
    ],
    [
      'a wider stage',
      (shapes) => shapes.set('layer3.0.conv1.weight', { shape: [64, 64, 1, 1] }),
      /its stages have 8, 16, 64, 64 channels/,
    ],
    [
      'a pooled shortcut',
      (shapes) => shapes.set('layer4.0.shortcut.1.weight', { shape: [256, 128, 1, 1] }),
      /ResNet-D/,
    ],
    ['a shortcut without weights', (shapes) => shapes.delete('layer4.0.shortcut.0.weight'), /option A/],
  ])('%s', (_, change, problem) => {
    expect(changed(change)).toMatch(problem);
  });
});

describe("DeepMind's Wide ResNets of full size, by their names", () => {
  const norm = (name: string, channels: number) =>
    ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]] as const);
  const convolution = (name: string, outputs: number, inputs: number, kernel: number) =>
    [[`${name}.weight`, [outputs, inputs, kernel, kernel]]] as const;

  function shapes(depth: number, widen: number, classes: number): Map<string, { shape: readonly number[] }> {
    const all: (readonly [string, readonly number[]])[] = [...convolution('init_conv', 16, 3, 3)];
    let inputs = 16;
    for (const group of [0, 1, 2]) {
      const outputs = 16 * widen * 2 ** group;
      for (let i = 0; i < (depth - 4) / 6; i += 1) {
        const block = `layer.${group}.block.${i}`;
        all.push(...norm(`${block}.batchnorm_0`, inputs), ...convolution(`${block}.conv_0`, outputs, inputs, 3));
        all.push(...norm(`${block}.batchnorm_1`, outputs), ...convolution(`${block}.conv_1`, outputs, outputs, 3));
        if (inputs !== outputs) all.push(...convolution(`${block}.shortcut`, outputs, inputs, 1));
        inputs = outputs;
      }
    }
    all.push(...norm('batchnorm', inputs), ['logits.weight', [classes, inputs]], ['logits.bias', [classes]]);
    return new Map(all.map(([name, shape]) => [name, { shape }]));
  }

  test.each([
    [28, 10, 10],
    [34, 20, 10],
    [70, 16, 100],
    [106, 16, 10],
  ])('%i-%i, %i classes', (depth, widenFactor, classes) => {
    const { architecture, options, open, normalizesImages } = readNetwork(
      shapes(depth, widenFactor, classes),
    ) as NetworkReading;
    expect({ architecture, open, normalizesImages }).toEqual({
      architecture: 'wide-resnet',
      open: [],
      normalizesImages: true,
    });
    expect(options).toMatchObject({ depth, widenFactor, width: 16, classes, activation: 'silu', padding: 'end' });
  });
});

test('without a final normalisation nothing tells where the shortcuts of a pre-activation ResNet begin', () => {
  const options = { width: 4, blocks: [1, 2, 1, 1], finalNormalization: false };
  const reading = readNetwork(shapesOf({ architecture: 'preact-resnet18', options })) as NetworkReading;
  expect(reading.open.map(({ name }) => name)).toEqual(['shortcutFrom']);
  expect(checkModel(reading)).toEqual(checkModel({ architecture: 'preact-resnet18', options }));
});

test('without normalisation between the layers nothing tells whether it comes before the convolutions', () => {
  const shapes = shapesOf({ architecture: 'simplenet', options: { width: 2, normalization: 'none' } });
  const { open } = readNetwork(shapes) as NetworkReading;
  expect(open.map(({ name }) => name)).toEqual(['normalization']);
});
