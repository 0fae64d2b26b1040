/**
 * That bounds hold for every small network: whatever images within the budget do to the logits stays between them; and
 * that CROWN's are the tighter ones where they are meant to be.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import { backward, noGrad, ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { Flatten, GroupNorm, Linear, Module, ReLU, Sequential, initialize, StateBuffer } from '../../nn/index.js';
import { createModel, type ModelDescription } from '../index.js';
import {
  BOUND_RULES,
  certified,
  crownMargins,
  defineBoundRule,
  imageBox,
  intervalBounds,
  intervalMargins,
} from './index.js';

leavesNothingAlive();

const normalize = { mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3] };
const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'small-cnn', options: { channels: 3, resolution: 8, width: 4, hidden: 8, classes: 5 } },
  { architecture: 'resnet18', options: { width: 2, zeroResidual: false, classes: 5 } },
  { architecture: 'resnet', options: { width: 2, blocks: [1, 1, 1], bottleneck: true, zeroResidual: false } },
  { architecture: 'resnet20', options: { width: 2, classes: 2, singleLogit: true } },
  { architecture: 'wide-resnet', options: { width: 2, depth: 10, widenFactor: 2, dropout: 0.5 } },
  { architecture: 'wide-resnet', options: { width: 2, depth: 10, widenFactor: 1, shortcutFrom: 'activation' } },
  { architecture: 'preact-resnet18', options: { width: 2, normalize } },
  { architecture: 'simplenet', options: { width: 2, resolution: 16, dropout: 0.1, normalize } },
  {
    architecture: 'layers',
    options: {
      layers: [
        { conv: [3, 4], kernel: 3, padding: 1 },
        { 'batch-norm': 4 },
        'relu',
        { 'average-pool': 2 },
        { conv: [4, 6], kernel: 3, stride: 2, bias: false },
        'relu',
        'flatten',
        { linear: [6, 6] },
        'relu',
        { linear: [6, 4] },
      ],
      normalize,
    },
  },
];
const titled = NETWORKS.map((one) => [`${one.architecture} ${JSON.stringify(one.options).slice(0, 60)}`, one] as const);
const sideOf = ({ architecture }: ModelDescription) => (architecture === 'simplenet' ? 16 : 8);
const isFeedForward = ({ architecture }: ModelDescription) => ['small-cnn', 'layers'].includes(architecture);

/** A network in evaluation mode whose batch statistics are no trivial ones. */
function networkOf(description: ModelDescription): Module {
  const model = createModel(description, 3);
  noGrad(() => {
    for (const [name, value] of model.stateDict()) {
      if (!(value instanceof StateBuffer) || value.dtype !== 'float32') continue;
      const drawn = tidy(() => new RandomStream(5, name).uniformTensor(value.shape));
      value.copy_(drawn);
      value.mul_(0.5).add_(name.endsWith('running_var') ? 0.5 : -0.25);
      drawn.dispose();
    }
  });
  return model.eval();
}

const imagesOf = (description: ModelDescription, count: number) =>
  new RandomStream(7).uniformTensor([count, 3, sideOf(description), sideOf(description)]);

/** Images of the box: a tenth at corners, the others anywhere. Float32, as attacks make them. */
function moved(images: Tensor, epsilon: number, round: number): Tensor {
  const noise = new RandomStream(11, String(round)).uniformTensor(images.shape).mul(2).sub(1);
  const shift = (round % 2 === 0 ? noise.sign() : noise).mul(epsilon);
  return images.add(shift).clamp({ min: 0, max: 1 });
}

/** Images whose logits push one difference of logits as far as signed gradients go. */
function attacked(model: Module, images: Tensor, labels: Tensor, epsilon: number): Tensor {
  let current = images;
  for (let step = 0; step < 10; step += 1) {
    const point = current.detach();
    point.requiresGrad = true;
    const logits = model.forward(point);
    backward(logits.size(1) === 1 ? logits.sum() : logits.gather(1, labels.unsqueeze(1)).sum().neg().add(logits.sum()));
    const direction = point.grad!.sign();
    current = noGrad(() =>
      images.add(
        point
          .add(direction.mul(epsilon / 4))
          .sub(images)
          .clamp({ min: -epsilon, max: epsilon }),
      ),
    ).clamp({ min: 0, max: 1 });
  }
  return current;
}

