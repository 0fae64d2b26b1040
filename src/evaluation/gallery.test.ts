/**
 * The gallery: pictures that decode to the images they show, and what the network says of them.
 *
 * @module
 */
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { disposeSplit, makeSplit, type Dataset } from '../data/index.js';
import { memory, ops, tensor, tidy } from '../engine/index.js';
import { Flatten, initialize, Linear, Sequential } from '../nn/index.js';
import { encodePng, firstOfEachClass, makeGallery } from './index.js';

leavesNothingAlive();

const CLASSES = ['cat', 'dog', 'eel'];
const labels = Uint8Array.of(2, 0, 0, 2, 1, 1);
const bytes = Uint8Array.from({ length: 6 * 16 }, (_, i) => (i * 53) % 256);
const split = (name: string) => makeSplit(name, bytes, labels, [1, 4, 4], 3);
const dataset: Dataset = { name: 'made up', classes: CLASSES, train: split('train'), test: split('test') };
const model = initialize(new Sequential(new Flatten(), new Linear(16, 3)), 2);
const attack = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 5 } as const;

afterAll(() => {
  model.dispose();
  disposeSplit(dataset.train);
  disposeSplit(dataset.test);
});

const pixels = (base64: string) => decode(Buffer.from(base64, 'base64'));

describe('encodePng', () => {
  test('a grey image, rounded to bytes and clipped to the box', () => {
    using image = tensor([
      [
        [0, 1, 0.5],
        [0.2, -3, 7],
      ],
    ]);
    const { width, height, channels, data } = decode(encodePng(image));
    expect([width, height, channels]).toEqual([3, 2, 1]);
    expect([...data]).toEqual([0, 255, 128, 51, 0, 255]);
  });

  test('a colour image, its planes woven into pixels', () => {
    using image = tensor([0, 1 / 255, 2 / 255, 3 / 255, 4 / 255, 5 / 255], { shape: [3, 1, 2] });
    const { channels, data } = decode(encodePng(image));
    expect(channels).toBe(3);
    expect([...data]).toEqual([0, 2, 4, 1, 3, 5]);
  });

  test('leaves nothing alive', () => {
    using image = ops.zeros([1, 2, 2]);
    encodePng(image);
  });
});

describe('makeGallery', () => {
  test('shows the first test image of each class', () => {
    expect(firstOfEachClass(dataset)).toEqual([1, 4, 0]);
    const { items } = makeGallery(model, dataset, { attack, restarts: 2, seed: 1 });
    expect(items.map(({ index, label }) => [index, label])).toEqual([
      [1, 'cat'],
      [4, 'dog'],
      [0, 'eel'],
    ]);
  });

  test('a network with one logit is shown with what it says', () => {
    const single = initialize(new Sequential(new Flatten(), new Linear(16, 1)), 2);
    const { items } = makeGallery(
      single,
      { ...dataset, classes: ['cat', 'dog'] },
      { attack, restarts: 1, seed: 1, positions: [1, 2, 4, 5] },
    );
    tidy(() => {
      const logits = single.forward(dataset.test.images.to({ dtype: 'float32' }).div(255)).toNumbers();
      expect(logits.some((logit) => logit > 0) && logits.some((logit) => logit < 0)).toBe(true);
      for (const { index, cleanPrediction, cleanConfidence } of items) {
        expect(cleanPrediction).toBe(logits[index]! > 0 ? 'dog' : 'cat');
        expect(cleanConfidence).toBeCloseTo(1 / (1 + Math.exp(-Math.abs(logits[index]!))), 5);
      }
    });
    single.dispose();
  });

  test('its pictures are the image, an image within the budget, and their difference as it says', () => {
    const { items, scale, epsilon } = makeGallery(model, dataset, { attack, restarts: 1, seed: 1, positions: [3, 5] });
    expect(epsilon).toBe(0.1);
    expect(scale).toBe(5);
    for (const { index, original, adversarial, perturbation } of items) {
      const [before, after, change] = [original, adversarial, perturbation].map((png) => [...pixels(png).data]) as [
        number[],
        number[],
        number[],
      ];
      expect(before).toEqual([...bytes.subarray(index * 16, index * 16 + 16)]);
      expect(after).not.toEqual(before);
      after.forEach((value, i) => {
        // Half a byte of rounding at each end.
        expect(Math.abs(value - before[i]!)).toBeLessThanOrEqual(0.1 * 255 + 1);
        expect(Math.abs(change[i]! - (127.5 + scale * (value - before[i]!)))).toBeLessThanOrEqual(scale / 2 + 1);
      });
    }
  });

  test('says what the network says of exactly these images', () => {
    const [item] = makeGallery(model, dataset, { attack, restarts: 1, seed: 1, positions: [2] }).items;
    tidy(() => {
      const image = tensor(bytes.slice(32, 48), { shape: [1, 1, 4, 4] })
        .to({ dtype: 'float32' })
        .div(255);
      const [confidence, label] = model.forward(image).softmax(1).max(1);
      expect(item?.cleanPrediction).toBe(CLASSES[label.item()]);
      expect(item?.cleanConfidence).toBeCloseTo(confidence.item(), 5);
    });
    expect(CLASSES).toContain(item?.adversarialPrediction);
    expect(item?.adversarialConfidence).toBeGreaterThan(1 / 3 - 1e-6);
  });

  test('the same again for the same seed; modes and memory as before', () => {
    const modules = [...model.modules()].map(([, module]) => module);
    modules.forEach((module, i) => (module.training = i % 2 === 0));
    const modes = modules.map(({ training }) => training);
    const before = memory().live;
    const [first, second] = [1, 1].map((seed) => makeGallery(model, dataset, { attack, restarts: 1, seed }));
    expect(second).toEqual(first);
    expect(modules.map(({ training }) => training)).toEqual(modes);
    expect(memory().live).toBe(before);
  });
});
