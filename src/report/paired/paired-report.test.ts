/**
 * Paired tests in tables, pages and comparisons, and which runs are refused.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import type { EvaluationResult } from '../../evaluation/results.js';
import { compareRuns, comparisonJson, comparisonPage } from '../comparison/index.js';
import { asRead, evaluation, makeRun, paired, runFiles } from '../made-up-run.test-helper.js';
import { renderPage } from '../page.js';
import { readRun } from '../read-run.js';
import { buildPairedTable, renderMarkdown, tableFormat } from '../table/index.js';

const [PLAIN, ROBUST] = ['1'.repeat(64), '2'.repeat(64)];
const plain = paired(evaluation(99, 998), PLAIN);
const robust = paired(evaluation(142, 271), ROBUST);

function run(name: string, result: EvaluationResult, beside: Record<string, EvaluationResult> = {}) {
  return { name, folder: makeRun({ ...runFiles('standard'), 'evaluation/test.json': result, ...beside }) };
}

describe('the table of two runs', () => {
  const table = buildPairedTable([run('plain', plain), run('robust', robust)]);

  test('has what they have in common', () => {
    const told = table.paired!.measures.map(({ name, firstOnly, secondOnly, difference }) => [
      name,
      firstOnly,
      secondOnly,
      Number(difference.toFixed(3)),
    ]);
    expect(told).toEqual([
      ['clean error', 0, 43, 0.043],
      ['PGD robust error', 727, 0, -0.727],
    ]);
  });

  test('says it in sentences, with interval and p-value', () => {
    const text = renderMarkdown(table);
    expect(text).toContain(
      'Paired: clean error of robust beside plain (1,000 images): +4.3 points [+3.1, +5.6], p <0.0001',
    );
    expect(text).toContain('of 1,000 images 271 are wrong for both, 727 for plain alone, 0 for robust alone.');
    expect(tableFormat('x.html')(table)).toContain('<h2>Paired tests</h2>');
    expect(JSON.parse(tableFormat('x.json')(table))).toMatchObject({ paired: { first: 'plain', second: 'robust' } });
  });

  test('says that the attacks drew from different seeds', () => {
    const other = buildPairedTable([run('plain', plain), run('robust', paired(evaluation(142, 271), ROBUST, 7))]);
    expect(other.paired!.measures[1]!.notes).toEqual(['the attacks drew from seeds 1 and 7']);
  });

  test('finds the same attack in whichever file has it', () => {
    const pgd = robust.attacks.pgd!;
    const settings = { ...(pgd.of!.settings as object), steps: 10 };
    const few = { ...robust, attacks: { pgd: { ...pgd, steps: 10, of: { ...pgd.of!, settings } } } };
    const second = run('robust', few, { 'evaluation/pgd-linf-0.1-1000-40steps.json': robust });
    const { measures } = buildPairedTable([run('plain', plain), second]).paired!;
    expect(measures.map(({ name }) => name)).toEqual(['clean error', 'PGD robust error']);
  });
});

describe('what is refused', () => {
  test.each([1, 3])('%i runs', (runs) => {
    const all = Array.from({ length: runs }, (_, i) => run(`run ${i}`, plain));
    expect(failureOf(() => buildPairedTable(all))).toMatchObject({ code: 'ARGUMENT' });
  });

  test('runs that were measured on different images', () => {
    const split = 'test[1:1001]';
    const elsewhere = paired({ ...evaluation(142, 271), split }, ROBUST);
    const { code, message } = failureOf(() => buildPairedTable([run('plain', plain), run('robust', elsewhere)]));
    expect(code).toBe('EVALUATION');
    expect(message).toContain('clean error: other selections: test[0:1000] and test[1:1001]');
  });

  test('results of earlier versions', () => {
    const { message } = failureOf(() => buildPairedTable([run('plain', evaluation(99, 998)), run('robust', robust)]));
    expect(message).toContain('the first result does not say what became of each image');
  });

  test('an attack with other settings alone: the rest is compared, and it is said', () => {
    const pgd = robust.attacks.pgd!;
    const settings = { ...(pgd.of!.settings as object), steps: 10 };
    const other = { ...robust, attacks: { pgd: { ...pgd, of: { ...pgd.of!, settings } } } };
    const table = buildPairedTable([run('plain', plain), run('robust', other)]);
    expect(table.paired!.measures.map(({ name }) => name)).toEqual(['clean error']);
    expect(table.problems).toEqual(['not paired, PGD robust error: another attack: steps: 40 and 10']);
  });
});

test('a page of two runs compares them; one of one or three does not', () => {
  const runs = [run('plain', plain), run('robust', robust), run('third', plain)].map(({ name, folder }) =>
    readRun(name, folder),
  );
  const page = asRead(renderPage('Two', runs.slice(0, 2)));
  expect(page).toContain('The same images in both runs');
  expect(page).toContain('+4.3 points [+3.1, +5.6]');
  expect(renderPage('One', runs.slice(0, 1))).not.toContain('The same images in both runs');
  expect(renderPage('Three', runs)).not.toContain('The same images in both runs');
});

test('a comparison has every method beside the first one of the same seed', () => {
  const one = (method: string, seed: number, result: EvaluationResult) => ({
    method,
    seed,
    path: `runs/${method}`,
    trainingSeconds: 1,
    result,
  });
  const comparison = compareRuns('Methods', [
    one('plain', 1, plain),
    one('robust', 1, robust),
    one('robust', 2, robust),
  ]);
  expect(comparison.pairs.map(({ method, beside, seed }) => [method, beside, seed])).toEqual([['robust', 'plain', 1]]);
  expect(comparisonPage(comparison)).toContain('First: plain, from the same seed.');
  expect(comparisonJson(comparison)).toMatchObject({ pairs: [{ measures: [{ difference: 0.043 }, {}] }] });
});
