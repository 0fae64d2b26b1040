/**
 * The contract of every training method, by the table that recipes read.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { attackOf } from '../../attacks/index.js';
import { gatherBatch, type Batch, type Dataset } from '../../data/index.js';
import { ops, tidy } from '../../engine/index.js';
import { PLAIN_BACKEND } from '../../models/attack-network/index.js';
import { createModel } from '../../models/index.js';
import type { Module } from '../../nn/index.js';
import { constant, Sgd } from '../../optim/index.js';
import { DirectAttacker } from '../acceleration/attack-part.js';
import { madeUpDataset, madeUpRecipe } from '../made-up.test-helper.js';
import { checkRecipe } from '../recipe.js';
import { TrainingStep } from '../step.js';
import { METHODS, type MethodName } from './index.js';

leavesNothingAlive();
let dataset: Dataset & Disposable;
let batch: Batch;
beforeEach(() => {
  dataset = madeUpDataset();
  batch = tidy(() => gatherBatch(dataset.train, ops.arange(24, { dtype: 'int64' })));
});
afterEach(() => {
  for (const tensor of [batch.images, batch.labels, batch.indices]) tensor.dispose();
  dataset[Symbol.dispose]();
});

/** A recipe of this method, as people write it. */
function contentOf(method: MethodName, training: object = {}) {
  const { attacks, attackNames, averages = false, options } = METHODS.get(method);
  const described = attackNames === undefined ? { steps: 2 } : { name: attackNames[0] };
  const attack = attacks ? { attack: { ...described, epsilon: '8/255' } } : {};
  const needed = {
    ...(averages && { weightAverage: { decay: 0.9 } }),
    ...('epsilon' in options && { epsilon: '2/255' }),
    ...('helper' in options && { helper: 'a run' }),
  };
  return {
    dataset: { name: 'fashion-mnist' },
    model: madeUpRecipe().model,
    training: { method, epochs: 1, ...attack, ...needed, ...training },
    schedule: { name: 'constant', rate: 0.05 },
    evaluation: { attack: { epsilon: '8/255', steps: 2 } },
  };
}
const recipeOf = (method: MethodName, training: object = {}) => checkRecipe(contentOf(method, training));

describe.each(METHODS.names)('%s', (name) => {
  const definition = METHODS.get(name);

  /** As many steps on one batch, and the metrics of each. */
  function train(model: Module, steps: number, of: Batch = batch) {
    const { training } = recipeOf(name);
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
    const attack = training.attack && attackOf(training.attack);
    using average = createModel(madeUpRecipe().model, 2).eval();
    using step = new TrainingStep({
      model,
      method: definition.create(training, { loadNetwork: () => createModel(madeUpRecipe().model, 3).eval() }),
      average,
      steps,
      optimizer,
      schedule: constant(0.05),
      seed: 1,
      attacker: attack && new DirectAttacker({ attack: () => attack, backend: PLAIN_BACKEND, seed: 1 }),
    });
    return Array.from({ length: steps }, (_, number) => step.run(of, { step: number, epoch: 0 }));
  }

  test('lowers the loss of what it looks at', () => {
    using model = createModel(madeUpRecipe().model, 1);
    const metrics = train(model, 20);
    const tag = definition.attacks ? 'train/adversarial_loss' : 'train/loss';
    expect(metrics.at(-1)![tag]!).toBeLessThan(metrics[0]![tag]!);
  });

  test('gives the same weights for the same seed', () => {
    const weights = () => {
      using model = createModel(madeUpRecipe().model, 1);
      train(model, 2);
      return model.parameters().flatMap((parameter) => parameter.toNumbers());
    };
    expect(weights()).toEqual(weights());
  });

  test(`${definition.softLabels === true ? 'takes' : 'refuses'} labels that are distributions`, () => {
    const content = { ...contentOf(name), augmentation: ['flip', 'mixup'] };
    if (definition.softLabels !== true) {
      expect(() => checkRecipe(content)).toThrow(
        new RegExp(`augmentation: expected no mixup with the method ${name}, .*standard, adversarial`),
      );
      return;
    }
    expect(checkRecipe(content).augmentation).toHaveLength(2);
    const distributions = tidy(() => batch.labels.oneHot({ numClasses: 4 }).to({ dtype: 'float32' }));
    using certain = createModel(madeUpRecipe().model, 1);
    using plain = createModel(madeUpRecipe().model, 1);
    const ofDistributions = train(certain, 3, { ...batch, labels: distributions });
    distributions.dispose();
    // One class alone is the class itself, for the loss, its attack and what is reported.
    for (const [step, metrics] of train(plain, 3).entries())
      for (const [tag, value] of Object.entries(metrics)) expect(ofDistributions[step]![tag]).toBeCloseTo(value, 4);
  });

  test('has an attack in recipes if it attacks, and none else', () => {
    expect(recipeOf(name).training.attack !== undefined).toBe(definition.attacks);
    const wrong = definition.attacks ? { attack: undefined } : { attack: { epsilon: 0.1, steps: 1 } };
    expect(() => recipeOf(name, wrong)).toThrow(/training.*attack/);
  });
});

