/**
 * Comparisons over seeds: means, spreads, and a page and a text that show them.
 *
 * @module
 */
import { expect, test } from 'vitest';
import type { EvaluationResult, RobustErrorRate } from '../../evaluation/results.js';
import { runFiles } from '../made-up-run.test-helper.js';
import { compareRuns, comparisonJson, comparisonPage, comparisonText, spreadOf, spreadText } from './index.js';

const made = runFiles('adversarial')['evaluation/test.json'] as EvaluationResult;
const [[name, rate]] = Object.entries(made.attacks) as [[string, RobustErrorRate]];

/** A run with these errors; without a robust one it was not attacked. */
function run(method: string, seed: number, cleanError: number, robustError?: number) {
  const attacks = robustError === undefined ? {} : { [name]: { ...rate, robustError } };
  const result = { ...made, clean: { ...made.clean, error: cleanError }, attacks };
  return { method, seed, path: `runs/c/${method}-seed${seed}`, trainingSeconds: 60 + seed, result };
}

const comparison = compareRuns('Two methods', [
  run('plain <b>', 1, 0.1, 0.3),
  run('plain <b>', 2, 0.2, 0.5),
  run('other', 1, 0.25, 0.4),
]);

test('a spread is mean and standard deviation of a seed; one seed has none', () => {
  expect(spreadOf([0.1, 0.2, 0.3])).toEqual({
    mean: expect.closeTo(0.2) as number,
    deviation: expect.closeTo(0.1) as number,
    values: [0.1, 0.2, 0.3],
  });
  expect(spreadOf([0.4])).toEqual({ mean: 0.4, deviation: null, values: [0.4] });
  expect([spreadText(spreadOf([0.1, 0.2])), spreadText(spreadOf([0.25]))]).toEqual(['15.0 ± 7.1 %', '25.0 %']);
});

test('the runs of a method stand together', () => {
  expect(comparison.methods.map(({ method, seeds }) => [method, seeds])).toEqual([
    ['plain <b>', [1, 2]],
    ['other', [1]],
  ]);
  expect(comparison.methods[0]!.robustErrors.get(name)!.mean).toBeCloseTo(0.4);
});

test('an attack that one of the seeds lacks has no mean', () => {
  const { methods } = compareRuns('x', [run('a', 1, 0.1, 0.3), run('a', 2, 0.1), run('b', 1, 0.1, 0.2)]);
  expect(methods.map(({ robustErrors }) => [...robustErrors.keys()])).toEqual([[], [name]]);
});

test('text and page show means and deviations, the page every run, and names are no markup', () => {
  const text = comparisonText(comparison, 200);
  expect(text).toMatch(/plain <b>\s*│ 2\s*│ 15\.0 ± 7\.1 %\s*│ 40\.0 ± 14\.1 %/);
  expect(text.replace(/\s/g, ' ')).toMatch(/: L.*ε = [\d./]+,.* images?\./);
  const page = comparisonPage(comparison);
  expect(page).toContain('15.0 ± 7.1 %');
  expect(page).toContain('runs/c/plain &lt;b&gt;-seed2');
  expect(page).not.toContain('plain <b>');
  expect(page).toContain('data-sortable');
});

test('as data it has every figure', () => {
  const { methods, runs } = JSON.parse(JSON.stringify(comparisonJson(comparison))) as {
    methods: { robustErrors: Record<string, { values: number[] }> }[];
    runs: unknown[];
  };
  expect(methods[0]!.robustErrors[name]!.values).toEqual([0.3, 0.5]);
  expect(runs).toHaveLength(3);
});

test('what a sampled order may have missed is said', () => {
  const [a, b] = [run('a', 1, 0.1, 0.3), run('a', 2, 0.1, 0.4)];
  const bounded = { ...b, result: { ...b.result, attacks: { [name]: { ...b.result.attacks[name]!, atMost: 0.455 } } } };
  expect(comparisonText(compareRuns('x', [a, bounded]), 300)).toContain(
    "A run's error may be up to 5.5 points larger (95 % confidence).",
  );
  expect(comparisonText(compareRuns('x', [a, b]), 300)).not.toContain('points larger');
});
