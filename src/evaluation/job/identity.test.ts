/**
 * A saved state goes on with the network, the data and the settings it was begun with, and with nothing else.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import { disposeSplit, makeSplit, type Split } from '../../data/index.js';
import { tensor } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { hashArchitecture, hashExamples, hashModel } from '../provenance/index.js';
import { runEpsilonCurve, runEvaluationJob, singleAttackPlan } from './index.js';
import { smallJob, smallNetwork, smallSplit } from './job.test-helper.js';

leavesNothingAlive();

describe('networks whose state dicts are alike', () => {
  const wide = (options: object): ModelDescription => ({
    architecture: 'wide-resnet',
    options: { depth: 10, widenFactor: 1, width: 4, ...options },
  });
  const variants: Record<string, ModelDescription> = {
    plain: wide({}),
    'another place of the stride': wide({ strideOn: 'first' }),
    'another shortcut': wide({ shortcutFrom: 'activation' }),
    'no clamp': wide({ clamp: false }),
    normalised: wide({ normalize: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } }),
    'normalised otherwise': wide({ normalize: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.25, 0.25] } }),
  };

  test.each([true, false])('have hashes of their own, by what they compute; with a description: %s', (described) => {
    const hashes = Object.values(variants).map((description) => {
      const model = createModel(description, 1);
      const pair = [hashModel(model), hashArchitecture(model, described ? description : undefined)] as const;
      // Neither the mode nor how it is computed at the moment is part of what it is.
      model.eval();
      expect(hashArchitecture(model, described ? description : undefined)).toBe(pair[1]);
      model.dispose();
      return pair;
    });
    expect(new Set(hashes.map(([weights]) => weights)).size).toBe(1);
    expect(new Set(hashes.map(([, architecture]) => architecture)).size).toBe(hashes.length);
  });

  test('with defaults written out or left out are one', () => {
    const [short, long] = [wide({}), wide({ clamp: true, strideOn: 'second' })];
    const model = createModel(short, 1);
    expect(hashArchitecture(model, long)).toBe(hashArchitecture(model, short));
    model.dispose();
  });
});

test('of examples counts images, labels, and where they are', () => {
  const make = (first: number, label: number) =>
    makeSplit('test', Uint8Array.of(first, 2, 3, 4), Uint8Array.of(label, 1), [1, 1, 2], 3);
  const splits = [make(1, 0), make(9, 0), make(1, 2)];
  const hashes = splits.map((split) => hashExamples(split, [0, 1]));
  hashes.push(hashExamples(splits[0]!, [0]), hashExamples(splits[0]!, [1]));
  expect(new Set(hashes).size).toBe(hashes.length);
  splits.forEach(disposeSplit);
});

/** Begun, and stopped after its first chunk. */
async function begin(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  controller.abort();
  await expect(work(controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
}

/** The same images under other labels. */
function relabelled(split: Split): Split {
  const labels = split.labels.toNumbers().map((label, i) => (i === 7 ? (label + 1) % 4 : label));
  return { ...split, images: split.images.clone(), labels: tensor(BigInt64Array.from(labels, BigInt)) };
}

describe('an unfinished state', () => {
  const description = (mean: number): ModelDescription => ({
    architecture: 'wide-resnet',
    options: { depth: 10, widenFactor: 1, width: 4, classes: 4, normalize: { mean: [mean, 0, 0], std: [1, 1, 1] } },
  });

  test('with one normalisation is no start for a network with another: neither an evaluation nor a curve', async () => {
    const [first, second] = [createModel(description(0.1), 1), createModel(description(0.6), 1)];
    const bytes = Uint8Array.from({ length: 10 * 192 }, (_, i) => (i * 40503) % 256);
    const split = makeSplit('test', bytes, new Uint8Array(10), [3, 8, 8], 4);
    const plan = singleAttackPlan({ name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 2 }, 1, 4);
    const attack = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 2 } as const;
    for (const [name, run] of [
      [
        'evaluation',
        (job: object) => runEvaluationJob({ ...smallJob(first, split, ''), plan, preflight: false, ...job }),
      ],
      ['curve', (job: object) => runEpsilonCurve({ ...smallJob(first, split, ''), attack, budgets: [0.1], ...job })],
    ] as const) {
      const folder = join(temporaryFolder(), name);
      await begin((signal) => run({ folder, signal }));
      await expect(run({ folder, model: second })).rejects.toMatchObject({
        code: 'CHECKPOINT',
        message: expect.stringMatching(
          /the architecture, its options or its normalisation \(by their SHA-256\): saved/,
        ) as string,
      });
      // The one it was begun with goes on.
      (await run({ folder })).close();
    }
    first.dispose();
    second.dispose();
    disposeSplit(split);
  });

  test('is of its labels, and of its version of the library', async () => {
    const model = smallNetwork();
    const split = smallSplit(model);
    const folder = join(temporaryFolder(), 'state');
    const job = { ...smallJob(model, split, folder), preflight: false };
    await begin((signal) => runEvaluationJob({ ...job, signal }));
    const other = relabelled(split);
    await expect(runEvaluationJob({ ...job, split: other })).rejects.toThrow(
      /the images or labels \(by their SHA-256\)/,
    );
    const state = join(folder, 'state.json');
    const saved = readFileSync(state, 'utf8');
    writeFileSync(state, saved.replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
    await expect(runEvaluationJob(job)).rejects.toThrow(/the version of Saddlepoint: saved 0\.0\.1, now /);
    disposeSplit(split);
    disposeSplit(other);
    model.dispose();
  });

  test('of a version that did not say which architecture is refused with that sentence, and stays', async () => {
    const model = smallNetwork();
    const split = smallSplit(model);
    const folder = join(temporaryFolder(), 'state');
    const job = { ...smallJob(model, split, folder), preflight: false };
    await begin((signal) => runEvaluationJob({ ...job, signal }));
    const state = join(folder, 'state.json');
    const {
      model: weights,
      images,
      attack,
    } = (JSON.parse(readFileSync(state, 'utf8')) as { identity: Record<string, string> }).identity;
    const identity = {
      model: weights,
      dataset: 'made up',
      split: 'test[0:40]',
      images,
      attack,
      seed: 1,
      order: 'exact',
    };
    writeFileSync(state, JSON.stringify({ format: 'saddlepoint-evaluation-1', backend: 'plain', identity }));
    await expect(runEvaluationJob(job)).rejects.toMatchObject({
      code: 'CHECKPOINT',
      message: expect.stringMatching(/an earlier version began; it does not say of which architecture/) as string,
    });
    expect(existsSync(join(folder, 'journal.jsonl'))).toBe(true);
    disposeSplit(split);
    model.dispose();
  });
});
