/**
 * Checkpoints: bit-equal round trips, and refusals of everything else.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { backward, memory, ops, readSafetensors, tidy, writeSafetensors, type Tensor } from '../engine/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import type { Module } from '../nn/index.js';
import { Sgd } from '../optim/index.js';
import { loadCheckpoint, resumeFrom, saveCheckpoint, saveModel } from './index.js';

const description: ModelDescription = { architecture: 'small-cnn', options: { resolution: 8, width: 4, hidden: 16 } };
const path = join(temporaryFolder(), 'checkpoints', 'last.safetensors');

let model: Module;
let optimizer: Sgd;
leavesNothingAlive();
beforeEach(() => {
  model = createModel(description, 1);
  optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
  for (let step = 0; step < 3; step += 1) {
    tidy(() => {
      optimizer.zeroGrad();
      backward(
        model
          .forward(ops.ones([2, 1, 8, 8]))
          .square()
          .sum(),
      );
      optimizer.step(1e-4);
    });
  }
  saveCheckpoint(path, model, description, { step: 3 }, optimizer);
});
afterEach(() => {
  model.dispose();
  optimizer.dispose();
});

/** Every bit of every tensor, by name. */
const bits = (tensors: ReadonlyMap<string, Tensor>) =>
  new Map([...tensors].map(([name, value]) => [name, Buffer.from(value.toTypedArray().buffer).toString('hex')]));

describe('a checkpoint', () => {
  test('gives back the network it describes, bit by bit', () => {
    const loaded = loadCheckpoint(path);
    expect(loaded.description).toEqual(description);
    expect(bits(loaded.model.stateDict())).toEqual(bits(model.stateDict()));
    loaded.model.dispose();
  });

  test('of the weights alone gives back the network, and says what it was told', () => {
    const exported = join(temporaryFolder(), 'model.safetensors');
    saveModel(exported, model, description, { recipe: 'seed: 1' });
    const { tensors, metadata } = readSafetensors(exported);
    expect([...tensors.keys()].sort()).toEqual([...model.stateDict().keys()].sort());
    expect(metadata.recipe).toBe('seed: 1');
    for (const tensor of tensors.values()) tensor.dispose();
    const loaded = loadCheckpoint(exported);
    expect(bits(loaded.model.stateDict())).toEqual(bits(model.stateDict()));
    loaded.model.dispose();
  });

  test('puts weights and momentum into another run, which then goes the same way bit by bit', () => {
    const other = createModel(description, 99);
    const its = new Sgd(other.namedParameters(), { momentum: 0.9 });
    expect(resumeFrom(path, other, description, its)).toEqual({ step: 3 });
    expect(bits(other.stateDict())).toEqual(bits(model.stateDict()));
    expect(bits(its.stateDict())).toEqual(bits(optimizer.stateDict()));
    expect(its.stateDict().size).toBe(model.parameters().length);
    for (const [network, sgd] of [
      [model, optimizer],
      [other, its],
    ] as const) {
      tidy(() => {
        sgd.zeroGrad();
        backward(network.forward(ops.ones([1, 1, 8, 8])).sum());
        sgd.step(0.1);
      });
    }
    expect(bits(other.stateDict())).toEqual(bits(model.stateDict()));
    other.dispose();
    its.dispose();
  });

  test("holds PyTorch's names, so that any reader of safetensors finds the weights", () => {
    tidy(() => {
      const names = [...readSafetensors(path).tensors.keys()].filter((name) => !name.startsWith('optimizer/'));
      expect(names).toEqual([...model.stateDict().keys()]);
      expect(names).toContain('features.0.weight');
    });
  });

  test('a run without a checkpoint starts from nothing', () => {
    expect(resumeFrom(`${path}.none`, model, description, optimizer)).toBeUndefined();
  });
});

