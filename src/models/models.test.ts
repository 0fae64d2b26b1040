/**
 * The architectures: sizes, how they start, what they refuse, and that they leave nothing behind.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { memory, noGrad, ops, RandomStream, SaddlepointError, tidy } from '../engine/index.js';
import { Conv2d, Dropout, Dropout2d, fans, seedDropout, type Module } from '../nn/index.js';
import {
  ARCHITECTURES,
  checkModel,
  createModel,
  modelSchema,
  type ArchitectureName,
  type ModelDescription,
} from './index.js';

/** Without drawing the weights. */
function build(architecture: ArchitectureName, options: object = {}): Module {
  const checked = checkModel({ architecture, options });
  return tidy(() => ARCHITECTURES.get(architecture).create(checked.options));
}

/** Tiny networks of every kind. */
const SMALL: readonly ModelDescription[] = [
  { architecture: 'small-cnn', options: { channels: 3, resolution: 16, width: 4, hidden: 8 } },
  { architecture: 'resnet18', options: { width: 4 } },
  { architecture: 'resnet', options: { width: 4, blocks: [1, 1, 1], bottleneck: true, normalization: 'gn' } },
  { architecture: 'wide-resnet', options: { width: 4, depth: 10, widenFactor: 2 } },
  { architecture: 'wide-resnet', options: { width: 4, depth: 10, widenFactor: 1, shortcutFrom: 'activation' } },
  { architecture: 'preact-resnet18', options: { width: 4, normalize: { mean: [0.5, 0.5, 0.5], std: [1, 2, 3] } } },
  { architecture: 'simplenet', options: { width: 2, resolution: 16, normalization: 'none' } },
];

describe('parameter counts', () => {
  test.each([
    ['resnet18', {}, 11_174_922, 66],
    ['resnet18', { bias: false }, 11_173_962, 62],
    ['resnet20', {}, 4_328_202, 68],
    ['resnet34', {}, 21_283_082, 114],
    ['resnet50', {}, 23_524_746, 166],
    ['wrn-28-10', {}, 20_531_770, 108],
    ['wrn-28-10', { width: 4 }, 2_287_130, 108],
    ['wrn-28-10', { width: 8 }, 9_131_050, 108],
    ['wide-resnet', {}, 36_489_290, 108],
    ['wide-resnet', { bias: false, strideOn: 'first', shortcutFrom: 'activation' }, 36_479_194, 80],
    ['simplenet', {}, 5_498_378, 54],
    ['preact-resnet18', {}, 11_172_170, 56],
    ['preact-resnet18', { finalNormalization: false }, 11_171_146, 54],
  ] as const)('%s %j has %i in %i tensors', (architecture, options, count, tensors) => {
    using model = build(architecture, options);
    expect(model.parameterCount()).toBe(count);
    expect(model.parameters().length).toBe(tensors);
  });

  test.each([
    ['resnet18', 9620],
    ['resnet20', 6293],
    ['resnet34', 17_060],
    ['resnet50', 53_173],
    ['wrn-28-10', 13_489],
    ['simplenet', 9101],
  ] as const)('%s has %i numbers in its buffers', (architecture, count) => {
    using model = build(architecture);
    const all = [...model.stateDict().values()].reduce((sum, tensor) => sum + tensor.numel(), 0);
    expect(all - model.parameterCount()).toBe(count);
  });

  test('the binary form has one logit', () => {
    using model = build('resnet20', { width: 4, classes: 2, singleLogit: true });
    expect(model.stateDict().get('linear.weight')).toHaveShape([1, 16]);
  });
});

