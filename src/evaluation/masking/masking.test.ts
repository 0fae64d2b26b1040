/**
 * The masking report fires on networks that hide their gradients, and on no ordinary one.
 *
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { disposeSplit, makeSplit } from '../../data/index.js';
import type { Tensor } from '../../engine/index.js';
import { Flatten, Linear, Module, Sequential } from '../../nn/index.js';
import {
  blackBoxLoses,
  converged,
  gradientsExist,
  gradientsPointUphill,
  lossesAgree,
  moreStepsHurt,
  searchBeatsGradients,
  transferLoses,
  unboundedWins,
} from './indicators.js';
import { maskingReport, type Indicator, type MaskingReport, type Verdict } from './index.js';
import type { StageResult } from '../results.js';
import { judge, worst } from './verdict.js';

const [EXAMPLES, CLASSES] = [40, 4];
/** Class k is a little brighter at place k. */
const bytes = Uint8Array.from({ length: EXAMPLES * CLASSES }, (_, i) =>
  Math.floor(i / CLASSES) % CLASSES === i % CLASSES ? 150 + (i % 40) : 90 + ((i * 7) % 30),
);
const split = makeSplit(
  'test',
  bytes,
  Uint8Array.from({ length: EXAMPLES }, (_, i) => i % CLASSES),
  [1, 2, 2],
  4,
);

/** Says the brightest place. */
class Brightest extends Module {
  override forward(input: Tensor): Tensor {
    return this.see(input.flatten({ startDim: 1 })).mul(this.scale);
  }
  protected readonly scale: number = 5;
  protected see(pixels: Tensor): Tensor {
    return pixels;
  }
}
/** The same, so sure that float32 has no probability left but 1 and 0. */
class Shouting extends Brightest {
  protected override readonly scale = 1e4;
}
/** The same through a sigmoid that is flat in float32. */
class Saturated extends Brightest {
  protected override see(pixels: Tensor): Tensor {
    return pixels.sub(0.45).mul(1e4).sigmoid();
  }
}
/** The same on few grey levels. */
class Stepped extends Brightest {
  protected override see(pixels: Tensor): Tensor {
    return pixels.mul(8).round().div(8);
  }
}
/** The same with a fast wave on top: gradients point anywhere. */
class Shattered extends Brightest {
  protected override see(pixels: Tensor): Tensor {
    return pixels.add(pixels.mul(4000).cos().mul(0.02));
  }
}

const options = { norm: 'linf', epsilon: 0.03, seed: 1, examples: 40, steps: [1, 5, 20], queries: 50 } as const;
const named = ({ indicators }: MaskingReport, name: string): Indicator =>
  indicators.find((indicator) => indicator.name === name)!;

leavesNothingAlive();
afterAll(() => {
  disposeSplit(split);
});

