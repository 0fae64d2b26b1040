import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SaddlepointError } from '../engine/errors.js';
import { RunFolder } from '../monitoring/run-folder.js';
import { evaluation, makeRun, PIXEL, runFiles, temporaryFolder } from './made-up-run.test-helper.js';
import { buildTable } from './table/index.js';
import { type ReportOptions, writeReport } from './write-report.js';

/** Writes a report and returns its HTML, with ordinary spaces. */
function report(runs: ReportOptions['runs'], title = 'A report'): string {
  const output = join(temporaryFolder(), 'report.html');
  expect(writeReport({ title, runs, output })).toBe(output);
  return readFileSync(output, 'utf8').replaceAll('\u00a0', ' ');
}

const pair = (): ReportOptions['runs'] => [
  { name: 'standard', folder: makeRun(runFiles('standard')) },
  { name: 'adversarial', folder: makeRun(runFiles('adversarial')) },
];

/** One run of which some files are replaced; `null` leaves a file out. */
function altered(changes: Readonly<Record<string, unknown>>): ReportOptions['runs'] {
  const files = Object.entries({ ...runFiles('adversarial'), ...changes }).filter(([, content]) => content !== null);
  return [{ name: 'altered', folder: makeRun(Object.fromEntries(files)) }];
}

describe('what the report says', () => {
  test('the result in one sentence, computed from the numbers, with what it was measured with', () => {
    const html = report(pair());
    expect(html).toContain(
      'Under attack the standard network errs on 99.8 % of images; the adversarially trained one on 27.1 %.',
    );
    expect(html).toContain(
      'With 95 % confidence these errors lie between 98.8 and 100.0 %, and between 26.1 and 28.1 %. Without attack they are 9.9 % and 14.2 %.',
    );
    expect(html).toContain('The attack: PGD (L∞, ε = 0.1, 40 steps, 5 restarts, 1,000 images).');
  });

  test('of one run, both errors in the sentence', () => {
    const html = report(pair().slice(1));
    expect(html).toContain(
      'The adversarially trained network errs on 14.2 % of images as they are, and on 27.1 % under attack.',
    );
  });

  test('a row a run with clean and robust error and their intervals', () => {
    const html = report(pair());
    const [, table = ''] = /<table class="results"[^>]*>([\s\S]*?)<\/table>/.exec(html) ?? [];
    const rows = table.match(/<tr><th scope="row"[\s\S]*?<\/tr>/g) ?? [];
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(
      /adversarial[\s\S]*SimpleNet[\s\S]*14\.2 %[\s\S]*12\.2 to 16\.2 %[\s\S]*27\.1 %[\s\S]*26\.1 to 28\.1 %/,
    );
  });

  test('an attack with other settings has a column of its own, and no sentence compares the two', () => {
    const other = evaluation(142, 271);
    const pgd = { ...other.attacks.pgd, steps: 7 };
    const files = { ...runFiles('adversarial'), 'evaluation/test.json': { ...other, attacks: { pgd } } };
    const html = report([
      { name: 'standard', folder: makeRun(runFiles('standard')) },
      { name: 'adversarial', folder: makeRun(files) },
    ]);
    expect(html.match(/<th scope="col" class="number">PGD robust error/g)).toHaveLength(2);
    expect(html.match(/not measured/g)).toHaveLength(2);
    expect(html).toContain('No attack was run on all of them.');
  });

  test('an attack whose file repeats what the run said is no other one, in whatever order it says it', () => {
    const { attacks, ...rest } = evaluation(142, 271);
    const sampled = {
      ...attacks.pgd!,
      attack: 'autoattack',
      atMost: 0.3,
      of: { settings: {}, order: 'sampled', seed: 1, data: { name: 'x', selection: 'test[0:1000]', sha256: 'a' } },
    };
    const html = report(
      altered({
        'evaluation/test.json': { ...rest, attacks: { autoattack: { ...sampled, order: 'sampled' } } },
        'evaluation/autoattack-sampled.json': { ...rest, order: 'sampled', attacks: { autoattack: sampled } },
      }),
    );
    expect(html).not.toContain('left out');
  });

  test('curves of error, loss and learning rate, and of robust error against the budget', () => {
    const html = report(pair());
    expect(html).toContain(
      'Error of adversarial over its epochs: Validation, attacked; Validation, clean; Training, clean.',
    );
    expect(html).toContain('Learning rate of standard over its epochs');
    expect(html).toContain('adversarial: 14.2 % at 0, 20.7 % at 0.05, 27.1 % at 0.1.');
    expect(html).toContain('trained and evaluated: ε = 0.1');
  });

  test('each image as both networks see it, with a mark beside the colour', () => {
    const html = report(pair());
    expect(html.match(new RegExp(`data:image/png;base64,${PIXEL.slice(0, 40)}`, 'g'))).toHaveLength(5);
    expect(html.match(/<img [^>]*alt="[^"]+"/g)).toHaveLength(5);
    expect(html).toMatch(
      /<dd class="wrong"><span aria-hidden="true">✗<\/span>\s*<span class="spoken">wrong:<\/span> Bag <small>65\.3 %/,
    );
    expect(html).toMatch(
      /<dd class="right"><span aria-hidden="true">✓<\/span>\s*<span class="spoken">right:<\/span> Coat <small>91\.4 %/,
    );
    expect(html).toMatch(/multiplied by <strong>5<\/strong>\s*to be seen; mid-grey means no change/);
  });

  test('how to make the numbers again, once for runs of one command', () => {
    const html = report(pair());
    expect(html.match(/git checkout 0f3c9d2\nnpm run demo/g)).toHaveLength(1);
  });
});

describe('one self-contained file', () => {
  test('loads nothing from anywhere, and runs no script but its own', () => {
    const html = report(pair());
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<(link|iframe|object|embed)\b|@import|url\(/i);
    for (const [, source] of html.matchAll(/\b(?:src|srcset)="([^"]*)"/g))
      expect(source).toMatch(/^data:image\/png;base64,/);
    for (const [, target] of html.matchAll(/\bhref="([^"]*)"/g))
      expect(target).toMatch(/^(#[a-z]+|data:(text\/csv|application\/json);charset=utf-8;base64,[A-Za-z0-9+/=]+)$/);
    const scripts = [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.map(([, attributes]) => attributes)).toEqual(['']);
    const hash = createHash('sha256')
      .update(scripts[0]?.[2] ?? '')
      .digest('base64');
    expect(html).toContain(`default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
  });

  test('shows strings from the run and the title as text, never as markup', () => {
    const evil = '<script>alert("1")</script>';
    const html = report(
      [
        {
          name: `run ${evil} $& $1`,
          folder: makeRun({
            ...runFiles('standard'),
            'recipe.yaml': `model: '${evil}'\n`,
            'environment.json': { command: evil, [evil]: evil },
            'evaluation/test.json': { ...evaluation(99, 998), dataset: evil },
          }),
        },
      ],
      evil,
    );
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<title>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</title>');
    // A dollar sign has a meaning in replacements; here it is a name's.
    expect(html).toContain('aria-label="Error of run &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; $&amp; $1 over');
  });

  test('an image that is not base64 cannot smuggle in an attribute', () => {
    const item = { index: 1, label: 'Coat', original: '" onerror="alert(1)' };
    const html = report(
      altered({ 'evaluation/gallery.json': { attack: 'pgd', norm: 'linf', epsilon: 0.1, scale: 5, items: [item] } }),
    );
    expect(html).not.toContain('onerror');
    expect(html).toContain('evaluation/gallery.json is not in the form a run has at items.0.original');
  });
});

describe('a run that is not complete', () => {
  test.each([
    ['environment.json', 'environment.json is not in the run folder'],
    ['recipe.yaml', 'recipe.yaml is not in the run folder'],
    ['metrics.jsonl', 'metrics.jsonl is not in the run folder'],
    ['evaluation/test.json', 'evaluation/test.json is not in the run folder'],
    ['evaluation/gallery.json', 'evaluation/gallery.json is not in the run folder'],
  ])('without %s the report says so in place', (file, notice) => {
    expect(report(altered({ [file]: null }))).toContain(notice);
  });

  test('a file that is not JSON is named with the reason', () => {
    expect(report(altered({ 'evaluation/test.json': '{"dataset":' }))).toContain('evaluation/test.json is not JSON');
  });

  test('half a last line of metrics, as an interrupted run leaves it, is counted and the rest drawn', () => {
    const metrics = `${String(runFiles('standard')['metrics.jsonl'])}{"step": 300, "ep`;
    const html = report(altered({ 'metrics.jsonl': metrics }));
    expect(html).toContain('metrics.jsonl has 1 line that cannot be read');
    expect(html).toContain('Error of altered over its epochs');
  });

  test('a run without evaluation leaves the sentence to those that have one', () => {
    const html = report([...altered({ 'evaluation/test.json': null }), ...pair().slice(0, 1)]);
    expect(html).toContain('The standard network errs on 9.9 % of images as they are, and on 99.8 % under');
    expect(html).toContain('altered: not evaluated');
  });
});

describe('names that JavaScript gives a meaning', () => {
  const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
  test('in the environment are shown as they are', () => {
    const environment = `{${names.map((name) => `"${name}": "value of ${name}"`).join(', ')}}`;
    const html = report(altered({ 'environment.json': environment }));
    for (const name of names.filter((each) => each !== '__proto__')) {
      expect(html).toContain(`<dt>${name}</dt><dd>value of ${name}</dd>`);
    }
  });

  test.each(names)('%s as architecture, norm and attack is shown as it is', (name) => {
    const { attacks, ...rest } = evaluation(142, 271);
    const changed = { ...rest, attacks: { pgd: { ...attacks.pgd, attack: name, norm: name } }, curve: [] };
    const recipe = `training: { method: adversarial, attack: { epsilon: 0.1, norm: ${name} } }\nmodel: { architecture: ${name} }`;
    const html = report(altered({ 'evaluation/test.json': changed, 'recipe.yaml': recipe }));
    expect(html).toContain(name);
    expect(html).not.toContain('native code');
  });
});

test('two evaluations whose settings are nested without end are left out, and named', () => {
  const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
  const rate = {
    ...evaluation(142, 271).attacks.pgd,
    of: { settings: 'deep', order: 'exact', seed: 1, data: { name: 'a', selection: 'b', sha256: 'c' } },
  };
  const content = JSON.stringify({ ...evaluation(142, 271), attacks: { pgd: rate } }).replace('"deep"', deep);
  const folder = makeRun({
    ...runFiles('standard'),
    'evaluation/test.json': content,
    'evaluation/pgd.json': content.replace('"seed":1', '"seed":2'),
  });
  const output = join(temporaryFolder(), 'report.html');
  writeReport({ title: 'deep', runs: [{ name: 'one', folder }], output });
  expect(readFileSync(output, 'utf8')).toContain('expected at most 100 levels of nesting');
});

test('a curve of more points than a page can show is said to be too long', () => {
  const [point] = evaluation(142, 271).curve;
  const curve = Array.from({ length: 200_000 }, () => point);
  expect(report(altered({ 'evaluation/test.json': { ...evaluation(142, 271), curve } }))).toContain(
    'at curve: Too big',
  );
});

test('an evaluation of weights that were trained elsewhere: its figures, and nothing of a training', () => {
  const provenance = {
    network: {
      weights: 'a',
      architecture: 'b',
      description: { architecture: 'resnet18', options: { width: 16 } },
      file: 'net.pt',
    },
    data: { name: 'fashion-mnist', selection: 'test[0:1000]', sha256: 'c' },
    engine: { saddlepoint: '0.1.0', libtorch: '2.13.0', device: 'cpu' },
    date: '2026-11-29T00:00:00.000Z',
  };
  const folder = makeRun({ 'evaluation/pgd.json': { ...evaluation(142, 271), curve: [], of: provenance } });
  const html = report([{ name: 'net', folder }]);
  expect(html).toContain('The network errs on 14.2 % of images as they are, and on 27.1 % under attack.');
  expect(html).toContain('resnet18');
  for (const absent of ['no training curves', 'no gallery', 'no curve']) expect(html).not.toContain(absent);
  const [row] = buildTable([{ name: 'net', folder }]).groups[0]!.rows;
  expect(row).toMatchObject({ source: 'net', model: 'ResNet-18, width 16', training: '–' });
});

describe('what it refuses', () => {
  const refusal = (options: ReportOptions): SaddlepointError => {
    try {
      writeReport(options);
    } catch (error) {
      if (error instanceof SaddlepointError) return error;
      throw error;
    }
    throw new Error('expected a refusal');
  };

  test('a folder with nothing of a run in it, and one that is not there', () => {
    const empty = temporaryFolder();
    const output = join(empty, 'report.html');
    const nothing = refusal({ title: '', runs: [{ name: 'empty', folder: new RunFolder(empty) }], output });
    expect(nothing.code).toBe('FILE');
    expect(nothing.message).toContain(`expected the folder of a run in ${empty}`);
    const absent = refusal({ title: '', runs: [{ name: 'gone', folder: new RunFolder(join(empty, 'gone')) }], output });
    expect(absent.message).toContain('there is no such folder');
    expect(readdirSync(empty)).toEqual([]);
  });

  test('no runs, and two of one name', () => {
    const output = join(temporaryFolder(), 'report.html');
    expect(refusal({ title: '', runs: [], output }).code).toBe('ARGUMENT');
    const [run] = pair();
    expect(refusal({ title: '', runs: run === undefined ? [] : [run, run], output }).message).toContain(
      '"standard" twice',
    );
  });

  test('an output that cannot be written, leaving what is there and no temporary file', () => {
    const folder = temporaryFolder();
    const output = join(folder, 'report.html');
    mkdirSync(output);
    writeFileSync(join(output, 'kept'), '');
    expect(refusal({ title: '', runs: pair(), output }).code).toBe('FILE');
    expect(readdirSync(folder)).toEqual(['report.html']);
    expect(readdirSync(output)).toEqual(['kept']);
  });
});
