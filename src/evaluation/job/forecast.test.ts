/**
 * Forecasts from a trial: what they add up, and how work that is done corrects them.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { disposeSplit } from '../../data/index.js';
import { type Tensor } from '../../engine/index.js';
import { Module } from '../../nn/index.js';
import { examplesWithin, forecastEvaluation, RemainingTime } from './forecast.js';
import { smallNetwork, smallPlan, smallSplit, smallStages } from './job.test-helper.js';
import { probeEvaluation, type Probe } from './probe.js';

leavesNothingAlive();

/** Rounds of 0.1, 0.2 and 0.4 s; 60 of 100 examples stand. */
const probe: Probe = {
  examples: 100,
  correct: 0.9,
  stillRobust: 0.6,
  secondsPerForward: 0,
  secondsPerRound: { first: 0.1, square: 0.2, last: 0.4 },
};
// Two rounds of the first stage, one of Square and three of the last; the latter two are audited.
const plan = smallPlan();

describe('the forecast', () => {
  test('adds up who stands in every round of every stage, and who falls in the first', () => {
    const { seconds } = forecastEvaluation(plan, 'exact', 1000, probe);
    expect(seconds).toBeCloseTo(3 + 0.1 * (2 * 600 + 300) + 0.2 * 600 + 0.4 * 3 * 600, 6);
  });

  test('takes in the sampled order the samples alone', () => {
    const { seconds } = forecastEvaluation(plan, 'sampled', 10_000, probe);
    const audited = 0.1 * 6000;
    expect(seconds).toBeCloseTo(3 + 0.1 * (2 * 6000 + 3000) + 0.2 * audited + 0.4 * 3 * audited, 6);
  });

  test('has a range as wide as what a trial says of who is still robust, and as its clock', () => {
    const wide = forecastEvaluation(plan, 'exact', 1000, { ...probe, examples: 25 });
    const narrow = forecastEvaluation(plan, 'exact', 1000, { ...probe, examples: 1000 });
    expect(wide.seconds).toBe(narrow.seconds);
    expect(wide.from).toBeLessThan(narrow.from);
    expect(wide.to).toBeGreaterThan(narrow.to);
    expect(narrow.to / narrow.seconds).toBeCloseTo(1.2, 6); // nothing is guessed of examples that were all tried
  });

  test('is less for fewer examples, and fills a time', () => {
    const exact = forecastEvaluation(plan, 'exact', 1000, probe).seconds;
    const examples = examplesWithin(plan, 'exact', exact / 3, 1000, probe);
    expect(examples).toBeGreaterThan(300);
    expect(forecastEvaluation(plan, 'exact', examples, probe).seconds).toBeLessThanOrEqual(exact / 3);
    expect(forecastEvaluation(plan, 'exact', examples + 1, probe).seconds).toBeGreaterThan(exact / 3);
    expect(examplesWithin(plan, 'exact', 1e9, 1000, probe)).toBe(1000);
    expect(examplesWithin(plan, 'exact', 1e-9, 1000, probe)).toBe(1);
  });
});

describe('what is left', () => {
  const stages = smallStages(0.1);
  const [first, square, last] = stages;

  test('is the rest of the stage, and all later ones on what stands', () => {
    const remaining = new RemainingTime(stages, probe);
    const seconds = remaining.after({ stage: first!, left: 10, stillRobust: 50, spare: false });
    expect(seconds).toBeCloseTo(0.1 * 10 + 0.2 * 50 + 0.4 * 3 * 50, 6);
    expect(remaining.after({ stage: last!, left: 3, stillRobust: 50, spare: false })).toBeCloseTo(1.2, 6);
  });

  test('is more where the stages so far took longer than foreseen', () => {
    const remaining = new RemainingTime(stages, probe);
    const at = { stage: square!, left: 0, stillRobust: 50, spare: false };
    const before = remaining.after(at);
    for (let chunk = 0; chunk < 10; chunk++) remaining.observe(first!, 100, 20); // foreseen were 10
    expect(remaining.after(at) / before).toBeGreaterThan(1.9);
    expect(remaining.after(at) / before).toBeLessThan(2);
  });

  test('is little where the audits may spare the rest', () => {
    const remaining = new RemainingTime(stages, probe);
    const at = { stage: first!, left: 0, stillRobust: 5000 };
    expect(remaining.after({ ...at, spare: true })).toBeLessThan(remaining.after({ ...at, spare: false }) / 5);
  });
});

/** Takes a millisecond for each image that it looks at. */
class Slow extends Module {
  constructor(readonly inner: Module) {
    super();
  }

  override forward(input: Tensor): Tensor {
    const until = performance.now() + input.size(0);
    while (performance.now() < until);
    return this.inner.forward(input);
  }
}

test('a round takes as long as its looks at one example', () => {
  const model = new Slow(smallNetwork());
  const split = smallSplit(model.inner);
  const { secondsPerForward, secondsPerRound } = probeEvaluation(model, split, smallPlan(1e-4));
  expect(secondsPerForward).toBeGreaterThanOrEqual(0.001);
  // Steps of the stages: 1, 30 queries, and 8.
  expect(secondsPerRound.first).toBeGreaterThanOrEqual(0.001);
  expect(secondsPerRound.square).toBeGreaterThanOrEqual(0.03);
  expect(secondsPerRound.last).toBeGreaterThanOrEqual(0.008);
  model.dispose();
  disposeSplit(split);
});

test('a trial counts who is right and who is still robust, times every stage, and leaves nothing alive', () => {
  const model = smallNetwork();
  const split = smallSplit(model);
  const strong = probeEvaluation(model, split, smallPlan(0.5));
  const weak = probeEvaluation(model, split, smallPlan(1e-4));
  expect(strong.stillRobust).toBeLessThan(strong.correct);
  expect(weak.stillRobust).toBeCloseTo(weak.correct, 6);
  expect(Object.keys(weak.secondsPerRound)).toEqual(['first', 'square', 'last']);
  for (const seconds of Object.values(weak.secondsPerRound)) expect(seconds).toBeGreaterThan(0);
  model.dispose();
  disposeSplit(split);
});
