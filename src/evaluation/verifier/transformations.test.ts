/**
 * Moved images are made again from the originals and their saved parameters, and whatever else is in the file is no
 * moved image.
 *
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { createAttack, isTransformation, THREAT_MODELS } from '../../attacks/index.js';
import { disposeSplit, gatherBatch, makeSplit } from '../../data/index.js';
import { ops, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { distanceFromMoved, movesPixels } from './transformations.js';
import { verify, type VerifyOptions } from './index.js';

const [EXAMPLES, SHAPE] = [20, [2, 5, 7]] as const;
const bytes = Uint8Array.from({ length: EXAMPLES * 70 }, (_, i) => (i * 97 + ((i * i) % 31)) % 256);

class Halves extends Module {
  override forward(input: Tensor): Tensor {
    const left = input.narrow(3, 0, 3).flatten({ startDim: 1 }).sum([1]);
    return ops.stack([left, input.narrow(3, 4, 3).flatten({ startDim: 1 }).sum([1])], { dim: 1 }).mul(4);
  }
}
const model = new Halves();
const split = tidy(() => {
  const unlabelled = makeSplit('test', bytes, new Uint8Array(EXAMPLES), SHAPE, 2);
  const said = model.forward(unlabelled.images.to({ dtype: 'float32' })).argmax({ dim: 1 });
  const labels = Uint8Array.from(said.toNumbers());
  disposeSplit(unlabelled);
  return makeSplit('test', bytes, labels, SHAPE, 2);
});
const positions = Array.from({ length: EXAMPLES }, (_, i) => i);

afterAll(() => {
  disposeSplit(split);
});
leavesNothingAlive();

const NAMES = THREAT_MODELS.entries.flatMap(([name, threat]) => (isTransformation(threat) ? [name] : []));

interface Attacked {
  images: Tensor;
  parameters?: Tensor | undefined;
  fooled: boolean[];
}

function attacked({ norm, epsilon }: VerifyOptions): Attacked {
  return tidy(() => {
    const batch = gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt)));
    const attack = createAttack({ name: norm === 'flow' ? 'flow' : 'affine', norm, epsilon, steps: 6 });
    const randomness = { stream: new RandomStream(1), indices: batch.indices };
    const { images, parameters, success } = attack.run(model, batch.images, batch.labels, randomness);
    return { images, parameters, fooled: success.toNumbers().map(Boolean) };
  });
}

/** Verifies what an attack found, once something has changed it. */
async function verified(options: VerifyOptions, change: (found: Attacked) => void = () => undefined) {
  const { images, parameters, fooled } = attacked(options);
  const found: Attacked = { images, parameters, fooled };
  change(found);
  try {
    return await verify(model, split, { adversarial: found.images, positions, ...found }, options);
  } finally {
    for (const each of new Set([images, parameters, found.images, found.parameters])) each?.dispose();
  }
}

describe.each(NAMES)('%s', (norm) => {
  const options: VerifyOptions = { norm, epsilon: norm === 'affine' ? 0.4 : 1.3, batchSize: 10 };

  test('what an attack leaves is confirmed', async () => {
    const { cleanErrors, errors, largestDistance } = await verified(options);
    expect(cleanErrors).toBe(0);
    expect(errors).toBeGreaterThan(0);
    expect(largestDistance).toBeLessThanOrEqual(options.epsilon);
    expect(largestDistance).toBeGreaterThan(0.8 * options.epsilon);
  });

  test.each<[string, RegExp, (found: Attacked) => void]>([
    ['without parameters', /expected the parameters/, (found) => (found.parameters = undefined)],
    [
      'a parameter beyond epsilon',
      /was made by .* with a parameter of/,
      (found) => (found.parameters = found.parameters!.mul(1.5)),
    ],
    [
      'other parameters',
      /image 0 is not what its saved parameters make of the original/,
      (found) => (found.parameters = found.parameters!.mul(0.5)),
    ],
    [
      'a parameter too few',
      /a value differs by Infinity/,
      (found) => (found.parameters = tidy(() => found.parameters!.narrow(1, 1, found.parameters!.size(1) - 1).clone())),
    ],
    [
      'parameters that are no numbers',
      /with a parameter of Infinity/,
      (found) => (found.parameters = found.parameters!.mul(NaN)),
    ],
    [
      'a pixel that changed its value, by half a grey level',
      /a value differs by/,
      (found) =>
        (found.images = tidy(() =>
          found.images
            .sub(0.5)
            .mul(1 - 2 / 255)
            .add(0.5),
        )),
    ],
  ])('nothing is issued for %s', async (_, message, change) => {
    await expect(verified(options, change)).rejects.toMatchObject({
      code: 'EVALUATION',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('the second making, by hand', () => {
  const line = Float32Array.of(0.1, 0.5, 0.9, 0.3);
  const made = (norm: string, parameters: number[], expected: number[]) =>
    distanceFromMoved(norm, line, Float32Array.from(expected), Float32Array.from(parameters), [1, 1, 4]);

  test.each([
    // A quarter of the width, of which half is 1: the value comes from one pixel further right.
    ['affine', [0.5, 0, 0, 0, 0, 0], [0.5, 0.9, 0.3, 0.3]],
    ['rotation-translation', [2.5, 0, 0], [0.5, 0.9, 0.3, 0]],
    ['rotation-translation', [1.25, 0, 0], [0.3, 0.7, 0.6, 0.15]],
    ['flow', [1, 0, 0.5, 0, -2, 0, 9, 0], [0.5, 0.7, 0.1, 0.3]],
    // Half as far from the centre: at -0.5 + {0.75, 1.25, 1.75, 2.25} + 0.5 = {0.75, 1.25, 1.75, 2.25}.
    ['affine', [0, 0, 0, 0, -0.5, 0], [0.4, 0.6, 0.8, 0.75]],
  ])('%s %j', (norm, parameters, expected) => {
    expect(made(norm, parameters, expected)).toBeLessThan(1e-7);
  });

  test('a half turn turns rows and columns about', () => {
    const square = Float32Array.of(0.1, 0.2, 0.3, 0.4);
    const turned = Float32Array.of(0.4, 0.3, 0.2, 0.1);
    const parameters = Float32Array.of(0, 0, 0, 0, 0, Math.PI);
    expect(distanceFromMoved('affine', square, turned, parameters, [1, 2, 2])).toBeLessThan(1e-6);
  });

  test('every transformation of the attacks is known, and nothing else', () => {
    expect(THREAT_MODELS.names.filter(movesPixels)).toEqual(NAMES);
  });
});
