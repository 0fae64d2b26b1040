/**
 * The article's table: what stands in which row, beside which figure of the article, on what terms.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluation, makeRun } from '../made-up-run.test-helper.js';
import { buildTable, renderMarkdown, tableFormat } from './index.js';

/** A rate of errors in the form of a run folder. */
const rate = (error: number, examples: number) => ({
  errors: error * examples,
  examples,
  interval: [error - 0.01, error + 0.01].map((bound) => Math.min(1, Number(bound.toFixed(6)))),
});
const attack = (name: string, robustError: number, examples: number, epsilon = 0.03, steps = 10) => ({
  attack: name,
  norm: 'linf',
  epsilon,
  steps,
  restarts: 1,
  robustError,
  ...rate(robustError, examples),
});

/** An `evaluation/*.json` on the first images of CIFAR-10's test set. */
function measured(examples: number, clean: number, ...attacks: (ReturnType<typeof attack> & { doubt?: string })[]) {
  return {
    dataset: 'cifar-10',
    split: `test[0:${examples}]`,
    examples,
    clean: { error: clean, ...rate(clean, examples) },
    attacks: Object.fromEntries(attacks.map((one) => [one.attack, one])),
    curve: [],
    seconds: 1,
  };
}

const recipe = (architecture: string, options = '', method = 'adversarial', epsilon = '0.03') =>
  `training:\n  method: ${method}\n  attack: { norm: linf, epsilon: ${epsilon} }\nmodel: { architecture: ${architecture}, options: { ${options} } }\n`;

const run = (name: string, files: Record<string, unknown>) => ({ name, folder: makeRun(files) });
const wrn = (evaluations: Record<string, unknown>) =>
  run('wrn', { 'recipe.yaml': recipe('wrn-28-10', 'width: 12'), ...evaluations });

describe('the first 1,000 test images of CIFAR-10', () => {
  test('stand beside the article, each network above the figures for the same one', () => {
    const table = buildTable([
      run('narrow', {
        'recipe.yaml': recipe('resnet18', 'width: 16', 'adversarial', '8/255'),
        'evaluation/test.json': measured(1000, 0.32, attack('pgd', 0.56, 1000, 8 / 255, 20)),
      }),
      run('standard', {
        'recipe.yaml': recipe('resnet18', 'width: 64', 'standard'),
        'evaluation/test.json': measured(1000, 0.05, attack('pgd', 1, 1000)),
      }),
      wrn({ 'evaluation/test.json': measured(1000, 0.093, attack('pgd', 0.441, 1000)) }),
    ]);
    const [group, ...more] = table.groups;
    expect(more).toEqual([]);
    expect(group?.title.replaceAll('\u00a0', ' ')).toBe('CIFAR-10, first 1,000 test images');
    expect(
      group?.rows.map(({ source, model, training }) => [source, model, training.replaceAll('\u00a0', ' ')]),
    ).toEqual([
      ['wrn', 'WRN-28-10', 'adversarial, L∞ ε = 0.03'],
      ['article', 'WRN-28-10', 'adversarial, L∞ ε = 0.03'],
      ['standard', 'ResNet-18', 'standard'],
      ['article', 'ResNet-18', 'adversarial, L∞ ε = 0.03'],
      ['article', 'SimpleNet', 'adversarial, L∞ ε = 0.03'],
      ['narrow', 'ResNet-18, width 16', 'adversarial, L∞ ε = 8/255'],
    ]);
  });

  test("have the article's figures, and none that it does not give; the inference is said", () => {
    const { groups, notes } = buildTable([wrn({ 'evaluation/test.json': measured(1000, 0.09) })]);
    const article = groups[0]!.rows.filter(({ source }) => source === 'article');
    const errors = article.map(({ clean, pgd, autoattack }) =>
      [clean, pgd, autoattack].map((cell) => (typeof cell === 'string' ? cell : cell.error)),
    );
    expect(errors).toEqual([
      [0.09, 0.438, 0.479],
      [0.145, 'not known', 'not known'],
      [0.156, 'not known', 'not known'],
    ]);
    const notesOf = article.map(({ clean }) => (typeof clean === 'string' ? [] : clean.notes.map((n) => notes[n - 1])));
    expect(notesOf[0]).toEqual([expect.stringContaining('first 1,000 test images')]);
    for (const inferred of notesOf.slice(1)) expect(inferred[1]).toContain('is concluded from the order');
  });

  test('a robust error whose attack could not search says so in every format', () => {
    const doubted = { ...attack('pgd', 0.44, 1000), doubt: 'suspect' };
    const table = buildTable([wrn({ 'evaluation/test.json': measured(1000, 0.09, doubted) })]);
    expect(renderMarkdown(table)).toMatch(/44\.0 % suspect \(/);
    expect(tableFormat('a.html')(table)).toContain('44.0\u00a0% suspect');
    const { groups } = JSON.parse(tableFormat('a.json')(table)) as { groups: { rows: unknown[] }[] };
    expect(groups[0]!.rows[0]).toMatchObject({ pgd: { doubt: 'suspect' } });
    expect(table.notes.join()).toContain('signs that the attack could not search');
    const trusted = buildTable([wrn({ 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) })]);
    expect(renderMarkdown(trusted)).not.toContain('suspect');
  });

  test('a robust error never stands without the settings it was measured with', () => {
    const { groups, notes } = buildTable([
      wrn({ 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) }),
    ]);
    const { pgd } = groups[0]!.rows[0]!;
    const note = typeof pgd === 'string' ? undefined : notes[pgd.notes[0]! - 1];
    expect(note?.replaceAll('\u00a0', ' ')).toBe('PGD: L∞, ε = 0.03, 10 steps, 1 restart, 1,000 images.');
  });
});