test("TRADES's attack maximises the distance unless a recipe says otherwise", () => {
  expect(recipeOf('trades').training.attack?.objective).toBe('kl-divergence');
  const attack = { epsilon: 0.1, steps: 2, objective: 'margin' };
  expect(recipeOf('trades', { attack }).training.attack?.objective).toBe('margin');
  expect(recipeOf('adversarial').training.attack?.objective).toBeUndefined();
});

test('a method that learns from the average of its weights needs one', () => {
  expect(() => recipeOf('adr', { weightAverage: undefined })).toThrow(/training\.weightAverage: this method learns/);
  for (const weightAverage of [{ name: 'swa' }, { decay: 0.9, batchNorm: 're-estimated' }])
    expect(() => recipeOf('adr', { weightAverage })).toThrow(/asks the average at every step/);
});

test('a loss with a gradient in it needs convolutions that can be differentiated twice', () => {
  expect(recipeOf('grad-align', { backend: 'channels-last' }).training.backend).toBe('channels-last');
  const wanted = /training\.backend: the loss of this method .* expected one of auto, contiguous, channels-last/;
  expect(() => recipeOf('grad-align', { backend: 'winograd' })).toThrow(wanted);
});

test('free training makes its own steps, and takes no attack that makes others', () => {
  const attack = { epsilon: 0.1, steps: 5 };
  const wanted = /training\.attack\.name: expected an attack that free can train with: fgsm/;
  expect(() => recipeOf('free', { attack })).toThrow(wanted);
  const fgsm = { name: 'fgsm', epsilon: 0.1 };
  expect(
    recipeOf('free', { attack: fgsm, attackSchedule: [{ from: 0.5, epsilon: 0.2 }] }).training.attack,
  ).toBeDefined();
  const leaves = (place: string) => new RegExp(`training\\.${place}: free takes its own steps, .*: leave this out`);
  expect(() => recipeOf('free', { attack: { ...fgsm, stepSize: 0.05 } })).toThrow(leaves('attack\\.stepSize'));
  expect(() => recipeOf('free', { attack: { ...fgsm, objective: 'margin' } })).toThrow(leaves('attack\\.objective'));
  expect(() => recipeOf('free', { attack: fgsm, attackBackend: 'plain' })).toThrow(leaves('attackBackend'));
  expect(() => recipeOf('free', { attack: fgsm, attackSplit: 2 })).toThrow(leaves('attackSplit'));
  const attackSchedule = [{ from: 0.5, stepSize: 0.2 }];
  expect(() => recipeOf('free', { attack: fgsm, attackSchedule })).toThrow(leaves('attackSchedule\\.0\\.stepSize'));
});

test('an attack suits its method: one that asks how far, none without a right class', () => {
  const moving = { name: 'affine', norm: 'affine', epsilon: 0.1, steps: 2 };
  expect(() => recipeOf('ccat', { attack: moving })).toThrow(
    /training\.attack\.norm: expected an attack that changes values: ccat asks how far/,
  );
  const sure = { epsilon: 0.1, steps: 2, objective: 'any-confidence' };
  expect(() => recipeOf('adversarial', { attack: sure })).toThrow(
    /training\.attack\.objective: expected an objective with a right class/,
  );
  const fgsm = { name: 'fgsm', epsilon: 0.1 };
  const averaging = { attack: fgsm, overfittingWatch: {}, weightAverage: { name: 'swa' } };
  expect(() => recipeOf('adversarial', averaging)).toThrow(/overfittingWatch: leave it out: going back undoes updates/);
});

test('a ramp of the budget does not end before it begins', () => {
  const wanted = /training\.rampTo: expected at least rampFrom, 0\.5, received 0\.4/;
  for (const method of ['ibp', 'crown-ibp'] as const)
    expect(() => recipeOf(method, { rampFrom: 0.5, rampTo: 0.4 })).toThrow(wanted);
});

test('a network to learn from is asked for where there is none', () => {
  expect(() => METHODS.get('hat').create({ helper: 'runs/x' })).toThrow(/expected a context that loads/);
});

test('options of one method are refused by another', () => {
  expect(recipeOf('trades', { beta: 3 }).training).toMatchObject({ beta: 3 });
  expect(() => recipeOf('trades', { beta: 0 })).toThrow(/training\.beta/);
  expect(() => recipeOf('adversarial', { beta: 3 })).toThrow(
    /unknown key `beta`, which is an option of .*trades, mart/,
  );
  expect(() => recipeOf('trades', { adversarialRatio: 0.5 })).toThrow(
    /unknown key `adversarialRatio`, which is an option of adversarial/,
  );
});