/** z_y − z_j of logits, as margins have them. */
function marginsOfLogits(logits: Tensor, labels: Tensor): Tensor {
  const both = logits.size(1) === 1 ? ops.cat([logits.div(-2), logits.div(2)], { dim: 1 }) : logits;
  return both.gather(1, labels.unsqueeze(1)).sub(both);
}

describe.each(titled)('%s', (_, description) => {
  test.each([
    [10_000, 0.02],
    [1000, 0],
    [1000, 0.2],
  ])('%i images within %f stay within the bounds', (total, epsilon) => {
    using model = networkOf(description);
    tidy(() => {
      const images = imagesOf(description, 100);
      const box = noGrad(() => intervalBounds(model, imageBox(images, epsilon, 'float64')));
      const classes = Math.max(2, box.lower.size(1));
      const labels = ops.arange(100, { dtype: 'int64' }).remainder(classes);
      const margins = noGrad(() => intervalMargins(model, imageBox(images, epsilon, 'float64'), labels));
      for (let round = 0; round < total / 100; round += 1) {
        tidy(() => {
          const near =
            round < total / 100 - 2 ? moved(images, epsilon, round) : attacked(model, images, labels, epsilon);
          const logits = noGrad(() => model.forward(near)).to({ dtype: 'float64' });
          expect(logits.ge(box.lower).all().item() && logits.le(box.upper).all().item(), `round ${round}`).toBeTruthy();
          const least = marginsOfLogits(logits, labels).sub(margins).min().item();
          expect(least).toBeGreaterThanOrEqual(0);
        });
      }
    });
  });

  test('of a box without width are the logits, to rounding', () => {
    using model = networkOf(description);
    tidy(() => {
      const images = imagesOf(description, 4);
      const box = noGrad(() => intervalBounds(model, { lower: images, upper: images }));
      const logits = noGrad(() => model.forward(images));
      expect(box.lower).toBeAllclose(logits, 1e-5);
      expect(box.upper).toBeAllclose(logits, 1e-5);
    });
  });
});

describe.each(titled.filter(([, one]) => one.architecture !== 'simplenet'))('CROWN of %s', (_, description) => {
  test.each([0.002, 0.02])('margins of images within %f stay above its bounds', (epsilon) => {
    using model = networkOf(description);
    tidy(() => {
      const images = imagesOf(description, 10);
      const box = imageBox(images, epsilon, 'float64');
      const classes = noGrad(() => Math.max(2, model.forward(images).size(1)));
      const labels = ops.arange(10, { dtype: 'int64' }).remainder(classes);
      const bounds = [false, true].map((refine) => noGrad(() => crownMargins(model, box, labels, { refine })));
      for (let round = 0; round < 50; round += 1) {
        tidy(() => {
          const near = round < 45 ? moved(images, epsilon, round) : attacked(model, images, labels, epsilon);
          const margins = marginsOfLogits(noGrad(() => model.forward(near)).to({ dtype: 'float64' }), labels);
          for (const bound of bounds) expect(margins.sub(bound).min().item()).toBeGreaterThanOrEqual(0);
        });
      }
      const [plain, refined] = bounds.map((each) => each.mean().item()) as [number, number];
      expect(refined).toBeGreaterThanOrEqual(plain);
      const interval = noGrad(() => intervalMargins(model, box, labels))
        .mean()
        .item();
      if (isFeedForward(description)) expect(refined).toBeGreaterThan(interval);
    });
  });
});

test('CROWN of an affine network is exact', () => {
  const layer = new Linear(12, 3);
  using model = initialize(new Sequential(new Flatten(), layer), 1);
  tidy(() => {
    const images = new RandomStream(2).uniformTensor([2, 3, 2, 2]).mul(0.5).add(0.25);
    const labels = tensor([0, 2], { dtype: 'int64' });
    const { weight } = layer;
    const reach = weight.indexSelect(0, labels).unsqueeze(1).sub(weight).abs().sum([2]).mul(0.1);
    const exact = marginsOfLogits(model.forward(images), labels).sub(reach);
    expect(crownMargins(model, imageBox(images, 0.1), labels)).toBeAllclose(exact, 1e-5);
    expect(intervalMargins(model, imageBox(images, 0.1), labels)).toBeAllclose(exact, 1e-5);
  });
});

