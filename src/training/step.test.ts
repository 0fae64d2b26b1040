/**
 * One step of standard and of adversarial training.
 *
 * @module
 */
import { beforeEach, afterEach, describe, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { Attack, attackOf, linf, OBJECTIVES, type AttackResult, type AttackContext } from '../attacks/index.js';
import { createAugmentation, gatherBatch, type Batch, type Dataset } from '../data/index.js';
import { keep, ops, RandomStream, SaddlepointError, tensor, tidy, type Tensor } from '../engine/index.js';
import { PLAIN_BACKEND, type FrozenBackend } from '../models/attack-network/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { Chain, chain, crossEntropy, type Module } from '../nn/index.js';
import { constant, Sgd } from '../optim/index.js';
import {
  DirectAttacker,
  madry,
  standard,
  TrainingStep,
  type LossInputs,
  type TrainingLoss,
  type TrainingStepOptions,
} from './index.js';
import { madeUpDataset } from './made-up.test-helper.js';

let dataset: Dataset & Disposable;
let model: Module;
let optimizer: Sgd;
let batch: Batch;
let options: TrainingStepOptions;
const position = { step: 0, epoch: 0 };
const description: ModelDescription = {
  architecture: 'small-cnn',
  options: { resolution: 8, width: 4, hidden: 16, classes: 4 },
};
const pgd = attackOf({ name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 3 });

leavesNothingAlive();
beforeEach(() => {
  dataset = madeUpDataset();
  model = createModel(description, 1);
  optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
  batch = tidy(() => gatherBatch(dataset.train, ops.arange(16, { dtype: 'int64' })));
  options = { model, method: standard.create({}), optimizer, schedule: constant(0.05), seed: 1 };
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const made of [batch.images, batch.labels, batch.indices, model, optimizer]) made.dispose();
  dataset[Symbol.dispose]();
});

interface AdversarialOptions extends Partial<TrainingStepOptions> {
  readonly adversarialRatio?: number;
  readonly attack?: Attack;
  readonly attackBackend?: FrozenBackend | null | undefined;
}

function adversarialStep({
  adversarialRatio = 1,
  attack = pgd,
  attackBackend = PLAIN_BACKEND,
  ...own
}: AdversarialOptions = {}) {
  const attacker = new DirectAttacker({ attack: () => attack, backend: attackBackend, seed: own.seed ?? 1 });
  return new TrainingStep({ ...options, method: madry.create({ adversarialRatio }), attacker, ...own });
}

const weights = () => [...model.stateDict()].map(([name, value]) => [name, value.toNumbers()]);
const lossOn = (images: Tensor) => tidy(() => crossEntropy(model.forward(images), batch.labels).item());

describe('a standard step', () => {
  test('moves every weight, lowers the loss and reports what it did', () => {
    const step = new TrainingStep(options);
    const before = weights();
    const loss = lossOn(batch.images);
    const metrics = step.run(batch, position);
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['train/error', 'train/loss', 'train/lr']));
    expect(metrics['train/loss']).toBeCloseTo(loss, 5);
    expect(metrics['train/lr']).toBe(0.05);
    expect(metrics['train/error']).toBeGreaterThanOrEqual(0);
    weights().forEach((after, i) => expect(after).not.toEqual(before[i]));
    expect(lossOn(batch.images)).toBeLessThan(loss);
  });

  test('trains in training mode and leaves nothing alive', () => {
    const step = new TrainingStep(options);
    model.eval();
    step.run(batch, position);
    step.run(batch, position);
    expect([...model.modules()].every(([, module]) => module.training)).toBe(true);
  });

  test('takes the learning rate of the step', () => {
    const asked: number[] = [];
    const schedule = (step: number) => {
      asked.push(step);
      return 0;
    };
    const before = weights();
    expect(new TrainingStep({ ...options, schedule }).run(batch, { step: 17, epoch: 2 })['train/lr']).toBe(0);
    expect(new Set(asked)).toEqual(new Set([17]));
    expect(weights()).toEqual(before);
  });

  test('of mixed images the loss is of the mixed labels, and errors are of the larger share', () => {
    const augmentation = createAugmentation(['mixup']);
    const step = new TrainingStep({ ...options, augmentation, classes: 4 });
    const expected = tidy(() => {
      const stream = new RandomStream(1, 'augmentation', 0);
      const { images, labels } = augmentation.mix!({ ...batch, classes: 4 }, stream, batch.indices);
      const logits = model.forward(images);
      const wrong = logits.argmax({ dim: 1 }).ne(labels.argmax({ dim: 1 }));
      return [crossEntropy(logits, labels).item(), wrong.to({ dtype: 'float32' }).mean().item()] as const;
    });
    const seen: Tensor[] = [];
    const metrics = step.run(batch, position, (view) => void seen.push(keep(view.labels.clone())));
    expect(metrics['train/loss']).toBeCloseTo(expected[0], 5);
    expect(metrics['train/error']).toBeCloseTo(expected[1], 5);
    expect([seen[0]!.shape, seen[0]!.dtype]).toEqual([[16, 4], 'float32']);
    seen[0]!.dispose();
  });

  test('label smoothing takes another way', () => {
    const ways = [0, 0.2].map((labelSmoothing) => {
      using network = createModel(description, 1);
      using sgd = new Sgd(network.namedParameters());
      new TrainingStep({ ...options, model: network, optimizer: sgd, labelSmoothing }).run(batch, position);
      return network.parameters().flatMap((parameter) => parameter.toNumbers());
    });
    expect(ways[1]).not.toEqual(ways[0]);
  });
});