describe('the evaluations of a run', () => {
  test('come together from all files: AutoAttack made later fills its column, which is "not run" until then', () => {
    const files = { 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) };
    expect(buildTable([wrn(files)]).groups[0]!.rows[0]).toMatchObject({ autoattack: 'not run' });
    const later = { ...files, 'evaluation/autoattack.json': measured(1000, 0.09, attack('autoattack', 0.48, 1000)) };
    expect(buildTable([wrn(later)]).groups[0]!.rows[0]).toMatchObject({
      source: 'wrn',
      clean: { error: 0.09, interval: [0.08, 0.1] },
      pgd: { error: 0.44 },
      autoattack: { error: 0.48 },
    });
  });

  test('on the full test set are a table of their own, after the first images; an attack may have had fewer images', () => {
    const full = { ...measured(10_000, 0.095, attack('pgd', 0.45, 1000)), split: 'test' };
    const { groups } = buildTable([wrn({ 'evaluation/full.json': full })]);
    expect(groups.map(({ title }) => title.replaceAll('\u00a0', ' '))).toEqual([
      'CIFAR-10, first 1,000 test images',
      'CIFAR-10, full test set (10,000 images)',
    ]);
    expect(groups[0]!.rows[0]).toMatchObject({ clean: 'not run', pgd: { error: 0.45 } });
    expect(groups[1]!.rows).toMatchObject([{ clean: { error: 0.095 }, pgd: 'not run', budget: '–' }]);
  });

  test('against other budgets are other rows; of several against the same the worst counts', () => {
    const { groups } = buildTable([
      wrn({
        'evaluation/a.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)),
        'evaluation/b.json': measured(1000, 0.09, attack('pgd', 0.46, 1000, 0.03, 200)),
        'evaluation/c.json': measured(1000, 0.09, attack('pgd', 0.47, 1000, 8 / 255)),
      }),
    ]);
    const rows = groups[0]!.rows.filter(({ source }) => source === 'wrn');
    expect(rows.map(({ budget, pgd }) => [budget.split('\u00a0').at(-1), (pgd as { error: number }).error])).toEqual([
      ['0.03', 0.46],
      ['8/255', 0.47],
    ]);
  });

  test('of other data sets stand without the article', () => {
    const { groups, notes } = buildTable([run('demo', { 'evaluation/test.json': evaluation(142, 271) })]);
    expect(groups[0]!.rows.map(({ source }) => source)).toEqual(['demo']);
    expect(notes.join(' ')).not.toContain('article');
  });

  test('that are missing or damaged are said; the rest is shown', () => {
    const damaged = wrn({
      'evaluation/test.json': '{',
      'evaluation/more.json': measured(1000, 0.09),
      'evaluation/gallery.json': '[]',
    });
    const none = run('none', { 'recipe.yaml': recipe('simplenet') });
    const { groups, problems } = buildTable([damaged, none]);
    expect(groups).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringMatching(/^wrn: evaluation\/test\.json is not JSON/),
      'none: it has not been evaluated',
    ]);
    rmSync(none.folder.path, { recursive: true });
    expect(() => buildTable([none])).toThrow('there is no such folder');
  });
});

describe('the formats', () => {
  const table = buildTable([wrn({ 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) })]);

  test('Markdown is even in width and has percentages with intervals', () => {
    const text = renderMarkdown(table);
    const lines = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toContain('| 9.0 % (8.0 to 10.0 %) | 44.0 % (43.0 to 45.0 %) [1] | not run');
    expect(text).not.toContain('\u00a0');
  });

  test('HTML loads nothing and escapes names; JSON reads back as fractions', () => {
    const named = buildTable([{ ...wrn({ 'evaluation/test.json': measured(1000, 0.09) }), name: '<b>' }]);
    const page = tableFormat('t.HTML')(named);
    expect(page).toContain('&lt;b&gt;');
    expect(page).toContain("default-src 'none'");
    const read = JSON.parse(tableFormat(join('x', 't.json'))(table)) as typeof table & { article: object };
    expect(read.groups[0]?.rows[0]?.clean).toMatchObject({ error: 0.09, interval: [0.08, 0.1] });
    expect(read.article).toMatchObject({ epsilon: 0.03, examples: 1000 });
  });

  test('CSV has a row a network, with fractions, and quotes what would end a value', () => {
    const named = buildTable([
      { ...wrn({ 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) }), name: 'a,"b' },
    ]);
    const [head, row, ...rest] = tableFormat('t.csv')(named).split('\r\n');
    expect(head).toBe(
      'Budget,Model,Training,Source,Attacked with,Clean error,Clean error from,Clean error to,PGD robust error,PGD robust error from,PGD robust error to,AutoAttack robust error,AutoAttack robust error from,AutoAttack robust error to',
    );
    expect(row).toContain('"a,""b"');
    expect(row).toContain(',0.09,0.08,0.1,0.44,0.43,0.45,');
    expect(rest.length).toBeGreaterThan(0);
  });

  test('LaTeX has per cent and escapes what LaTeX reads', () => {
    const named = buildTable([
      { ...wrn({ 'evaluation/test.json': measured(1000, 0.09, attack('pgd', 0.44, 1000)) }), name: 'a_b&c' },
    ]);
    const text = tableFormat('t.tex')(named);
    expect(text).toContain('\\begin{tabular}{llrrr}');
    expect(text).toMatch(/& 9\.0~\\% & 44\.0~\\% & not run/);
    expect(text.replaceAll('\\_', '').replaceAll('\\&', '')).not.toMatch(/_|[^\\]%(?! needs)/);
  });

  test('a file of another kind is refused', () => {
    expect(() => tableFormat('table.xls')).toThrow(
      'expected a file that ends in .md, .json, .csv, .tex, .html, received "table.xls"',
    );
  });
});
