/**
 * What must hold on a GPU, beside everything else that is tested on the CPU: the same numbers to rounding, by way of every
 * backend, recorded or not. Where there is no GPU these tests are skipped; SADDLEPOINT_TEST_DEVICE names another device.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../support/live-tensors.js';
import { attackOf } from '../../src/attacks/index.js';
import { splitTo, disposeSplit, makeSplit, type Batch, type Split } from '../../src/data/index.js';
import {
  canRecord,
  grad,
  noGrad,
  ops,
  RandomStream,
  runtime,
  tensor,
  tidy,
  withTf32,
  type Tensor,
} from '../../src/engine/index.js';
import { runEvaluationJob, selectExamples, singleAttackPlan } from '../../src/evaluation/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../../src/models/attack-network/index.js';
import { createModel, type ModelDescription } from '../../src/models/index.js';
import type { Module } from '../../src/nn/index.js';
import { constant, Sgd } from '../../src/optim/index.js';
import { attackPart } from '../../src/training/acceleration/attack-part.js';
import { DirectAttacker, madry, TrainingStep } from '../../src/training/index.js';
import { RecordedAttack } from '../../src/training/acceleration/recorded-attack.js';
import { TRAINING_BACKENDS } from '../../src/training/acceleration/training-pass.js';
import { temporaryFolder } from '../support/folders.js';

const device = process.env.SADDLEPOINT_TEST_DEVICE ?? (runtime().cudaDevices > 0 ? 'cuda' : undefined);
const [EXAMPLES, CLASSES] = [24, 10];
const description: ModelDescription = { architecture: 'resnet18', options: { width: 8, zeroResidual: false } };
const attack = { name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 3, iterate: 'last' } as const;

describe.skipIf(device === undefined)(`on ${device ?? 'a GPU'}`, () => {
  const there = device ?? 'cpu';
  leavesNothingAlive();
  let here: Module;
  let model: Module;
  beforeEach(() => {
    [here, model] = [createModel(description, 1), createModel(description, 1).to(there)];
  });
  afterEach(() => {
    here.dispose();
    model.dispose();
  });

  const batchOn = (where: string): Batch => {
    const indices = tensor(BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(7 * i))).to({ device: where });
    return {
      images: new RandomStream('images').uniform(indices, [3, 32, 32], where),
      labels: tensor(BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(i % CLASSES))).to({ device: where }),
      indices,
    };
  };
  const back = (value: Tensor) => value.to({ device: 'cpu' });
  const distance = (one: Tensor, other: Tensor) => tidy(() => back(one).sub(back(other)).abs().amax().item());

  test('random numbers are those of the CPU', () => {
    tidy(() => {
      expect(distance(batchOn(there).images, batchOn('cpu').images)).toBe(0);
    });
  });

  test.each(['plain', 'channels-last'] as const)(
    'the attack network in the backend %s has the logits of the model',
    (backend) => {
      model.eval();
      here.eval();
      tidy(() => {
        noGrad(() => {
          const { images } = batchOn(there);
          const expected = model.forward(images);
          expect(distance(new AttackNetwork(model, FROZEN_BACKENDS[backend]).forward(images), expected)).toBeLessThan(
            1e-4,
          );
          expect(distance(here.forward(back(images)), expected)).toBeLessThan(1e-3);
        });
      });
    },
  );

  test.each([
    ['tf32', 0.01],
    ['bfloat16', 0.05],
  ] as const)('in %s, logits and image gradients are the model’s to %d of the largest', (backend, limit) => {
    model.eval();
    tidy(() => {
      const { images } = batchOn(there);
      const look = (network: Module) => {
        const input = images.detach();
        input.requiresGrad = true;
        const logits = network.forward(input);
        return [logits.detach(), grad(logits.narrow(1, 0, 1).sum(), [input])[0]!] as const;
      };
      const expected = look(model);
      const network = new AttackNetwork(model, FROZEN_BACKENDS[backend]);
      const actual = backend === 'tf32' ? withTf32(() => look(network)) : look(network);
      for (const [index, value] of actual.entries()) {
        const largest = expected[index]!.abs().amax().item();
        expect(value.sub(expected[index]!).abs().mean().item()).toBeLessThan(limit * largest);
      }
      // Float32 is float32 again.
      expect(distance(look(new AttackNetwork(model, FROZEN_BACKENDS['channels-last']))[0], expected[0])).toBeLessThan(
        1e-4,
      );
    });
  });

  test.each(['plain', 'bfloat16'] as const)(
    'an attack in the backend %s stays in the budget and raises the loss',
    (backend) => {
      model.eval();
      tidy(() => {
        const { images, labels, indices } = batchOn(there);
        const network = new AttackNetwork(model, FROZEN_BACKENDS[backend]);
        const randomness = { stream: new RandomStream('attack'), indices };
        const found = attackOf(attack).run(network, images, labels, randomness);
        expect(distance(found.images, images)).toBeLessThanOrEqual(8 / 255 + 1e-7);
        const loss = (of: Tensor) => noGrad(() => ops.crossEntropyLoss(model.forward(of), labels).item());
        expect(loss(found.images)).toBeGreaterThan(loss(images));
      });
    },
  );

  test.skipIf(!canRecord(there))(
    'a recorded attack has the images of one that is not, after each update of the weights',
    () => {
      const one = attackOf(attack);
      const part = { attack: () => one, backend: FROZEN_BACKENDS.plain, seed: 1 };
      using recorded = new RecordedAttack(part);
      for (let step = 0; step < 3; step += 1) {
        tidy(() => {
          noGrad(() => {
            for (const parameter of model.parameters()) parameter.mul_(1.05);
          });
          const batch = batchOn(there);
          const position = { step, epoch: step };
          const expected = attackPart(part, model, batch, position);
          const different = recorded.perturb(model, batch, position).sub(expected).abs().gt(1e-6);
          // The sign of a gradient near zero turns with rounding.
          expect(different.to({ dtype: 'float32' }).mean().item()).toBeLessThan(0.02);
        });
      }
    },
  );

  test.each(TRAINING_BACKENDS.filter((backend) => backend !== 'winograd'))(
    'training in the backend %s follows the CPU',
    (backend) => {
      const losses = ([where, network]: readonly [string, Module]) => {
        using optimizer = new Sgd(network.namedParameters(), { momentum: 0.9 });
        const one = attackOf(attack);
        const attacker = new DirectAttacker({ attack: () => one, backend: FROZEN_BACKENDS.plain, seed: 1 });
        const method = madry.create({ adversarialRatio: 1 });
        const options = { model: network, optimizer, schedule: constant(0.005), seed: 1, backend };
        using training = new TrainingStep({ ...options, method, attacker });
        return [0, 1, 2].map((step) =>
          tidy(() => training.run(batchOn(where), { step, epoch: 0 })['train/adversarial_loss']!),
        );
      };
      const [expected, found] = (
        [
          ['cpu', here],
          [there, model],
        ] as const
      ).map(losses) as [number[], number[]];
      // From the second step on, signs of gradients that turned with rounding are in the weights and in batch norm's
      // statistics: contiguous and channels-last differ by 0.03 on one CPU.
      const limits = [backend === 'bfloat16' ? 0.05 : 0.005, 0.2, 0.2];
      found.forEach((loss, step) => {
        expect(Math.abs(loss - expected[step]!), `step ${step}`).toBeLessThan(limits[step]!);
      });
    },
  );

  test('an evaluation counts what the CPU counts, but for examples on the edge', async () => {
    const errors: number[] = [];
    for (const [where, network] of [
      ['cpu', here],
      [there, model],
    ] as const) {
      const split = splitOn(where);
      const { result, finish } = await runEvaluationJob({
        model: network,
        split,
        dataset: { name: 'made up', classes: Array.from({ length: CLASSES }, (_, i) => String(i)) },
        plan: singleAttackPlan({ ...attack, epsilon: 1 / 255 }, 1, CLASSES),
        selection: selectExamples(split, EXAMPLES),
        seed: 1,
        preflight: false,
        folder: temporaryFolder(),
      });
      finish();
      disposeSplit(split);
      errors.push(result.attacks.pgd!.errors);
    }
    expect(Math.abs(errors[0]! - errors[1]!)).toBeLessThanOrEqual(1);
  });

  function splitOn(where: string): Split {
    const bytes = Uint8Array.from({ length: EXAMPLES * 3072 }, (_, i) => (i * 40503 + ((i * i) % 251)) % 256);
    const split = makeSplit(
      'test',
      bytes,
      Uint8Array.from({ length: EXAMPLES }, (_, i) => i % CLASSES),
      [3, 32, 32],
      CLASSES,
    );
    if (where === 'cpu') return split;
    const moved = splitTo(split, where);
    disposeSplit(split);
    return moved;
  }
});