describe('the start', () => {
  const statistics = (model: Module, name: string) => {
    const values = model.stateDict().get(name)!.toNumbers();
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    return {
      deviation,
      largest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
      mean,
      count: values.length,
    };
  };
  const expectDeviation = (model: Module, name: string, deviation: number) => {
    const { deviation: received, mean, count } = statistics(model, name);
    expect(Math.abs(received / deviation - 1), name).toBeLessThan(5 / Math.sqrt(2 * count));
    expect(Math.abs(mean), name).toBeLessThan((5 * deviation) / Math.sqrt(count));
  };

  test('ResNet: Kaiming normal by fan-out, last scales zero, last layer by fan-in', () => {
    using model = createModel({ architecture: 'resnet18', options: { width: 16 } }, 1);
    for (const [name, module] of model.modules()) {
      if (!(module instanceof Conv2d)) continue;
      expectDeviation(model, `${name}.weight`, Math.sqrt(2 / fans(module.weight.shape).fanOut));
      if (module.bias !== null) expect(statistics(model, `${name}.bias`).largest).toBe(0);
    }
    expectDeviation(model, 'linear.weight', Math.sqrt(2 / 128));
    for (const name of ['layer1.0', 'layer3.1', 'layer4.1']) {
      expect(statistics(model, `${name}.bn2.weight`).largest).toBe(0);
      expect(statistics(model, `${name}.bn1.weight`).mean).toBe(1);
    }
    expect(statistics(model, 'layer2.0.shortcut.1.weight').mean).toBe(1);
  });

  test('ResNet of bottlenecks: the third scale is zero; and an option turns it off', () => {
    const options = { width: 4, blocks: [1, 1, 1], bottleneck: true };
    using zero = createModel({ architecture: 'resnet', options }, 1);
    using one = createModel({ architecture: 'resnet', options: { ...options, zeroResidual: false } }, 1);
    expect([statistics(zero, 'layer1.0.bn3.weight').mean, statistics(zero, 'layer1.0.bn2.weight').mean]).toEqual([
      0, 1,
    ]);
    expect(statistics(one, 'layer1.0.bn3.weight').mean).toBe(1);
  });

  test("Wide ResNet: fan-out, but PyTorch's default for the shortcuts and their biases", () => {
    using model = createModel({ architecture: 'wide-resnet', options: { width: 12, depth: 10, widenFactor: 10 } }, 1);
    expectDeviation(model, 'layer1.0.conv1.weight', Math.sqrt(2 / (9 * 120)));
    expectDeviation(model, 'layer2.0.conv2.weight', Math.sqrt(2 / (9 * 240)));
    expect(statistics(model, 'layer1.0.conv1.bias').largest).toBe(0);
    for (const part of ['weight', 'bias']) {
      const { largest } = statistics(model, `layer1.0.shortcut.0.${part}`);
      expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(12));
      expect(largest).toBeGreaterThan(0.27);
    }
    expect(statistics(model, 'layer1.0.bn2.weight').mean).toBe(1);
  });

  test('SimpleNet: fan-in', () => {
    using model = createModel({ architecture: 'simplenet', options: { width: 8 } }, 1);
    for (const [name, module] of model.modules()) {
      if (!(module instanceof Conv2d)) continue;
      expectDeviation(model, `${name}.weight`, Math.sqrt(2 / fans(module.weight.shape).fanIn));
      expect(statistics(model, `${name}.bias`).largest).toBe(0);
    }
    expectDeviation(model, 'classifier.weight', Math.sqrt(2 / 32));
  });

  test('a ResNet starts with every block as the identity of its shortcut', () => {
    using model = createModel({ architecture: 'resnet', options: { width: 4, blocks: [1, 1, 1] } }, 1);
    tidy(() => {
      const [, block] = [...model.modules()].find(([name]) => name === 'layer1.0')!;
      const input = ops.arange(2 * 4 * 9, { dtype: 'float32' }).reshape([2, 4, 3, 3]);
      expect(block.forward(input)).toBeAllclose(input.toNumbers());
    });
  });
});

describe('lifetimes', () => {
  const titled = SMALL.map((description) => [JSON.stringify(description), description] as const);

  test.each(titled)('%s leaves alive what it returns, and nothing after dispose', (_, description) => {
    const before = memory().live;
    const model = createModel(description, 1);
    const built = memory().live;
    const images = ops.full([2, 3, 16, 16], 0.5);
    for (const training of [true, false]) {
      const logits = model.train(training).forward(images);
      expect(logits).toHaveShape([2, 10]);
      expect(memory().live).toBe(built + 2);
      logits.dispose();
    }
    expect(images.disposed).toBe(false);
    images.dispose();
    model.dispose();
    expect(memory().live).toBe(before);
  });

  test('without gradients a deep network holds no more than a shallow one', () => {
    const peak = (depth: number) => {
      using model = createModel({ architecture: 'wide-resnet', options: { width: 2, depth, widenFactor: 1 } }, 1);
      const { live } = memory();
      let most = 0;
      for (const [, module] of model.modules()) {
        if (!(module instanceof Conv2d)) continue;
        const forward = module.forward.bind(module);
        module.forward = (input) => {
          most = Math.max(most, memory().live - live);
          return forward(input);
        };
      }
      tidy(() => noGrad(() => model.eval().forward(ops.zeros([1, 3, 8, 8]))));
      return most;
    };
    expect(peak(28)).toBe(peak(10));
    expect(peak(28)).toBeLessThanOrEqual(6);
  });
});

