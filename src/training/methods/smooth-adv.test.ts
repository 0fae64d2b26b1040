/**
 * SmoothAdv: attack, loss and gradients as PyTorch computes them by the paper's formulas with the same noise
 * (scripts/golden/make_smooth_adv.py); the training step gives the loss the noise of its attack.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden, unpack } from '../../../test/support/golden.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { attackOf, INITIALIZATIONS, NORMS, Pgd, SmoothPgd, type Attack } from '../../attacks/index.js';
import { gatherBatch } from '../../data/index.js';
import { grad, ops, RandomStream, tidy, type Tensor } from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { Module } from '../../nn/index.js';
import { constant, Sgd } from '../../optim/index.js';
import { attackStream, DirectAttacker } from '../acceleration/attack-part.js';
import { madeUpDataset, madeUpRecipe } from '../made-up.test-helper.js';
import { TrainingStep } from '../step.js';
import { METHODS } from './index.js';
import { lossInputs } from './loss-inputs.test-helper.js';

interface Case {
  readonly inputs: readonly PackedTensor[];
  readonly options: { readonly samples: number; readonly sigma: number; readonly epsilon: number };
  readonly outputs: readonly PackedTensor[];
  readonly tolerance: number;
}

leavesNothingAlive();

/** Logits that are linear in the pixels. */
class Linear extends Module {
  readonly #weight: Tensor;
  readonly #bias: Tensor;
  constructor(weight: Tensor, bias: Tensor) {
    super();
    this.#weight = weight;
    this.#bias = bias;
  }
  override forward(images: Tensor): Tensor {
    return images
      .reshape([images.size(0), -1])
      .matmul(this.#weight.transpose(0, 1))
      .add(this.#bias);
  }
}

/** The attack with noise that somebody else drew. */
class GivenNoise extends SmoothPgd {
  given: Tensor | undefined;
  override noiseOfCopies(): Tensor {
    return this.given!.clone();
  }
}

test.each(readGolden<Case>('smooth-adv').cases)(
  'as PyTorch, with $options',
  ({ inputs, options, outputs, tolerance }) => {
    tidy(() => {
      const [images, labels, noise, weight, bias] = inputs.map(unpack) as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const [adversarial, loss, ...gradients] = outputs.map(unpack) as [Tensor, Tensor, ...Tensor[]];
      const attack = new GivenNoise({
        ...options,
        norm: NORMS.l2,
        steps: 4,
        stepSize: 0.2,
        initialization: INITIALIZATIONS.zero,
        iterate: 'last',
      });
      attack.given = noise;
      const network = new Linear(weight, bias);
      const randomness = { stream: new RandomStream('unused'), indices: ops.arange(4, { dtype: 'int64' }) };
      const found = attack.perturb(network, images, labels, randomness);
      expect(found).toBeAllclose(adversarial, tolerance);
      for (const parameter of [weight, bias]) parameter.requiresGrad = true;
      const said = METHODS.get('smooth-adv')
        .create({})
        .loss(lossInputs(images, found, labels, (part) => network.forward(part), { attackNoise: () => noise }));
      expect(said.loss).toBeAllclose(loss, tolerance);
      grad(said.loss, [weight, bias]).forEach((gradient, i) => {
        expect(gradient).toBeAllclose(gradients[i]!, tolerance);
      });
      expect(said.adversarial?.shape).toEqual([4, 3]);
    });
  },
);

describe('the attack', () => {
  const description = { name: 'smooth-pgd', norm: 'l2', epsilon: 0.5, steps: 3, sigma: 0.5, samples: 3 } as const;

  test('finds for an image the same in whatever batch it is', () => {
    using dataset = madeUpDataset();
    using model = createModel(madeUpRecipe().model, 1);
    tidy(() => {
      const { images, labels, indices } = gatherBatch(dataset.train, ops.arange(6, { dtype: 'int64' }));
      const stream = new RandomStream(1);
      const whole = attackOf(description).perturb(model, images, labels, { stream, indices });
      const part = (tensor: Tensor) => tensor.narrow(0, 2, 3);
      const some = attackOf(description).perturb(model, part(images), part(labels), { stream, indices: part(indices) });
      expect(some).toBeAllclose(part(whole), 1e-5);
    });
  });

  test('its samples are copies of an image in one pass, no passes of a random network', () => {
    expect(attackOf(description).draws).toBe(1);
    expect(attackOf({ ...description, samples: undefined }).draws).toBe(1);
  });

  test.each([
    ['sigma of 0', { sigma: 0 }, /sigma/],
    ['a negative sigma', { sigma: -1 }, /sigma/],
    ['no samples', { samples: 0 }, /samples/],
  ])('refuses %s', (_, wrong, message) => {
    expect(() => attackOf({ ...description, ...wrong })).toThrow(message);
  });
});

describe('the training step', () => {
  test('trains on the adversarial images with the noise that the attack averaged over', () => {
    using dataset = madeUpDataset();
    using model = createModel(madeUpRecipe().model, 1);
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0 });
    const attack = new SmoothPgd({ norm: NORMS.l2, epsilon: 0.5, steps: 1, sigma: 0.5, samples: 2 });
    const method = METHODS.get('smooth-adv').create({});
    let given: number[] = [];
    tidy(() => {
      const batch = gatherBatch(dataset.train, ops.arange(6, { dtype: 'int64' }));
      using step = new TrainingStep({
        model,
        method: {
          ...method,
          loss: (inputs) => {
            given = inputs.attackNoise().toNumbers();
            return method.loss(inputs);
          },
        },
        optimizer,
        schedule: constant(0.01),
        seed: 3,
        attacker: new DirectAttacker({ attack: () => attack, backend: null, seed: 3 }),
      });
      step.run(batch, { step: 0, epoch: 2 });
      const stream = attackStream({ seed: 3 }, { step: 0, epoch: 2 });
      const noise = attack.noiseOfCopies({ stream, indices: batch.indices }, batch.images);
      expect(given).toEqual(noise.toNumbers());
    });
  });

  test('asks any attack for its noise, and says which attack has none', () => {
    using dataset = madeUpDataset();
    using model = createModel(madeUpRecipe().model, 1);
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0 });
    const noisy = new Pgd({ norm: NORMS.l2, epsilon: 0.5, steps: 1, stepSize: 0.1, name: 'mine' });
    noisy.noiseOfCopies = (_, images) => ops.zerosLike(images);
    const plain = new Pgd({ norm: NORMS.l2, epsilon: 0.5, steps: 1, stepSize: 0.1 });
    const train = (attack: Attack) => {
      using step = new TrainingStep({
        model,
        method: METHODS.get('smooth-adv').create({}),
        optimizer,
        schedule: constant(0.01),
        seed: 3,
        attacker: new DirectAttacker({ attack: () => attack, backend: null, seed: 3 }),
      });
      return tidy(() => step.run(gatherBatch(dataset.train, ops.arange(6, { dtype: 'int64' })), { step: 0, epoch: 0 }));
    };
    expect(train(noisy)).toHaveProperty('train/adversarial_loss');
    expect(() => train(plain)).toThrow('expected the attack smooth-pgd, which has noise, received pgd');
  });

  test('takes no other attack, which has no noise', () => {
    const training = { attack: { name: 'pgd', norm: 'l2', epsilon: 0.5, steps: 1 }, method: 'smooth-adv' };
    expect(() => madeUpRecipe('adversarial', training)).toThrow(
      /expected an attack that smooth-adv can train with: smooth-pgd/,
    );
  });
});

describe('noise as an augmentation', () => {
  const recipe = (augmentation: unknown, method: 'standard' | 'adversarial' = 'standard') =>
    madeUpRecipe(method, {}, { augmentation });

  test('is written last, of a standard deviation above 0', () => {
    expect(recipe(['flip', { name: 'gaussian-noise', sigma: 0.5 }]).augmentation).toHaveLength(2);
    expect(() => recipe(['gaussian-noise', 'flip'])).toThrow(/no augmentation can follow it/);
    expect(() => recipe([{ name: 'gaussian-noise', sigma: 0 }])).toThrow(/sigma/);
  });

  test('is refused where an attack begins at the images', () => {
    expect(() => recipe(['gaussian-noise'], 'adversarial')).toThrow(/where no attack begins.*smooth-adv/);
  });
});
