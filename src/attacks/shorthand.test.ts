/**
 * Attacks as a program writes them.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { imageTensor } from '../data/index.js';
import { noGrad, tidy } from '../engine/index.js';
import { THREAT_MODELS, l2 } from './index.js';
import { createAttack, cw, fab, pgd } from './shorthand.js';
import { int64, toyBatch, toyNetwork } from './toy.test-helper.js';

leavesNothingAlive();

test('only epsilon has to be said; a fraction is a number', () => {
  expect(pgd({ epsilon: '8/255' })).toMatchObject({ name: 'pgd', epsilon: 8 / 255, steps: 40, norm: { name: 'linf' } });
  expect(cw({ epsilon: 1 })).toMatchObject({ norm: { name: 'l2' } });
  expect(createAttack({ name: 'spsa', epsilon: 3, norm: 'patch' })).toMatchObject({ norm: { name: 'patch' } });
});

describe('refused in one sentence', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a budget that is none',
      () => pgd({ epsilon: '8/0' }),
      /epsilon as a positive number or a fraction such as 8\/255/,
    ],
    ['epsilon cut short', () => pgd({ eps: 0.1 } as never), /did you mean epsilon\?/],
    ['no budget', () => pgd({} as never), /epsilon/],
    ['no steps', () => pgd({ epsilon: 0.1, steps: 0 }), /steps/],
    ['an objective that FAB has not', () => fab({ epsilon: 0.1, objective: 'dlr' }), /objective/],
    ['a misspelt option', () => pgd({ epsilon: 0.1, stpeSize: 1 } as never), /stpeSize.*did you mean stepSize\?/],
    ['a misspelt name', () => createAttack({ name: 'pdg', epsilon: 0.1 }), /did you mean pgd\?/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
  });
});

test('a run takes a seed in place of a stream, and says what is wrong with images', () => {
  tidy(() => {
    using model = toyNetwork().eval();
    const { images, indices } = toyBatch([0, 1, 2, 3]);
    const labels = noGrad(() => model.forward(images).argmax(1));
    const attack = pgd({ epsilon: 0.1, steps: 3 });
    const [first, again, other] = [1, 1, 2].map((seed) => attack.run(model, images, labels, { seed }).images);
    expect(first!.equal(again!)).toBe(true);
    expect(first!.equal(other!)).toBe(false);
    expect(attack.run(model, images, labels, { seed: 1, indices }).images.equal(first!)).toBe(true);
    const turned = int64([3, 2, 1, 0]);
    expect(attack.run(model, images, labels, { seed: 1, indices: turned }).images.equal(first!)).toBe(false);
    expect(() => attack.run(model, [1] as never, labels)).toThrow(/expected images as a Tensor, as { data, shape }/);
  });
});

test('images may be pixels, and labels numbers', () => {
  tidy(() => {
    using model = toyNetwork().eval();
    const pixels = Uint8Array.from({ length: 2 * 72 }, (_, index) => (index * 37) % 256);
    const images = imageTensor({ data: pixels, shape: [2, 2, 6, 6] });
    const attack = pgd({ epsilon: 0.1, steps: 3 });
    const expected = attack.run(model, images, int64([1, 2])).images;
    expect(attack.run(model, { data: pixels, shape: [2, 2, 6, 6] }, [1, 2]).images.equal(expected)).toBe(true);
    expect(() => attack.run(model, images, [1, 0.5])).toThrow(/expected labels as a list of classes/);
    expect(() => attack.run(model, images, [1])).toThrow(/expected labels as int64 \[2\]/);
  });
});

test('a threat model from outside is one for PGD, by its name', () => {
  THREAT_MODELS.add('l2-too', { ...l2, name: 'l2-too' });
  expect(pgd({ epsilon: 1, norm: 'l2-too' })).toMatchObject({ norm: { name: 'l2-too' } });
});