test('an image is certified where every other class stays below its own', () => {
  tidy(() => {
    const margins = tensor([
      [0, 0.1],
      [0.1, 0],
      [0, 0],
      [NaN, 0],
    ]); // prettier keeps a row an example
    expect(certified(margins, tensor([0, 1, 0, 1], { dtype: 'int64' })).toNumbers()).toEqual([1, 1, 0, 0]);
  });
});

test('the gradient of margins is that of finite differences', () => {
  using model = networkOf(NETWORKS[8]!);
  tidy(() => {
    const images = imagesOf(NETWORKS[8]!, 3);
    const labels = tensor([0, 1, 3], { dtype: 'int64' });
    const value = () => intervalMargins(model, imageBox(images, 0.1), labels);
    backward(value().mean());
    for (const [name, parameter] of model.namedParameters()) {
      const gradient = parameter.grad!;
      const length = gradient.norm().item();
      if (length === 0) continue;
      const direction = gradient.div(length);
      const at = (shift: number) =>
        noGrad(() => {
          parameter.add_(direction, { alpha: shift });
          const there = value().to({ dtype: 'float64' }).mean().item();
          parameter.add_(direction, { alpha: -shift });
          return there;
        });
      const step = 2e-3;
      expect((at(step) - at(-step)) / (2 * step) / length, name).toBeCloseTo(1, 1);
    }
    for (const parameter of model.parameters()) parameter.grad?.dispose();
  });
});

describe('refused', () => {
  test('a layer without a rule, by its name', () => {
    using model = initialize(new Sequential(new GroupNorm(1, 2), new Flatten(), new Linear(8, 2)), 1);
    tidy(() => {
      const box = imageBox(ops.full([1, 2, 2, 2], 0.5), 0.1);
      expect(() => intervalBounds(model, box)).toThrow(/received 0 \(GroupNorm\); add a rule to BOUND_RULES/);
    });
  });

  test('a layer that computes something else than its class', () => {
    using model = initialize(new Sequential(new Flatten(), new Linear(4, 2)), 1);
    const layer = new ReLU();
    layer.forward = (input) => input.neg();
    using changed = new Sequential(layer, model);
    tidy(() => {
      expect(() => intervalBounds(changed, imageBox(ops.zeros([1, 1, 2, 2]), 0.1))).toThrow(/received 0 \(ReLU\)/);
    });
  });

  test('a layer between no two lines, by CROWN alone', () => {
    using model = networkOf(NETWORKS[7]!);
    tidy(() => {
      const box = imageBox(imagesOf(NETWORKS[7]!, 1), 0.1);
      expect(() => crownMargins(model, box, tensor([0], { dtype: 'int64' }))).toThrow(/received .*\(MaxPool2d\)/);
    });
  });

  test('a box whose ends are the wrong way round, or a budget below zero', () => {
    using model = initialize(new Sequential(new Flatten(), new Linear(4, 2)), 1);
    tidy(() => {
      const [zeros, ones] = [ops.zeros([1, 1, 2, 2]), ops.ones([1, 1, 2, 2])];
      expect(() => intervalBounds(model, { lower: ones, upper: zeros })).toThrow(/at most the upper ones/);
      expect(() => intervalBounds(model, { lower: zeros, upper: ops.ones([1, 4]) })).toThrow(/of one shape/);
      expect(() => imageBox(zeros, -0.1)).toThrow(/epsilon/);
    });
  });
});

/** 1 / (1 + e^−x) */
class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

test("a program's own layer brings its rule", () => {
  const network = () => initialize(new Sequential(new Flatten(), new Linear(4, 3), new Sigmoid(), new Linear(3, 2)), 1);
  using model = network();
  tidy(() => {
    const images = new RandomStream(1).uniformTensor([5, 1, 2, 2]);
    const box = imageBox(images, 0.1);
    expect(() => intervalBounds(model, box)).toThrow(/Sigmoid/);
    BOUND_RULES.add(
      'sigmoid',
      defineBoundRule({
        layer: Sigmoid,
        interval: (layer, { lower, upper }) => ({ lower: layer.forward(lower), upper: layer.forward(upper) }),
      }),
    );
    const { lower, upper } = noGrad(() => intervalBounds(model, box));
    const logits = noGrad(() => model.forward(images));
    expect(logits.ge(lower).all().item() && logits.le(upper).all().item()).toBeTruthy();
  });
});
