/**
 * Certificates are shown where they were made, in the report, the table and the terminal, and nowhere else.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { summarize } from '../evaluation/smoothing/certified-curve.js';
import { asRead, evaluation, makeRun, runFiles, temporaryFolder } from './made-up-run.test-helper.js';
import { buildTable, renderMarkdown, tableFormat } from './table/index.js';
import { resultsTable } from './terminal/results-table.js';
import { writeReport } from './write-report.js';

/** Ten images of class 1: six right within 0.3, two right within 0.1, one wrong, one abstained from. */
const certificates = [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.1, -0.2, 0].map((radius, index) => ({
  index,
  label: 1,
  answer: radius > 0 ? 1 : radius < 0 ? 2 : null,
  radius: Math.abs(radius),
  agreeing: 900,
}));
const smoothing = {
  sigma: 0.25,
  selectionSamples: 100,
  samples: 1000,
  alpha: 0.001,
  seed: 1,
  examples: 10,
  data: { name: 'Fashion-MNIST', selection: 'test[0:10]', sha256: 'ab' },
  ...summarize(certificates, 0.25),
  certificates,
  seconds: 5,
};
const certified = { ...evaluation(99, 99), attacks: {}, curve: [], smoothing: [smoothing] };
const withCertificates = (one: object = certified) =>
  makeRun({ ...runFiles('standard'), 'evaluation/smoothing-l2-0.25.json': one });

function page(folder: ReturnType<typeof makeRun>): string {
  const output = join(temporaryFolder(), 'report.html');
  writeReport({ title: 'made up', runs: [{ name: 'one', folder }], output });
  return asRead(readFileSync(output, 'utf8'));
}

describe('the report', () => {
  test('has the curve, its values and what they were measured with', () => {
    const html = page(withCertificates());
    expect(html).toContain('Certified by randomised smoothing');
    expect(html).toContain('one, σ = 0.25: 10 images, 100 samples that select and 1,000 samples that estimate');
    expect(html).toContain('average certified radius 0.200, abstained from 1 image.');
    expect(html).toContain('80.0 % at 0, 80.0 % at 0.05, 80.0 % at 0.1, 60.0 % at 0.15');
  });

  test('says nothing where nothing was certified', () => {
    expect(page(makeRun(runFiles('standard')))).not.toContain('randomised smoothing');
  });

  test.each([
    ['a sigma of 0', { sigma: 0 }],
    ['a negative radius', { certificates: [{ ...certificates[0], radius: -1 }] }],
    ['an accuracy above 1', { curve: [{ radius: 0, correct: 3, accuracy: 1.5, interval: [0, 1] }] }],
    ['no certificates', { certificates: [] }],
  ])('leaves out a file with %s', (_, wrong) => {
    const html = page(withCertificates({ ...certified, smoothing: [{ ...smoothing, ...wrong }] }));
    expect(html).not.toContain('randomised smoothing');
  });
});

describe('the table', () => {
  const named = () => [{ name: 'one', folder: withCertificates() }];

  test('has a row for the smoothed classifier: errors at radius 0 and within sigma', () => {
    const rows = buildTable(named()).groups.flatMap((group) => group.rows);
    const smoothed = rows.find(({ certified: cell }) => cell !== undefined);
    expect(smoothed).toMatchObject({ budget: 'L2 ε\u00a0=\u00a00.25', pgd: 'not run', autoattack: 'not run' });
    expect(smoothed?.model).toMatch(/, smoothed with σ\u00a0=\u00a00\.25$/);
    expect(smoothed?.clean).toMatchObject({ error: expect.closeTo(0.2, 9) as number });
    expect(smoothed?.certified).toMatchObject({ error: expect.closeTo(0.4, 9) as number });
    expect(buildTable(named()).notes.join()).toContain('100 + 1,000\u00a0samples, alpha 0.001');
  });

  test.each(['.md', '.csv', '.tex', '.html'])('%s has the column with certificates alone', (end) => {
    const without = [{ name: 'one', folder: makeRun(runFiles('standard')) }];
    expect(tableFormat(`table${end}`)(buildTable(named()))).toMatch(/Certified/);
    expect(tableFormat(`table${end}`)(buildTable(without))).not.toMatch(/Certified/);
  });

  test('has a certificate once that two files hold', () => {
    const files = {
      ...runFiles('standard'),
      'evaluation/smoothing-a.json': certified,
      'evaluation/smoothing-b.json': certified,
    };
    const text = renderMarkdown(buildTable([{ name: 'one', folder: makeRun(files) }]));
    expect(text.match(/smoothed with/g)).toHaveLength(1);
  });
});

test('the terminal has a table of radii', () => {
  const text = resultsTable([{ training: 'standard', architecture: 'resnet18', result: certified }], Infinity);
  expect(text).toMatch(/0\.25 +│ 60\.0 % /);
  expect(text).toContain('on 10 test images, 100 + 1000 noisy copies of each, alpha 0.001');
  expect(text).toContain('Average certified radius 0.200; abstained from 1 of 10');
});