describe('networks', () => {
  test('an ordinary one passes everything, whatever the batches, and nothing stays alive', async () => {
    const model = new Brightest();
    const measured: string[] = [];
    const shares: number[] = [];
    const onProgress = (name: string, done: number, total: number) => {
      measured.push(name);
      shares.push(done / total);
    };
    const report = await maskingReport(model, split, { ...options, onProgress });
    expect([shares.at(-1), shares]).toEqual([1, [...shares].sort((a, b) => a - b)]);
    expect(report.indicators.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(report).toMatchObject({ verdict: 'pass', norm: 'linf', epsilon: 0.03, seed: 1, examples: 40, sample: 40 });
    expect(report.measurements.map(({ attack }) => attack)).toEqual(
      expect.arrayContaining(['PGD, 20 steps', 'PGD, huge budget']),
    );
    expect(report.indicators.every(({ action }) => action === '')).toBe(true);
    expect(measured).toContain('gradients');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(await maskingReport(model, split, { ...options, batchSize: 7 })).toEqual(report);
    expect(model.training).toBe(true);
  });

  test('one whose logits are scaled is attacked like any other', async () => {
    const report = await maskingReport(new Shouting(), split, options);
    expect(report.indicators.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('one that saturates inside has no gradient, fails, and is told what to do', async () => {
    const report = await maskingReport(new Saturated(), split, options);
    expect(report.verdict).toBe('fail');
    expect(named(report, 'zero-gradients')).toMatchObject({ verdict: 'fail' });
    expect(named(report, 'zero-gradients').action).toContain('smooth one in the backward pass');
  });

  test('one that rounds its input fails', async () => {
    const report = await maskingReport(new Stepped(), split, options);
    expect(report.verdict).toBe('fail');
    expect(named(report, 'zero-gradients').reason).toContain('100.0 %');
    expect(named(report, 'loss-surface').verdict).toBe('fail');
  });

  test('one with a rough surface is not passed', async () => {
    const report = await maskingReport(new Shattered(), split, options);
    expect(named(report, 'zero-gradients').verdict).toBe('pass');
    expect(named(report, 'loss-surface').verdict).not.toBe('pass');
    expect(report.verdict).not.toBe('pass');
  });

  test('images of a surrogate fool what the masked network hides', async () => {
    const report = await maskingReport(new Stepped(), split, { ...options, epsilon: 0.2, surrogate: new Brightest() });
    expect(named(report, 'transfer').verdict).toBe('fail');
    expect(
      named(await maskingReport(new Brightest(), split, { ...options, surrogate: new Brightest() }), 'transfer')
        .verdict,
    ).toBe('pass');
  });

  test.each(['l2', 'l1', 'l0'] as const)('an ordinary one passes in %s too', async (norm) => {
    const epsilon = { l2: 0.05, l1: 0.05, l0: 1 }[norm];
    const report = await maskingReport(new Brightest(), split, { ...options, norm, epsilon });
    expect(named(report, 'zero-gradients').verdict).toBe('pass');
    expect(named(report, 'loss-surface').verdict).toBe('pass');
    expect(named(report, 'large-budget').verdict).toBe('pass');
  });

  test('one that is always wrong has nothing to attack', async () => {
    class Reversed extends Brightest {
      protected override readonly scale = -5;
    }
    await expect(maskingReport(new Reversed(), split, options)).rejects.toThrow(
      /gets some of 40 images right.*nothing to attack/,
    );
  });

  test('steps that do not grow are refused, and a signal stops', async () => {
    const model = new Sequential(new Flatten(), new Linear(4, 4));
    await expect(maskingReport(model, split, { ...options, steps: [10, 5] })).rejects.toThrow(
      /growing numbers of steps, received \[10, 5\]/,
    );
    await expect(maskingReport(model, split, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    model.dispose();
  });
});

/** `part` of 100 flags are set. */
const flags = (part: number) => Array.from({ length: 100 }, (_, i) => i < part);
const series = (...parts: number[]) => parts.map((part, i) => ({ steps: 10 ** i, fooled: flags(part) }));

/** What a stage with gradients and one without, after it, found. */
const stages = (...errors: [number, number]): StageResult[] =>
  ['apgd-t', 'square'].map((name, i) => ({
    name,
    rounds: 1,
    attacked: 1000,
    errors: errors[i]!,
    robustError: 0.5,
    seconds: 1,
  }));

test('a search that is alone, or comes first, contradicts nobody', () => {
  const [gradients, square] = stages(0, 50) as [StageResult, StageResult];
  expect(searchBeatsGradients([square], ['square'], 100)).toBeUndefined();
  expect(searchBeatsGradients([square, gradients], ['square'], 100)).toBeUndefined();
  expect(searchBeatsGradients([gradients], [], 100)).toBeUndefined();
});

test.each<[string, Indicator, Verdict]>([
  ['steps that help', moreStepsHurt(series(10, 40, 42)), 'pass'],
  ['steps that hurt', moreStepsHurt(series(40, 10, 42)), 'fail'],
  ['steps that hurt a little', moreStepsHurt(series(40, 36, 42)), 'suspect'],
  ['a late gain of two points', converged(series(10, 40, 42)), 'pass'],
  ['a late gain of ten points', converged(series(10, 40, 50)), 'suspect'],
  ['a late gain of fifty points', converged(series(10, 40, 90)), 'fail'],
  ['a huge budget that wins', unboundedWins(flags(100), 1), 'pass'],
  ['a huge budget that nearly wins', unboundedWins(flags(97), 1), 'suspect'],
  ['a huge budget that does not win', unboundedWins(flags(80), 1), 'fail'],
  ['a black box that does worse', blackBoxLoses(flags(50), flags(30), 'Square'), 'pass'],
  ['a black box that does better', blackBoxLoses(flags(50), flags(60), 'Square'), 'fail'],
  ['transfer that does worse', transferLoses(flags(50), flags(30)), 'pass'],
  ['transfer that does better', transferLoses(flags(50), flags(54)), 'suspect'],
  ['losses that agree', lossesAgree(flags(50), flags(55)), 'pass'],
  ['a margin that finds more', lossesAgree(flags(50), flags(80)), 'fail'],
  ['gradients', gradientsExist(flags(0)), 'pass'],
  ['some gradients missing', gradientsExist(flags(3)), 'suspect'],
  ['gradients missing', gradientsExist(flags(30)), 'fail'],
  ['a smooth surface', gradientsPointUphill(flags(98)), 'pass'],
  ['a rough surface', gradientsPointUphill(flags(55)), 'fail'],
  ['a last stage without gradients that finds nothing', searchBeatsGradients(stages(9, 0), ['square'], 1000)!, 'pass'],
  ['one that finds less than 0.2 points', searchBeatsGradients(stages(9, 1), ['square'], 1000)!, 'pass'],
  ['one that finds 0.2 points', searchBeatsGradients(stages(9, 2), ['square'], 1000)!, 'suspect'],
  ['one that finds 6 points', searchBeatsGradients(stages(80, 9), ['square'], 150)!, 'fail'],
])('%s: %o', (_, indicator, expected) => {
  expect(indicator.verdict).toBe(expected);
  expect(indicator.action === '').toBe(expected === 'pass');
  expect(indicator.reason).not.toBe('');
});

test('verdicts', () => {
  expect(worst(['pass', 'suspect'])).toBe('suspect');
  expect(worst(['fail', 'pass'])).toBe('fail');
  expect(worst([])).toBe('pass');
  expect([0.02, 0.03, 0.06].map((value) => judge(value, 0.02, 0.05))).toEqual(['pass', 'suspect', 'fail']);
});
