/**
 * The page: what stands where, and where its links lead.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asRead, evaluation, makeRun, runFiles, temporaryFolder } from './made-up-run.test-helper.js';
import { type ReportOptions, writeReport } from './write-report.js';

const masking = {
  verdict: 'pass',
  norm: 'linf',
  epsilon: 0.1,
  seed: 1,
  examples: 91,
  sample: 100,
  indicators: [],
  measurements: [],
};
const stages = [{ name: 'pgd', rounds: 1, attacked: 858, errors: 129, robustError: 0.271, seconds: 3 }];
const perClass = [
  { name: 'Bag', examples: 100, cleanErrors: 2, errors: 9 },
  { name: 'Shirt', examples: 100, cleanErrors: 41, errors: 88 },
];

/** A run with all parts that a report shows. */
const complete = (name: string): ReportOptions['runs'][number] => {
  const whole = { ...evaluation(142, 271), masking, stages, perClass };
  return { name, folder: makeRun({ ...runFiles('adversarial'), 'evaluation/test.json': whole }) };
};

function page(...runs: ReportOptions['runs']): string {
  const output = join(temporaryFolder(), 'report.html');
  writeReport({ title: 'A report', runs, output });
  return asRead(readFileSync(output, 'utf8'));
}

/** The files a page carries, by name. */
function downloads(html: string): ReadonlyMap<string, string> {
  const links = html.matchAll(/<a download="([^"]+)" href="data:[a-z/]+;charset=utf-8;base64,([^"]*)"/g);
  return new Map(
    [...links].map(([, name = '', content = '']) => [name, Buffer.from(content, 'base64').toString('utf8')]),
  );
}

test('begins with the finding; then its figures, what they look like, and where they come from', () => {
  const html = page(complete('one'));
  const order = [
    'id="finding"',
    '<nav',
    'id="results"',
    'id="curve"',
    'id="gallery"',
    'id="stages"',
    'id="training"',
    'id="masking"',
    'id="provenance"',
  ];
  const places = order.map((part) => html.indexOf(part));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test('the contents name every section, in its order, and every link within the page leads somewhere', () => {
  const html = page(complete('one'));
  const [contents = ''] = /<nav[\s\S]*<\/nav>/.exec(html) ?? [];
  const named = [...contents.matchAll(/href="#([^"]+)">([^<]+)</g)].map(([, id, title]) => [id, title]);
  const sections = [...html.matchAll(/<section id="([^"]+)"><h2>([^<]+)</g)].map(([, id, title]) => [id, title]);
  expect(named).toEqual(sections);
  expect(named.length).toBeGreaterThan(5);
  for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(html.split(`id="${id ?? ''}"`)).toHaveLength(2);
});

test('a section without content is neither there nor in the contents', () => {
  const html = page({ name: 'bare', folder: makeRun(runFiles('standard')) });
  for (const id of ['stages', 'masking', 'confidence']) expect(html).not.toContain(`"${id}"`);
  expect(html).not.toContain('#masking');
});

test('a card is never there for what is missing: that is said once for all runs that lack it', () => {
  const files = runFiles('standard');
  const bare = ['a', 'b'].map((name) => {
    const { 'metrics.jsonl': _, 'evaluation/gallery.json': __, ...rest } = files;
    return { name, folder: makeRun(rest) };
  });
  const html = page(...bare);
  expect(html).toContain('<strong>a and b: no training curves.</strong> metrics.jsonl is not in the run folder.');
  expect(html).toContain('<strong>a and b: no gallery.</strong>');
  expect(html).not.toMatch(/class="cards"|class="gallery|<figcaption><h3>/);
});

test('classes of runs on the same images stand in one table, those of others in one of their own', () => {
  const other = { ...evaluation(142, 271), stages, perClass: [{ ...perClass[0]!, examples: 50 }] };
  const elsewhere = { name: 'c', folder: makeRun({ ...runFiles('standard'), 'evaluation/test.json': other }) };
  const html = page(complete('a'), complete('b'), elsewhere);
  expect(html).toContain('<h3>a and b: classes</h3>');
  expect(html).toContain('<h3>c: classes</h3>');
  expect(html).toMatch(/Robust error<small>a<\/small>.*Robust error<small>b<\/small>/);
});

test('of many runs the table beside the curve has the errors alone, and its file the intervals', () => {
  const cell = '<td>27.1 % <small>26.1 to 28.1 %</small></td>';
  expect(page(complete('a'), complete('b'), complete('c'))).toContain(cell);
  const many = page(...['a', 'b', 'c', 'd'].map(complete));
  expect(many).not.toContain(cell);
  expect(downloads(many).get('robust-error-linf.csv')).toContain('d,linf,0.1,0.271,0.261,0.281\r\n');
});

test('every table is there to download, and all results as JSON', () => {
  const files = downloads(page(complete('one')));
  expect([...files.keys()].sort()).toEqual([
    'classes-one.csv',
    'gallery.csv',
    'masking-one.csv',
    'results.csv',
    'results.json',
    'robust-error-linf.csv',
    'stages-one.csv',
    'training-one.csv',
  ]);
  const results = files.get('results.csv')?.split('\r\n') ?? [];
  expect(results[0]).toContain('run,training,architecture,dataset,images,attack,norm,epsilon');
  expect(results[2]).toBe(
    'one,adversarial,SimpleNet,Fashion-MNIST,test[0:1000],pgd,linf,0.1,40,5,,1000,271,0.271,0.261,0.281,,,',
  );
  expect(files.get('robust-error-linf.csv')).toContain('one,linf,0.1,0.271,0.261,0.281\r\n');
  const json = JSON.parse(files.get('results.json') ?? '') as { runs: [{ name: string; evaluation: object }] };
  expect(json.runs[0]).toMatchObject({ name: 'one', evaluation: { attacks: { pgd: { errors: 271 } }, perClass } });
});

test('pictures have names to be saved under, and lie in the page once', () => {
  const html = page(complete('a run'));
  expect([...html.matchAll(/data-file="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'image-7.png',
    'image-7-a-run-perturbation.png',
    'image-7-a-run-attacked.png',
  ]);
  expect(html.match(/data:image\/png/g)).toHaveLength(3);
});

test('charts say their values where the pointer is', () => {
  const html = page(complete('one'), complete('two'));
  expect(html).toContain('<title>ε = 0.1\none: 27.1 % (26.1 to 28.1 %)\ntwo: 27.1 % (26.1 to 28.1 %)</title>');
  expect(html).toContain('<title>Epoch 2\nValidation, attacked: 50.0 %\nValidation, clean: 20.0 %');
});
