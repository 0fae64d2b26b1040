import { describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { backward, memory, noGrad, ops, tensor, tidy, type Tensor } from '../engine/index.js';
import {
  BatchNorm2d,
  Conv2d,
  Flatten,
  GlobalAveragePool,
  initialize,
  Linear,
  Module,
  Parameter,
  ReLU,
  Sequential,
} from './index.js';

leavesNothingAlive();

/** As a residual network is built: properties, an array of blocks, a chain. */
class Network extends Module {
  readonly conv1 = new Conv2d(1, 2, { kernelSize: 3, padding: 1, bias: false });
  readonly bn1 = new BatchNorm2d(2);
  readonly blocks = [new Conv2d(2, 2, { kernelSize: 1 }), new Conv2d(2, 2, { kernelSize: 1 })];
  readonly head = new Sequential(new ReLU(), new GlobalAveragePool(), new Flatten(), new Linear(2, 3));

  override forward(input: Tensor): Tensor {
    const start = this.bn1.forward(this.conv1.forward(input));
    return this.head.forward(this.blocks.reduce((output, block) => block.forward(output), start));
  }
}

const NAMES = [
  'conv1.weight',
  'bn1.weight',
  'bn1.bias',
  'bn1.running_mean',
  'bn1.running_var',
  'bn1.num_batches_tracked',
  'blocks.0.weight',
  'blocks.0.bias',
  'blocks.1.weight',
  'blocks.1.bias',
  'head.3.weight',
  'head.3.bias',
];

const numbersOf = (model: Module) => [...model.stateDict().values()].map((value) => value.toNumbers());

describe('Module', () => {
  test('names its tensors as PyTorch does, parameters and buffers in the order they were made', () => {
    using model = new Network();
    expect([...model.stateDict().keys()]).toEqual(NAMES);
    const parameters = NAMES.filter((name) => !/running|tracked/.test(name));
    expect([...model.namedParameters()].map(([name]) => name)).toEqual(parameters);
    expect(model.parameters().every((parameter) => parameter instanceof Parameter && parameter.requiresGrad)).toBe(
      true,
    );
    expect(model.parameterCount()).toBe(18 + 4 + 2 * 6 + 9);
    expect(model.stateDict().get('bn1.running_mean')?.requiresGrad).toBe(false);
  });

  test('parameters outlive the scope they are made in, until their module is disposed', () => {
    const before = memory().live;
    const model = tidy(() => new Network());
    expect(memory().live - before).toBe(NAMES.length);
    tidy(() => expect(model.forward(ops.ones([2, 1, 4, 4]))).toHaveShape([2, 3]));
    expect(memory().live - before).toBe(NAMES.length);
    model.dispose();
    expect(memory().live).toBe(before);
  });

  test('train and evaluate reach every module below', () => {
    using model = new Network();
    expect([...model.modules()].every(([, module]) => module.training)).toBe(true);
    expect(model.eval()).toBe(model);
    expect([...model.modules()].some(([, module]) => module.training)).toBe(false);
    model.train();
    expect(model.head.layers.every((layer) => layer.training)).toBe(true);
  });

  test('evaluation mode leaves the running statistics alone; training mode counts batches', () => {
    using model = new Network();
    const run = () =>
      tidy(() =>
        noGrad(() => model.forward(ops.ones([2, 1, 4, 4])))
          .sum()
          .item(),
      );
    const before = numbersOf(model);
    model.eval();
    run();
    expect(numbersOf(model)).toEqual(before);
    model.train();
    run();
    expect(model.bn1.num_batches_tracked.item()).toBe(1);
  });
});

test('zeroGrad forgets the gradients of every parameter below', () => {
  using model = new Network();
  initialize(model, 1);
  tidy(() => {
    backward(model.forward(ops.ones([2, 1, 4, 4])).sum());
    expect(model.parameters().every(({ grad }) => grad !== null)).toBe(true);
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
  });
});

describe('the state dict', () => {
  test('of one model makes another the same', () => {
    using source = initialize(new Network(), 1);
    using target = initialize(new Network(), 2);
    const parameters = target.parameters();
    expect(numbersOf(target)).not.toEqual(numbersOf(source));
    target.loadStateDict(source.stateDict());
    expect(numbersOf(target)).toEqual(numbersOf(source));
    // Copied in, not replaced: an optimizer that holds the parameters still does.
    expect(target.parameters()).toEqual(parameters);
    expect(parameters.every((parameter) => parameter.requiresGrad && !parameter.disposed)).toBe(true);
  });

  test("may lack batch norm's counters, which stay as they are", () => {
    using source = initialize(new Network(), 1);
    using target = initialize(new Network(), 2);
    target.bn1.num_batches_tracked.add_(7);
    const state = new Map(source.stateDict());
    state.delete('bn1.num_batches_tracked');
    target.loadStateDict(state);
    expect(target.bn1.num_batches_tracked.item()).toBe(7);
    expect(target.parameters().map((parameter) => parameter.toNumbers())).toEqual(
      source.parameters().map((parameter) => parameter.toNumbers()),
    );
  });

  test('that does not fit is refused with all that differs, and nothing is copied', () => {
    using model = initialize(new Network(), 1);
    const before = numbersOf(model);
    tidy(() => {
      const state = new Map([...model.stateDict()].map(([name, value]) => [name, ops.zerosLike(value)]));
      state.delete('bn1.bias');
      state.set('head.3.weight', tensor([1, 2]));
      state.set('head.4.weight', tensor([1]));
      const load = () => model.loadStateDict(state);
      expect(load).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
      expect(load).toThrow(/`bn1\.bias` is missing/);
      expect(load).toThrow(/`head\.3\.weight` has shape \[2\], expected \[3, 2\]/);
      expect(load).toThrow(/`head\.4\.weight` is unknown/);
    });
    expect(numbersOf(model)).toEqual(before);
  });

  test('many differences are counted, not all listed', () => {
    using model = new Network();
    expect(() => model.loadStateDict(new Map())).toThrow(/`conv1\.weight` is missing.*and 6 more/);
  });

  test('moving to the device it is on keeps values, names and the wish for gradients', () => {
    using model = initialize(new Network(), 3);
    const before = numbersOf(model);
    model.to('cpu');
    expect(numbersOf(model)).toEqual(before);
    expect(model.parameters().every((parameter) => parameter.requiresGrad)).toBe(true);
  });
});
