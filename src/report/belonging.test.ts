/**
 * Figures side by side are of one network, one data set and the same images, or a sentence says what was left out.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { NetworkProvenance } from '../evaluation/provenance/provenance.js';
import type { EvaluationResult } from '../evaluation/results.js';
import { belongTogether } from './belonging.js';
import { evaluation, gallery, makeRun, runFiles } from './made-up-run.test-helper.js';
import { renderPage } from './page.js';
import { readRun } from './read-run.js';
import { buildTable, renderMarkdown } from './table/index.js';

const network = (weights: string, more: Partial<NetworkProvenance> = {}): NetworkProvenance => ({
  weights: weights.repeat(64),
  architecture: 'f'.repeat(64),
  file: `runs/x/checkpoints/${weights === 'a' ? 'best' : 'last'}.safetensors`,
  ...more,
});

interface Made {
  readonly of?: NetworkProvenance;
  readonly date?: string;
  readonly dataset?: string;
  readonly attack?: string;
  readonly sha256?: string;
  readonly clean?: number;
  readonly robust?: number;
  readonly epsilon?: number;
}

/** A result on 1,000 images that says whose it is, if it has a network. */
function result(made: Made = {}): EvaluationResult {
  const {
    of,
    date = '2026-02-03',
    dataset = 'Fashion-MNIST',
    attack = 'pgd',
    sha256 = '1'.repeat(64),
    clean = 100,
    robust = 300,
    epsilon = 0.1,
  } = made;
  const bare = evaluation(clean, robust);
  const data = { name: dataset, selection: bare.split, sha256 };
  const rate = { ...bare.attacks.pgd!, attack, epsilon };
  if (of === undefined) return { ...bare, dataset, attacks: { [attack]: rate } };
  const engine = { saddlepoint: '1', libtorch: '2', device: 'cpu' };
  const rated = { ...rate, of: { settings: {}, order: 'exact', seed: 1, data } };
  return { ...bare, dataset, of: { network: of, data, engine, date }, attacks: { [attack]: rated } };
}

const files = (results: Record<string, Made>) =>
  Object.entries(results).map(([file, made]) => ({ file, result: result(made) }));
const keptOf = (results: Record<string, Made>) => {
  const { kept, leftOut, remarks } = belongTogether(files(results));
  return { kept: kept.map(({ file }) => file), leftOut, remarks };
};

describe('of the results in a folder', () => {
  test('those of the network evaluated last are kept, whatever they are called, and the others named', () => {
    const before = { of: network('a'), date: '2026-01-01' };
    const after = { of: network('b'), date: '2026-03-03' };
    const { kept, leftOut } = keptOf({
      'auto.json': before,
      'test.json': { ...after, date: '2026-02-02' },
      'pgd.json': after,
    });
    expect(kept).toEqual(['test.json', 'pgd.json']);
    expect(leftOut).toEqual([
      'auto.json is of another network (checkpoints/best.safetensors, weights aaaaaaaa) than the one evaluated last (checkpoints/last.safetensors, weights bbbbbbbb)',
    ]);
  });

  test('the same weights under another normalisation are another network', () => {
    const other = network('a', { architecture: 'e'.repeat(64) });
    expect(keptOf({ 'a.json': { of: network('a') }, 'b.json': { of: other, date: '2026-09-09' } }).kept).toEqual([
      'b.json',
    ]);
  });

  test('those that do not say whose they are never stand beside those that do; alone, it is said', () => {
    const { kept, leftOut } = keptOf({ 'old.json': {}, 'new.json': { of: network('a') } });
    expect([kept, leftOut]).toEqual([
      ['new.json'],
      ['old.json does not say which network it is of, as an earlier version wrote it'],
    ]);
    const alone = keptOf({ 'old.json': {}, 'older.json': {} });
    expect(alone.kept).toHaveLength(2);
    expect(alone.remarks).toEqual([
      expect.stringContaining('old.json and older.json do not say of which network and images'),
    ]);
  });

  test('one with a robust error below its clean error is none', () => {
    const { kept, leftOut } = keptOf({ 'a.json': { of: network('a'), clean: 425, robust: 360 } });
    expect([kept, leftOut]).toEqual([
      [],
      ['a.json cannot be right: 360 errors under pgd, fewer than the 425 without attack'],
    ]);
  });

  test("one of another architecture than the recipe's does not count as the run's", () => {
    const options = { width: 64, normalize: { mean: [0.5], std: [0.25] } };
    const own = network('a', { description: { architecture: 'resnet18', options } });
    const narrow = network('b', { description: { architecture: 'resnet18', options: { ...options, width: 16 } } });
    const found = files({ 'own.json': { of: own }, 'narrow.json': { of: narrow, date: '2026-09-09' } });
    const { kept, leftOut } = belongTogether(found, {
      architecture: 'resnet18',
      options: { normalize: options.normalize, width: 64 },
    });
    expect(kept.map(({ file }) => file)).toEqual(['own.json']);
    expect(leftOut).toEqual(["narrow.json is of another architecture than the recipe's: other options of resnet18"]);
  });
});

