/**
 * Certified errors by bounds are shown beside the evaluations that they belong to, in the report and in the table, and
 * nowhere else.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BoundsResult } from '../evaluation/bounds-result.js';
import { errorRate } from '../evaluation/interval.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import { asRead, evaluation, makeRun, paired, runFiles, temporaryFolder } from './made-up-run.test-helper.js';
import { readBounds } from './read-bounds.js';
import { readRun } from './read-run.js';
import { resultsJson } from './results-json.js';
import { buildTable, renderMarkdown, tableFormat } from './table/index.js';
import { writeReport } from './write-report.js';

const WEIGHTS = 'f'.repeat(64);
const own = paired(evaluation(142, 271), WEIGHTS);
const { network, data, engine } = own.of!;

const bounds: BoundsResult = {
  of: { network, data, engine, date: '2026-02-04T10:11:12Z' },
  dataset: 'Fashion-MNIST',
  split: 'test[0:1000]',
  examples: 1000,
  method: 'ibp',
  norm: 'linf',
  epsilon: 0.1,
  clean: errorRate(142, 1000),
  certified: errorRate(366, 1000),
  attacks: [
    { name: 'PGD', epsilon: 0.1, errors: 271, error: 0.271 },
    { name: 'PGD', epsilon: 0.05, errors: 200, error: 0.2 },
  ],
  notes: [],
  seconds: 2,
};

/** A run with its own evaluation and these certified errors. */
function runWith(results: Readonly<Record<string, unknown>>, files: Readonly<Record<string, unknown>> = {}): RunFolder {
  const folder = makeRun({ ...runFiles('adversarial'), 'evaluation/test.json': own, ...files });
  mkdirSync(join(folder.path, 'evaluation', 'bounds'));
  for (const [name, result] of Object.entries(results))
    writeFileSync(join(folder.path, 'evaluation', 'bounds', name), JSON.stringify(result));
  return folder;
}

function page(folder: RunFolder): string {
  const output = join(temporaryFolder(), 'report.html');
  writeReport({ title: 'made up', runs: [{ name: 'one', folder }], output });
  return asRead(readFileSync(output, 'utf8'));
}
const rowsOf = (folder: RunFolder) => buildTable([{ name: 'one', folder }]).groups.flatMap(({ rows }) => rows);

describe('the report', () => {
  test('has the certified error, what attacks of the same budget found, and the interval', () => {
    const folder = runWith({ 'ibp.json': bounds });
    const html = page(folder);
    expect(html).toContain('<h2>Certified by bounds</h2>');
    expect(html).toMatch(/IBP<\/td>.*14\.2 %.*PGD 27\.1 %<\/td>.*36\.6 % <small>33\.7 to 39\.6 %<\/small>/s);
    expect(html).not.toContain('PGD 20.0 %');
    expect(JSON.parse(resultsJson('made up', [readRun('one', folder)]))).toMatchObject({
      runs: [{ bounds: [bounds] }],
    });
  });

  test('says nothing where nothing was bounded', () => {
    expect(page(runWith({}))).not.toContain('Certified by bounds');
  });

  test('shows them of weights that were only bounded, with the network that was bounded last', () => {
    const folder = makeRun({});
    mkdirSync(join(folder.path, 'evaluation', 'bounds'), { recursive: true });
    const earlier = { ...network, weights: '0'.repeat(64) };
    const old = { ...bounds, of: { ...bounds.of, network: earlier, date: '2026-01-01T00:00:00Z' } };
    for (const [name, result] of Object.entries({ 'a.json': bounds, 'b.json': old }))
      writeFileSync(join(folder.path, 'evaluation', 'bounds', name), JSON.stringify(result));
    expect(readRun('one', folder).bounds).toEqual([bounds]);
    expect(page(folder)).toContain('36.6 %');
  });
});

test('an evaluation on another data set does not take away those of its own', () => {
  const folder = runWith({ 'ibp.json': bounds });
  const elsewhere = { ...own, dataset: 'MNIST' };
  expect(readBounds(folder, [elsewhere, own], undefined)).toEqual({ bounds: [bounds], leftOut: [] });
  expect(readBounds(folder, [elsewhere], undefined).leftOut.join()).toContain('is of another data set');
});

