/**
 * Training in one call: a network of the program's own, with what a recipe may say and the folder of a run.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { type Tensor } from '../engine/index.js';
import { cleanError } from '../evaluation/index.js';
import { Conv2d, initialize, Linear, Module } from '../nn/index.js';
import { loadCheckpoint, loadWeights } from '../training/index.js';
import { madeUpDataset } from '../training/made-up.test-helper.js';
import { train, type TrainCall } from './train-network.js';

class Own extends Module {
  readonly conv = new Conv2d(1, 8, { kernelSize: 3, stride: 2, padding: 1 });
  readonly fc: Linear;

  constructor(classes = 4) {
    super();
    this.fc = new Linear(128, classes);
  }

  override forward(images: Tensor): Tensor {
    return this.fc.forward(this.conv.forward(images).relu().flatten({ startDim: 1 }));
  }
}
const own = () => initialize(new Own(), 1);
const training = { epochs: 3, batchSize: 8, attack: { epsilon: '8/255', steps: 2 } };

leavesNothingAlive();

test("a program's own network is trained in place, and its weights lie in the folder", async () => {
  using dataset = madeUpDataset();
  using model = own();
  const folder = join(temporaryFolder(), 'mine');
  const call: TrainCall = { model, dataset, training: { method: 'trades', beta: 3, ...training }, validation: 16 };
  const trained = await train(call, { folder });
  expect(trained.model).toBe(model);
  expect((await cleanError(model, dataset.test)).error).toBeLessThan(0.5);
  expect(existsSync(trained.checkpoint)).toBe(true);

  using again = own();
  loadWeights(again, trained.checkpoint);
  expect(again.fc.weight.toNumbers()).toEqual(model.fc.weight.toNumbers());
  expect(() => loadCheckpoint(trained.checkpoint)).toThrow(
    'does not hold the network it describes: a program made it: build it there, and give it to loadWeights',
  );
});

test('a network whose weights nobody has set is initialised from the seed, and said to be; another stays as it is', async () => {
  using dataset = madeUpDataset();
  const first = async (model: Own, epochs = 1 / 1000) => {
    const lines: string[] = [];
    const call = {
      model,
      dataset,
      training: { ...training, epochs },
      schedule: { name: 'constant', rate: 1e-12 },
      validation: 16,
      seed: 7,
    };
    await train(call, { folder: join(temporaryFolder(), 'mine'), say: (line) => lines.push(line) });
    return { weights: model.fc.weight.toNumbers(), said: lines.join() };
  };
  using untouched = new Own();
  using expected = initialize(new Own(), 7);
  const begun = await first(untouched);
  expect(begun.said).toContain("the network's weights were zeros: initialised from seed 7");
  begun.weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected.fc.weight.toNumbers()[i]!, 6));
  using set = initialize(new Own(), 3);
  const before = set.fc.weight.toNumbers();
  const kept = await first(set);
  expect(kept.said).not.toContain('zeros');
  kept.weights.forEach((weight, i) => expect(weight).toBeCloseTo(before[i]!, 6));
});

test("a training in an earlier version's words is the same training", async () => {
  using dataset = madeUpDataset();
  using model = own();
  const folder = join(temporaryFolder(), 'mine');
  await train({ model, dataset, training: { method: 'normal', epochs: 1, batchSize: 8 }, validation: 16 }, { folder });
  expect(readFileSync(join(folder, 'recipe.yaml'), 'utf8')).toContain('method: standard');
});

test('a training that was stopped goes on, to the same weights', async () => {
  using dataset = madeUpDataset();
  const fixed = { ...training, epochs: 2 };
  using undisturbed = own();
  await train(
    { model: undisturbed, dataset, training: fixed, validation: 16 },
    { folder: join(temporaryFolder(), 'a') },
  );

  const folder = join(temporaryFolder(), 'b');
  using stopped = own();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1);
  await expect(
    train({ model: stopped, dataset, training: fixed, validation: 16 }, { folder, signal: controller.signal }),
  ).rejects.toMatchObject({ code: 'INTERRUPTED' });
  using resumed = own();
  await train({ model: resumed, dataset, training: fixed, validation: 16 }, { folder });
  expect(resumed.fc.weight.toNumbers()).toEqual(undisturbed.fc.weight.toNumbers());
});

test('an architecture of ours, by its description', async () => {
  using dataset = madeUpDataset();
  const options = { resolution: 8, width: 4, hidden: 16, classes: 4 };
  const call: TrainCall = { model: { architecture: 'small-cnn', options }, dataset, training, validation: 16 };
  const { model, checkpoint } = await train(call, { folder: join(temporaryFolder(), 'ours') });
  using loaded = loadCheckpoint(checkpoint).model;
  expect([...loaded.stateDict().keys()]).toEqual([...model.stateDict().keys()]);
  model.dispose();
});

test('an attack has its own steps and norm; a method that attacks nothing needs none', async () => {
  using dataset = madeUpDataset();
  using model = own();
  const fgsm = { ...training, epochs: 1, attack: { name: 'fgsm', epsilon: 0.1 } };
  await train({ model, dataset, training: fgsm, validation: 16 }, { folder: join(temporaryFolder(), 'fgsm') });
  const normal = { method: 'standard', epochs: 1, batchSize: 8 };
  await train({ model, dataset, training: normal, validation: 16 }, { folder: join(temporaryFolder(), 'standard') });
});

test('a network for other classes or other images is refused before there is a folder', async () => {
  using dataset = madeUpDataset();
  const folder = join(temporaryFolder(), 'refused');
  using three = initialize(new Own(3), 1);
  const call: TrainCall = { model: three, dataset, training, validation: 16 };
  await expect(train(call, { folder })).rejects.toThrow('a network for the 4 classes of made up, received one for 3');
  const options = { resolution: 8, channels: 3, classes: 4 };
  const colour: TrainCall = { ...call, model: { architecture: 'small-cnn', options } };
  await expect(train(colour, { folder })).rejects.toThrow('does not take the images of made up, [1, 8, 8]');
  expect(existsSync(folder)).toBe(false);
});

test('a method that takes its own steps, and one with an attack of its own, by their names alone', async () => {
  using dataset = madeUpDataset();
  using model = own();
  for (const method of ['free', 'smooth-adv'])
    await train(
      { model, dataset, training: { method, epochs: 1, batchSize: 8 }, validation: 16 },
      { folder: join(temporaryFolder(), method) },
    );
});

test.each<[string, object, object | undefined, RegExp]>([
  ['no training', { training: undefined }, {}, /expected training as an object such as .* received undefined/],
  [
    'a misspelt part',
    { epoch: 3 },
    {},
    /expected no epoch for train, which has no such option, received it.* It has model, dataset/,
  ],
  ['no options', {}, undefined, /expected the options of train as an object out of folder, device/],
  ['no folder', {}, {}, /expected folder as the path of the run's folder, received undefined/],
  ['a name for a data set', { dataset: 'mnist' }, {}, /expected a data set .* loadDataset\("mnist"\) reads one/],
  [
    'a data set without images',
    { dataset: { name: 'x', classes: [] } },
    {},
    /expected a split as makeSplit .* undefined/,
  ],
  ['a function for a network', { model: () => 1 }, {}, /expected model as a Module, or .* received a function/],
])('%s is refused in one sentence', async (_, change, options, message) => {
  using dataset = madeUpDataset();
  using model = own();
  const call = { model, dataset, training, ...change } as unknown as TrainCall;
  const failing = train(call, (options && { ...options }) as never);
  await expect(failing).rejects.toThrow(message);
  await expect(failing).rejects.toMatchObject({ code: 'ARGUMENT' });
});

test.each<[string, Partial<TrainCall>, RegExp]>([
  [
    'an attack that refuses its values',
    { training: { ...training, attack: { name: 'fgsm', epsilon: 0.1, steps: 3 } } },
    /steps of fgsm/,
  ],
  [
    'a plan that needs the network twice',
    { training: { ...training, attackBackend: 'auto' } },
    /expected no attackBackend for a network of the program's own/,
  ],
  [
    'a misspelt key',
    { training: { ...training, epoch: 3 } },
    /the call of train.*unknown key `epoch`, did you mean `epochs`/s,
  ],
  ['an unknown method', { training: { ...training, method: 'trads' } }, /trads.*did you mean `trades`/s],
  [
    'a time limit, which needs the network twice',
    { training: { ...training, within: '1m' } },
    /expected no within for a network of the program's own/,
  ],
])('%s is refused, and nothing is begun', async (_, change, message) => {
  using dataset = madeUpDataset();
  using model = own();
  const folder = join(temporaryFolder(), 'never');
  await expect(train({ model, dataset, training, validation: 16, ...change }, { folder })).rejects.toThrow(message);
  expect(existsSync(join(folder, 'recipe.yaml'))).toBe(false);
});