const run = (results: Record<string, Made>) => {
  const evaluations = Object.entries(results).map(([name, made]) => [`evaluation/${name}`, result(made)] as const);
  const { 'evaluation/test.json': _, ...rest } = runFiles('adversarial');
  return makeRun({ ...rest, ...Object.fromEntries(evaluations) });
};

describe('the table', () => {
  test('has no AutoAttack error from before more training beside new PGD figures', () => {
    const folder = run({
      'auto.json': { of: network('a'), attack: 'autoattack', robust: 500, date: '2026-01-01' },
      'test.json': { of: network('b') },
    });
    const table = buildTable([{ name: 'x', folder }]);
    expect(table.groups[0]!.rows).toMatchObject([{ pgd: { error: 0.3 }, autoattack: 'not run' }]);
    expect(renderMarkdown(table)).toMatch(/Not shown: x: evaluation\/auto\.json is of another network/);
  });

  test('separates images that have one name, and budgets that are nearly the same', () => {
    const [one, other] = ['2', '3'].map((digit) =>
      run({ 'test.json': { of: network('a'), sha256: digit.repeat(64) } }),
    );
    const { groups } = buildTable([
      { name: 'one', folder: one! },
      { name: 'other', folder: other! },
    ]);
    expect(groups.map(({ title, rows }) => [title.split(', ').at(-1), rows.length])).toEqual([
      ['images 22222222', 1],
      ['images 33333333', 1],
    ]);
    const near = run({
      'a.json': { of: network('a'), epsilon: 8 / 255 },
      'b.json': { of: network('a'), epsilon: 0.0313725 },
    });
    const rows = buildTable([{ name: 'x', folder: near }]).groups[0]!.rows;
    expect(rows.map(({ budget }) => budget.split('\u00a0').at(-1))).toEqual(['8/255', '0.0313725']);
  });
});

describe('the report', () => {
  const page = (folder: ReturnType<typeof makeRun>) =>
    renderPage('t', [readRun('x', folder)]).replaceAll('&nbsp;', ' ');

  test("has no other data set's figures under its heading", () => {
    const folder = run({
      'a-mnist.json': { of: network('a'), dataset: 'mnist', attack: 'autoattack', robust: 777 },
      'b.json': { of: network('a'), dataset: 'fashion-mnist' },
    });
    const text = page(onFashionMnist(folder));
    expect(text).toContain('Measured on fashion-mnist');
    expect(text).not.toContain('77.7');
    expect(text).toContain('left out: evaluation/a-mnist.json is of another data set, mnist');
  });

  test('names the attacks of which it shows another measurement', () => {
    const folder = run({
      'test.json': { of: network('a') },
      'z.json': { of: network('a'), robust: 444, epsilon: 0.03137 },
    });
    expect(page(folder).replaceAll('\u00a0', ' ')).toContain('left out: PGD of evaluation/z.json (L∞, ε = 0.03137, ');
  });

  test('shows no gallery of another network', () => {
    const folder = run({ 'test.json': { of: network('a') } });
    const with_ = (of: NetworkProvenance) =>
      readRun(
        'x',
        makeRun({
          'evaluation/test.json': result({ of: network('a') }),
          'evaluation/gallery.json': { ...gallery('Coat'), of },
        }),
      ).gallery;
    expect(with_(network('a')).value).not.toBeNull();
    expect(with_(network('b'))).toMatchObject({
      value: null,
      reason: expect.stringContaining('of another network') as string,
    });
    expect(readRun('x', folder).gallery.value).not.toBeNull();
  });

  test('compares no two runs on different images in one sentence, and each row names its data', () => {
    const [one, other] = [
      run({ 'test.json': { of: network('a') } }),
      run({ 'test.json': { of: network('b'), dataset: 'mnist' } }),
    ];
    const text = renderPage('t', [readRun('one', one), readRun('other', other)]);
    expect(text).toContain('No attack was run on all of them');
    expect(text).toContain('<small>mnist, test[0:1000]</small>');
  });
});

/** With a recipe that says the data set. */
function onFashionMnist(folder: ReturnType<typeof makeRun>): ReturnType<typeof makeRun> {
  writeFileSync(folder.recipe, 'dataset: { name: fashion-mnist }\ntraining: { method: standard }\n');
  return folder;
}