describe('what does not belong to the evaluations is left out, and said', () => {
  const other = { ...network, weights: '0'.repeat(64) };
  const strange = { ...network, description: { architecture: 'resnet18', options: {} } };
  test.each([
    [
      'of other weights',
      { ...bounds, of: { ...bounds.of, network: other } },
      'is of another network (weights 00000000)',
    ],
    ['of another architecture', { ...bounds, of: { ...bounds.of, network: strange } }, 'is of another architecture'],
    ['of another data set', { ...bounds, dataset: 'MNIST' }, 'is of another data set, MNIST'],
    [
      'below an attack',
      { ...bounds, certified: errorRate(270, 1000) },
      'cannot be right: pgd found 271 errors, more than the 270 it allows',
    ],
    ['below the clean error', { ...bounds, certified: errorRate(141, 1000) }, 'is not in the form a run has'],
    ['of a negative budget', { ...bounds, epsilon: -0.1 }, 'is not in the form a run has at epsilon'],
    ['that say no network', { ...bounds, of: undefined }, 'is not in the form a run has at of'],
  ])('%s', (_, result, reason) => {
    const recipe = 'training:\n  method: adversarial\nmodel:\n  architecture: SimpleNet\n  options: {}\n';
    const folder = runWith({ 'ibp.json': result }, { 'recipe.yaml': recipe });
    const run = readRun('one', folder);
    expect(run.bounds).toEqual([]);
    expect(run.remarks.join()).toContain(reason);
    expect(page(folder)).not.toContain('Certified by bounds');
    expect(rowsOf(folder).every(({ certified }) => certified === undefined)).toBe(true);
    expect(buildTable([{ name: 'one', folder }]).problems.join()).toContain(reason);
  });

  test('all, where the evaluations do not say which network they are of', () => {
    const folder = runWith({ 'ibp.json': bounds }, { 'evaluation/test.json': evaluation(142, 271) });
    expect(readRun('one', folder).bounds).toEqual([]);
    expect(readRun('one', folder).remarks.join()).toContain('do not say which network they are of');
  });
});

describe('the table', () => {
  test('has them in the row of the same images and budget, the tightest of several', () => {
    const tight = { ...bounds, method: 'crown', certified: errorRate(363, 1000) };
    const folder = runWith({ 'crown.json': tight, 'ibp.json': bounds });
    const rows = rowsOf(folder).filter(({ certified }) => certified !== undefined);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      budget: 'L∞ ε\u00a0=\u00a00.1',
      pgd: { error: 0.271 },
      certified: { error: 0.363 },
    });
    expect(renderMarkdown(buildTable([{ name: 'one', folder }]))).toContain('Certified error: CROWN bounds');
  });

  test('has a row of its own for a budget that no attack had', () => {
    const folder = runWith({ 'ibp.json': { ...bounds, epsilon: 0.2, certified: errorRate(900, 1000), attacks: [] } });
    const row = rowsOf(folder).find(({ certified }) => certified !== undefined);
    expect(row).toMatchObject({ budget: 'L∞ ε\u00a0=\u00a00.2', clean: { error: 0.142 }, pgd: 'not run' });
  });

  test('has them for other images among those', () => {
    const images = { ...data, selection: 'test[0:100]', sha256: 'e'.repeat(64) };
    const few = { ...bounds, of: { ...bounds.of, data: images }, split: 'test[0:100]', examples: 100 };
    const folder = runWith({ 'ibp.json': { ...few, clean: errorRate(14, 100), certified: errorRate(36, 100) } });
    const { groups } = buildTable([{ name: 'one', folder }]);
    expect(groups.map(({ examples }) => examples)).toEqual([100, 1000]);
    expect(groups[0]!.rows[0]).toMatchObject({ clean: { error: 0.14 }, certified: { error: 0.36 } });
  });

  test.each(['.md', '.csv', '.tex', '.html', '.json'])('%s has the column with bounds alone', (end) => {
    const format = tableFormat(`table${end}`);
    expect(format(buildTable([{ name: 'one', folder: runWith({ 'ibp.json': bounds }) }]))).toMatch(/certified/i);
    expect(format(buildTable([{ name: 'one', folder: runWith({}) }]))).not.toMatch(/certified/i);
  });
});
