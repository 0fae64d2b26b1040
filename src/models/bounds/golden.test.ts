/**
 * Bounds and their gradients against an independent implementation in PyTorch.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { readGolden, unpack } from '../../../test/support/golden.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { backward, noGrad, ops, tidy, zeroGrad, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { LayerList } from '../index.js';
import { crownMargins, imageBox, intervalBounds, intervalMargins, type Box } from './index.js';

interface Case {
  readonly state: Readonly<Record<string, PackedTensor>>;
  readonly images: PackedTensor;
  readonly labels: PackedTensor;
  readonly epsilon: number;
  readonly logits: readonly [PackedTensor, PackedTensor];
  readonly margins: Readonly<Record<'interval' | 'crownIbp' | 'crown', PackedTensor>>;
  readonly gradients: Readonly<Record<'interval' | 'crownIbp', Readonly<Record<string, PackedTensor>>>>;
}

leavesNothingAlive();

const [golden] = readGolden<Case>('bounds').cases as [Case];
const BOUNDS = {
  interval: intervalMargins,
  crownIbp: (model: Module, box: Box, labels: Tensor) => crownMargins(model, box, labels, { differentiable: true }),
  crown: (model: Module, box: Box, labels: Tensor) => crownMargins(model, box, labels, { refine: true }),
};

function withNetwork(look: (model: Module, images: Tensor, labels: Tensor) => void): void {
  const conv = (channels: [number, number], kernel: number, stride: number) => ({
    conv: channels,
    kernel,
    stride,
    padding: 1,
  });
  using model = new LayerList({
    layers: [
      conv([2, 3], 3, 1),
      { 'batch-norm': 3 },
      'relu',
      conv([3, 4], 4, 2),
      'relu',
      'flatten',
      { linear: [36, 8] },
      'relu',
      { linear: [8, 4] },
    ],
  });
  tidy(() => {
    model.loadStateDict(new Map(Object.entries(golden.state).map(([name, value]) => [name, unpack(value)])));
    look(model.eval(), unpack(golden.images), unpack(golden.labels));
    zeroGrad(model.parameters());
  });
}

test('logits and margins', () =>
  withNetwork((model, images, labels) => {
    const { lower, upper } = noGrad(() => intervalBounds(model, imageBox(images, golden.epsilon)));
    const [least, most] = golden.logits.map((end) => unpack(end).toNumbers()) as [number[], number[]];
    expect(lower).toBeAllclose(least, 1e-5);
    expect(upper).toBeAllclose(most, 1e-5);
    for (const [name, bounds] of Object.entries(BOUNDS)) {
      const margins = bounds(model, imageBox(images, golden.epsilon), labels);
      expect(margins, name).toBeAllclose(unpack(golden.margins[name as keyof typeof BOUNDS]).toNumbers(), 1e-5);
    }
  }));

test('in float64 every lower bound is below the exact one, by its slack', () =>
  withNetwork((model, images, labels) => {
    const others = ops.ones([3, 4], { dtype: 'float64' }).scatter(1, labels.unsqueeze(1), 0).gt(0);
    for (const [name, bounds] of Object.entries(BOUNDS)) {
      const margins = bounds(model, imageBox(images, golden.epsilon, 'float64'), labels);
      const slack = unpack(golden.margins[name as keyof typeof BOUNDS])
        .sub(margins)
        .maskedSelect(others);
      expect(slack.min().item()).toBeGreaterThan(0);
      expect(slack.max().item()).toBeLessThan(1e-3);
    }
  }));

test.each(['interval', 'crownIbp'] as const)('the gradient of the mean margin by %s', (name) =>
  withNetwork((model, images, labels) => {
    backward(BOUNDS[name](model, imageBox(images, golden.epsilon), labels).mean());
    for (const [path, parameter] of model.namedParameters()) {
      expect(parameter.grad, path).toBeAllclose(unpack(golden.gradients[name][path]!), 1e-3);
    }
  }),
);
