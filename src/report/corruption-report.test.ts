/**
 * Errors on common corruptions in the page, the table and the terminal.
 *
 * @module
 */
import { expect, test } from 'vitest';
import type { CorruptionResult } from '../evaluation/corruptions/corruption-result.js';
import { asRead, evaluation, makeRun, runFiles } from './made-up-run.test-helper.js';
import { renderPage } from './page.js';
import { readRun } from './read-run.js';
import { buildTable, renderMarkdown, tableFormat } from './table/index.js';
import { resultsTable } from './terminal/results-table.js';

const corruptions: CorruptionResult = {
  data: { name: 'cifar-10', selection: 'test[0:2000]', sha256: 'c'.repeat(64) },
  examples: 2000,
  cleanErrors: 200,
  corruptions: [
    { name: 'fog', standard: true, errors: [200, 300, 400, 500, 600], images: [] },
    { name: 'spatter', standard: false, errors: [100, 100, 100, 100, 100], images: [] },
  ],
  meanError: 0.2,
  interval: [0.18, 0.22],
  aboveClean: 0.1,
  missing: ['snow', 'frost'],
};
const result = { ...evaluation(142, 271), corruptions };
const folder = makeRun({ ...runFiles('adversarial'), 'evaluation/test.json': result });

test('the page has a row a corruption and a column a severity', () => {
  const page = asRead(renderPage('One', [readRun('one', folder)]));
  expect(page).toContain('<h2>Common corruptions</h2>');
  expect(page).toContain('<h3>one: 20.0 %</h3>');
  expect(page).toContain('partial mean over 1 of 3 corruptions and 5 severities, 2,000 images each (18.0 to 22.0 %)');
  expect(page).toContain('Missing: snow and frost.');
  expect(page).toMatch(/<th scope="row">fog<\/th><td>10\.0 %[^]*?<td>30\.0 %[^]*?<td>20\.0 %/);
});

test('the table has a column of them, in the row of the images they were made of', () => {
  const table = buildTable([{ name: 'one', folder }]);
  const rows = table.groups.map(({ examples, rows: [row] }) => [examples, row!.corruptions, row!.clean]);
  expect(rows).toEqual([
    [1000, undefined, expect.objectContaining({ error: 0.142 })],
    [2000, { error: 0.2, interval: [0.18, 0.22], notes: [2] }, expect.objectContaining({ error: 0.1 })],
  ]);
  const text = renderMarkdown(table);
  expect(text).toContain('| Corruption error');
  expect(text).toContain('[2] Common corruptions: partial mean over 1 of 3 corruptions');
  expect(tableFormat('x.tex')(table)).toContain('\\begin{tabular}{llrrrr}');
  expect(tableFormat('x.csv')(table)).toContain('Corruption error,Corruption error from,Corruption error to');
  expect(tableFormat('x.html')(table)).toContain('Corruption error');
});

test('without any the table is as it was', () => {
  const plain = makeRun({ ...runFiles('adversarial') });
  expect(renderMarkdown(buildTable([{ name: 'one', folder: plain }]))).not.toContain('Corruption');
});

test('the terminal has them below the results', () => {
  const text = resultsTable([{ training: 'adversarial', architecture: 'SimpleNet', result }], Infinity);
  expect(text).toMatch(/fog +│ 10\.0 % +│ 15\.0 % +│ 20\.0 % +│ 25\.0 % +│ 30\.0 % +│ 20\.0 %/);
  expect(text).toContain('spatter (extra)');
  expect(text).toContain('corruption error 20.0 %  [18.0, 22.0]: partial mean over 1 of 3 corruptions');
  expect(text).toContain('+10.0 points beside the clean error');
});