describe('refused with code CHECKPOINT, weights untouched, nothing left alive', () => {
  test('a checkpoint of another architecture', () => {
    const wider: ModelDescription = { ...description, options: { ...description.options, width: 8 } };
    const other = createModel(wider, 1);
    const its = new Sgd(other.namedParameters(), { momentum: 0.9 });
    const before = bits(other.stateDict());
    const failure = failureOf(() => resumeFrom(path, other, wider, its));
    expect(failure.code).toBe('CHECKPOINT');
    expect(failure.message).toMatch(/is of .*"width":4.*, this run trains .*"width":8.*\. Use another run name/);
    expect(bits(other.stateDict())).toEqual(before);
    other.dispose();
    its.dispose();
  });

  const sound = { format: 'saddlepoint-checkpoint-1', model: JSON.stringify(description), position: '{"step":3}' };
  const cases: Record<string, [Record<string, string>, RegExp]> = {
    'weights of another program': [
      {},
      /is no checkpoint of Saddlepoint: expected the format saddlepoint-checkpoint-1, received none/,
    ],
    'a later format': [{ ...sound, format: 'saddlepoint-checkpoint-9' }, /received saddlepoint-checkpoint-9/],
    'a description that is not JSON': [{ ...sound, model: '{' }, /is damaged: expected which network it holds/],
    'a description that is missing': [{ format: sound.format, position: sound.position }, /is damaged/],
    'an unknown architecture': [
      { ...sound, model: '{"architecture":"toString","options":{}}' },
      /is damaged.*toString/,
    ],
    'options that are nested without end': [
      { ...sound, model: `{"architecture":"small-cnn","options":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}` },
      /is damaged/,
    ],
    'a position that is none': [{ ...sound, position: '{"step":-1}' }, /is damaged.*"step":-1/],
    'options no network has': [
      { ...sound, model: '{"architecture":"small-cnn","options":{"width":-5}}' },
      /does not hold the network it describes/,
    ],
    'weights that do not fit': [
      sound,
      /does not hold the network it describes: these weights do not fit the model: `features\.0\.weight` is missing/,
    ],
  };

  test.each(Object.entries(cases))('%s', (_, [metadata, message]) => {
    const other = `${path}.other`;
    tidy(() => {
      writeSafetensors(other, new Map([['x', ops.zeros([10_000])]]), metadata);
    });
    const failure = failureOf(() => loadCheckpoint(other));
    expect(failure.code).toBe('CHECKPOINT');
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(other);
  });

  test.each([
    ['resnet18', { width: 512 }],
    ['wide-resnet', { depth: 4_000_000, widenFactor: 1, width: 1 }],
    ['small-cnn', { width: 10, hidden: 1e9 }],
  ])('%s, described larger than the weights at hand, is not built', (architecture, options) => {
    const other = `${path}.large`;
    const large = { ...sound, model: JSON.stringify({ architecture, options }) };
    tidy(() => {
      writeSafetensors(other, new Map([['x', ops.zeros([10_000])]]), large);
    });
    const before = { ...memory() };
    expect(failureOf(() => loadCheckpoint(other)).message).toMatch(
      /the network has more than the 10000 weights there may be/,
    );
    const { live, peak } = memory();
    expect(live).toBe(before.live);
    expect(peak - before.peak).toBeLessThan(10_000); // each of its tensors is a claim that the file can pay for
  });

  test('a file cut off, a text file, a missing file', () => {
    const other = `${path}.broken`;
    const whole = readFileSync(path);
    for (const content of [whole.subarray(0, whole.length / 2), Buffer.from('hello, I am no checkpoint')]) {
      writeFileSync(other, content);
      expect(failureOf(() => loadCheckpoint(other)).code).toBe('CHECKPOINT');
      expect(failureOf(() => resumeFrom(other, model, description, optimizer)).code).toBe('CHECKPOINT');
    }
    expect(failureOf(() => loadCheckpoint('/nowhere/last.safetensors')).message).toMatch(/cannot be opened: ENOENT/);
  });
});