/**
 * Sees the model's own passes. Its class is watched, not the object: a `forward` of its own is opened by no attack
 * network.
 */
function watchForward(see: (input: Tensor) => void) {
  return vi.spyOn(Chain.prototype, 'forward').mockImplementation(function (this: Chain, input) {
    if (this === model) see(input);
    return chain(input, ...this.layers);
  });
}

describe('an adversarial step', () => {
  test('trains on adversarial images, at a higher loss, under its own tags', () => {
    const clean = lossOn(batch.images);
    const metrics = adversarialStep().run(batch, position);
    const tags = Object.keys(metrics);
    expect(tags).toEqual(expect.arrayContaining(['train/adversarial_error', 'train/adversarial_loss', 'train/lr']));
    expect(tags).not.toContain('train/loss');
    expect(metrics['train/adversarial_loss']).toBeGreaterThan(clean);
  });

  test.each([
    [0.9, 10, 1],
    [0.8, 5, 1],
    [0.3, 16, 11],
    [0.01, 16, 15],
    [1, 7, 0],
  ])('of a share of %d of %d images, %d stay clean', (adversarialRatio, examples, expected) => {
    tidy(() => {
      const part = gatherBatch(dataset.train, ops.arange(examples, { dtype: 'int64' }));
      adversarialStep({ adversarialRatio }).run(part, position, ({ clean }) => {
        expect(clean?.size(0) ?? 0).toBe(expected);
      });
    });
  });

  test.each<[string, (loss: Tensor) => unknown, RegExp]>([
    ['a tensor in place of { loss }', (loss) => loss, /received /],
    ['nothing', () => undefined, /received undefined/],
    ['a loss without gradient', (loss) => ({ loss: loss.detach() }), /without gradient/],
    ['a loss an image', (loss) => ({ loss: loss.mul(tensor([1, 2])) }), /received Tensor\(float32 \[2\]/],
  ])('refuses a method that returns %s', (_, said, message) => {
    const method = {
      attacked: () => 0,
      loss: ({ images, forward }: LossInputs) => said(forward(images)[0]!.sum()) as TrainingLoss,
    };
    const step = new TrainingStep({ ...options, method });
    expect(() => step.run(batch, position)).toThrow(/expected the training method to return \{ loss \}/);
    expect(() => step.run(batch, position)).toThrow(message);
  });

  test('forwards all adversarial images at once, in training mode', () => {
    const seen: { training: boolean; mean: number; examples: number }[] = [];
    watchForward((input) => {
      seen.push({ training: model.training, examples: input.size(0), mean: input.mean().item() });
    });
    class Brighten extends Attack {
      override readonly name = 'brighten';
      protected override search(context: AttackContext): AttackResult {
        const images = context.images.add(0.1);
        return { images, ...context.query(images) };
      }
    }
    const brighten = new Brighten(linf, 0.1, OBJECTIVES['cross-entropy']);
    tidy(() => adversarialStep({ attack: brighten }).run(batch, position));
    const { mean, ...last } = seen.at(-1)!;
    expect(last).toEqual({ training: true, examples: 16 });
    expect(seen.filter(({ training }) => training)).toHaveLength(1);
    expect(mean).toBeGreaterThan(tidy(() => batch.images.mean().item()) + 0.05);
  });

  test('attacks its frozen view, or the model itself in evaluation mode where that is asked for', () => {
    const passes = (attackBackend: FrozenBackend | null) => {
      const modes: boolean[] = [];
      const forward = watchForward(() => modes.push(model.training));
      const metrics = adversarialStep({ schedule: constant(0), attackBackend }).run(batch, position);
      forward.mockRestore();
      return { modes, loss: metrics['train/adversarial_loss']! };
    };
    const [frozen, itself] = [passes(PLAIN_BACKEND), passes(null)];
    expect(frozen.modes).toEqual([true]);
    expect(itself.modes.at(-1)).toBe(true);
    expect(itself.modes.length).toBeGreaterThan(3); // the attack's steps
    expect(itself.modes.slice(0, -1)).not.toContain(true);
    expect(itself.loss).toBeCloseTo(frozen.loss, 4);
  });

  test('draws other starts in another epoch and for another seed, the same ones again', () => {
    const loss = (seed: number, epoch: number) =>
      adversarialStep({ schedule: constant(0), seed }).run(batch, { step: 0, epoch })['train/adversarial_loss'];
    expect(loss(1, 0)).toBe(loss(1, 0));
    expect(loss(1, 1)).not.toBe(loss(1, 0));
    expect(loss(2, 0)).not.toBe(loss(1, 0));
  });
});

describe('a loss that is not a number', () => {
  test.each(['standard', 'adversarial'])('stops %s training with the weights as they were', (kind) => {
    const forward = model.forward.bind(model);
    model.forward = (input) => forward(input).mul(NaN);
    const step = kind === 'standard' ? new TrainingStep(options) : adversarialStep();
    const before = weights();
    let failure: unknown;
    try {
      step.run(batch, { step: 12, epoch: 0 });
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(SaddlepointError);
    expect((failure as SaddlepointError).code).toBe('NUMERIC');
    expect((failure as SaddlepointError).message).toBe(
      'the loss became NaN at step 12; lower the learning rate (now 0.05)',
    );
    expect(weights()).toEqual(before);
  });
});
