/**
 * The error on common corruptions: what the mean is over, and that a killed evaluation goes on.
 *
 * @module
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import { corruptionFile, corruptionFolder, SIDE } from '../../data/corruptions/made-up-corruptions.test-helper.js';
import { disposeSplit, makeSplit, openCorruptionFolder, STANDARD_CORRUPTIONS, type Split } from '../../data/index.js';
import { noGrad, tidy } from '../../engine/index.js';
import { Conv2d, Flatten, initialize, Linear, ReLU, Sequential, type Module } from '../../nn/index.js';
import { selectExamples } from '../job/selection.js';
import { runCorruptions, summariseCorruptions, type CorruptionOptions } from './index.js';

leavesNothingAlive();

const IMAGES = 12;
const LABELS = Array.from({ length: IMAGES }, (_, i) => (i * 7) % 4);

let model: Module;
let split: Split;
beforeEach(() => {
  model = initialize(
    new Sequential(new Conv2d(3, 4, { kernelSize: 3 }), new ReLU(), new Flatten(), new Linear(4 * (SIDE - 2) ** 2, 4)),
    5,
  );
  const bytes = Uint8Array.from({ length: IMAGES * 3 * SIDE ** 2 }, (_, i) => (i * 40503 + i * i) % 256);
  split = makeSplit('test', bytes, Uint8Array.from(LABELS), [3, SIDE, SIDE], 4);
});
afterEach(() => {
  model.dispose();
  disposeSplit(split);
});

function job(path: string, folder: string, examples = IMAGES): CorruptionOptions {
  return {
    model,
    split,
    dataset: { name: 'made up', classes: ['a', 'b', 'c', 'd'] },
    selection: selectExamples(split, examples),
    corruptions: openCorruptionFolder(path, [SIDE, SIDE]),
    batchSize: 5,
    folder,
  };
}

describe('the job', () => {
  test('counts what the network gets wrong at every severity', async () => {
    const grey = (level: number) => corruptionFile(IMAGES, () => level);
    const path = corruptionFolder(LABELS, { 'fog.npy': grey(200), 'gaussian_noise.npy': undefined });
    const { result, clean, finish } = await runCorruptions(job(path, join(temporaryFolder(), 'state')));
    finish();
    const said = tidy(
      () =>
        noGrad(() =>
          model.forward(
            split.images
              .narrow(0, 0, 1)
              .to({ dtype: 'float32' })
              .mul(0)
              .add(200 / 255),
          ),
        )
          .argmax(1)
          .toNumbers()[0]!,
    );
    const wrong = LABELS.filter((label) => label !== said).length;
    expect(result.corruptions).toMatchObject([{ name: 'fog', standard: true, errors: Array(5).fill(wrong) }]);
    expect(result.meanError).toBeCloseTo(wrong / IMAGES, 12);
    expect(result.aboveClean).toBeCloseTo(wrong / IMAGES - clean.error, 12);
    expect(result.missing).toEqual(STANDARD_CORRUPTIONS.filter((name) => name !== 'fog'));
  });

  test('goes on after it was stopped, and comes to the same', async () => {
    const path = corruptionFolder(LABELS);
    const whole = await runCorruptions(job(path, join(temporaryFolder(), 'state')));
    whole.finish();
    const folder = join(temporaryFolder(), 'state');
    const stop = new AbortController();
    const progress = {
      start: () => undefined,
      stop: () => undefined,
      update: (done: number) => done === 3 && stop.abort(),
    };
    await expect(
      runCorruptions({ ...job(path, folder), signal: stop.signal, progress: progress as never }),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const rest = await runCorruptions(job(path, folder));
    rest.finish();
    expect(rest.result).toEqual(whole.result);
    expect(rest.clean).toEqual(whole.clean);
  });

  test('measures again what another file holds by now', async () => {
    const folder = join(temporaryFolder(), 'state');
    (await runCorruptions(job(corruptionFolder(LABELS), folder))).close();
    const bytes = (image: number, at: number) => (image < IMAGES ? 0 : (image * 40503 + at * at * 31) % 256);
    const black = corruptionFolder(LABELS, { 'fog.npy': corruptionFile(IMAGES, bytes) }); // at severity 1
    const again = await runCorruptions(job(black, folder));
    again.finish();
    const fresh = await runCorruptions(job(black, join(temporaryFolder(), 'state')));
    fresh.finish();
    expect(again.result).toEqual(fresh.result);
  });

  test('refuses the corruptions of another data set', async () => {
    const path = corruptionFolder(LABELS.map((label) => 3 - label));
    const running = runCorruptions(job(path, join(temporaryFolder(), 'state')));
    await expect(running).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringContaining('another data set') as string,
    });
  });

  test('refuses more images than a severity has', async () => {
    const path = corruptionFolder(LABELS.slice(0, 4));
    const running = runCorruptions(job(path, join(temporaryFolder(), 'state')));
    await expect(running).rejects.toThrow('at most the 4 of each severity');
  });
});

describe('the mean', () => {
  const severities = (name: string, ...wrong: number[][]) =>
    wrong.map((positions) => ({ name, images: '', wrong: positions }));

  test('is over the standard corruptions alone, with images for the units of its interval', () => {
    const measured = [...severities('fog', [0], [0, 1]), ...severities('saturate', [0, 1, 2, 3], [0, 1, 2, 3])];
    const { meanError, interval, aboveClean, corruptions } = summariseCorruptions(measured, 4, 1);
    expect(meanError).toBe(3 / 8);
    expect(aboveClean).toBe(1 / 8);
    // Shares 1, 1/2, 0, 0: variance 0.2291667, so that the standard error is 0.2393568.
    expect(interval![0]).toBe(0);
    expect(interval![1]).toBeCloseTo(0.375 + 1.959964 * 0.2393568, 6);
    expect(corruptions.map(({ standard }) => standard)).toEqual([true, false]);
  });

  test('is none where there are extra corruptions alone', () => {
    expect(summariseCorruptions(severities('spatter', [0]), 4, 0)).toMatchObject({ meanError: null, interval: null });
  });
});