describe('dropout', () => {
  test.each([
    [{ architecture: 'wide-resnet', options: { width: 4, depth: 10, widenFactor: 1, dropout: 0.5 } }, Dropout, 3],
    [{ architecture: 'simplenet', options: { width: 2, dropout: 0.5 } }, Dropout2d, 6],
  ] as [ModelDescription, typeof Dropout, number][])('%j', (description, kind, places) => {
    using model = createModel(description, 1);
    const layers = [...model.modules()].filter(([, module]) => module instanceof kind);
    expect(layers.length).toBe(places);
    tidy(() => {
      const images = ops.full([3, 3, 32, 32], 0.5);
      const indices = ops.arange(3, { dtype: 'int64' });
      expect(() => model.train().forward(images)).toThrow(/call seedDropout/);
      const run = (seed: number) => {
        seedDropout(model, new RandomStream(seed), indices);
        return model.forward(images);
      };
      expect(run(1).equal(run(1))).toBe(true);
      expect(run(2).equal(run(1))).toBe(false);
      expect(model.eval().forward(images).equal(model.forward(images))).toBe(true);
    });
  });
});

describe('refused with code RECIPE before anything is built', () => {
  test.each([
    ['resnet18', { widht: 16 }, /resnet18: unknown option `widht`, did you mean `width`\?/],
    ['resnet18', { blocks: [1, 1, 1, 1] }, /unknown option `blocks`/],
    ['resnet18', { normalization: 'fixedbm' }, /normalization: .*received "fixedbm", did you mean `fixedbn`\?/],
    ['resnet18', { width: 0 }, /width: .*received 0/],
    ['resnet18', { classes: 10, singleLogit: true }, /singleLogit: needs classes: 2/],
    ['resnet18', { normalize: { mean: [0.5], std: [0.5] } }, /normalize: expected a mean and a std for each of 3/],
    ['resnet18', { normalize: { mean: [0, 0, 0], std: [1, 0, 1] } }, /normalize\.std\.1: .*received 0/],
    ['resnet18', { normalization: 'gn', width: 50 }, /width: .*multiple of 16/],
    ['resnet', { blocks: [2, 2] }, /blocks: /],
    ['wrn-28-10', { depth: 34 }, /unknown option `depth`/],
    ['wide-resnet', { depth: 29 }, /depth: expected 6 n \+ 4.*received 29/],
    ['wide-resnet', { strideOn: 'frist' }, /did you mean `first`\?/],
    ['simplenet', { dropout: 1 }, /dropout: .*received 1/],
    ['small-cnn', { resolution: 30 }, /resolution: .*received 30/],
    ['resnet-18', {}, /received "resnet-18"; did you mean resnet18\?/],
    ['toString', {}, /expected an architecture out of small-cnn, resnet18/],
  ])('%s %j', (architecture, options, message) => {
    const before = memory().live;
    const make = () => createModel({ architecture, options }, 1);
    expect(make).toThrow(SaddlepointError);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'RECIPE' }));
    expect(memory().live).toBe(before);
  });

  test('the schema for recipes fills in the defaults and refuses the same', () => {
    expect(modelSchema().parse({ architecture: 'wrn-28-10' })).toEqual(checkModel({ architecture: 'wrn-28-10' }));
    expect(modelSchema().parse({ architecture: 'wrn-28-10' }).options).toMatchObject({
      width: 12,
      dropout: 0,
      clamp: true,
    });
    expect(modelSchema().safeParse({ architecture: 'resnet18', options: { widht: 1 } }).success).toBe(false);
  });
});
