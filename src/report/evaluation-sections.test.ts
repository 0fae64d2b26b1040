/**
 * Stages, classes, masking and confidence are shown where they were measured, and nowhere else.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asRead, evaluation, makeRun, runFiles, temporaryFolder } from './made-up-run.test-helper.js';
import { writeReport } from './write-report.js';

const stages = [
  { name: 'apgd-ce', rounds: 1, attacked: 858, errors: 300, robustError: 0.442, seconds: 12.34 },
  { name: 'apgd-t', rounds: 9, attacked: 558, errors: 21, robustError: 0.463, seconds: 95 },
  {
    name: 'square',
    rounds: 1,
    attacked: 100,
    errors: 0,
    robustError: 0.463,
    audit: { sample: 100, of: 537, ranOnAll: false },
    seconds: 4000,
  },
];
const perClass = [
  { name: 'Bag', examples: 100, cleanErrors: 2, errors: 9 },
  { name: 'Shirt', examples: 100, cleanErrors: 41, errors: 88 },
  { name: 'Coat', examples: 0, cleanErrors: 0, errors: 0 },
];
const masking = {
  verdict: 'suspect',
  norm: 'linf',
  epsilon: 8 / 255,
  seed: 1,
  examples: 91,
  sample: 100,
  indicators: [
    {
      name: 'zero-gradients',
      title: 'Gradients must not vanish',
      verdict: 'pass',
      reason: 'zero for 0.0 % of the images',
      action: '',
    },
    {
      name: 'convergence',
      title: 'The last steps should add little',
      verdict: 'suspect',
      reason: '100 instead of 40 steps fool 8.0 % more',
      action: 'Run more steps.',
    },
  ],
  measurements: [{ attack: 'PGD, 40 steps', epsilon: 8 / 255, steps: 40, restarts: 1, fooled: 40 }],
};
const bell = (centre: number, count: number) =>
  Array.from({ length: 20 }, (_, i) => Math.round(count * Math.exp(-(((i - centre) / 4) ** 2))));
const confidence = {
  attack: 'pgd',
  norm: 'linf',
  epsilon: 8 / 255,
  examples: 500,
  attempts: 5,
  validationExamples: 100,
  testError: 0.142,
  robustTestError: 0.471,
  successRate: 0.38,
  rocAuc: 0.8125,
  cleanRocAuc: 0.9,
  atTpr: [
    {
      tpr: 0.99,
      threshold: 0.612,
      testTpr: 0.98,
      validationTpr: 0.99,
      fpr: 0.2,
      testError: 0.101,
      robustTestError: 0.313,
    },
    { tpr: 0.995, threshold: 0.5, testTpr: 0.99, validationTpr: 1, fpr: 0.25, testError: 0.12, robustTestError: 0.333 },
  ],
  histogram: { correct: bell(19, 60), wrong: bell(9, 6), adversarial: bell(11, 25) },
};

const distal = {
  noise: 'uniform',
  norm: 'linf',
  epsilon: 8 / 255,
  steps: 10,
  restarts: 2,
  examples: 200,
  validationExamples: 1000,
  testExamples: 9000,
  rocAuc: 0.8125,
  meanConfidence: 0.654,
  atTpr: [
    { tpr: 0.95, threshold: 0.412, testTpr: 0.951, fpr: 0.345, interval: [0.283, 0.413], noiseFpr: 0.015 },
    { tpr: 0.99, threshold: 0.212, testTpr: 0.99, fpr: 0.985, interval: [0.957, 0.995], noiseFpr: 0.5 },
  ],
};

function report(more: object): string {
  const files = { ...runFiles('adversarial'), 'evaluation/test.json': { ...evaluation(142, 271), ...more } };
  const output = join(temporaryFolder(), 'report.html');
  writeReport({ title: 'A report', runs: [{ name: 'one', folder: makeRun(files) }], output });
  return asRead(readFileSync(output, 'utf8'));
}
const TITLES = ['Stages and classes', 'Can the robust error be believed?', 'With a reject option', 'Sure of noise'];

test('a run without them has no such section', () => {
  const html = report({});
  for (const title of TITLES) expect(html).not.toContain(title);
});

test('noise that the network is sure of: the detection error at each threshold, and what it was before', () => {
  const html = report({ distal });
  expect(html).toContain('Sure of noise');
  expect(html).toMatch(/200 images of uniform noise, PGD for confidence in any class, L∞/);
  expect(html).toMatch(/0\.412<\/td>\s*<td>34\.5 %<\/td>\s*<td>28\.3 to 41\.3 %<\/td>\s*<td>1\.5 %/);
  expect(html).toMatch(/thresholds from 1,000 clean images/);
});

test('a sampled robust error stands with what it may be at most, in the report', () => {
  const { pgd } = evaluation(142, 271).attacks;
  const attacks = { autoattack: { ...pgd!, attack: 'autoattack', errors: 463, robustError: 0.463 } };
  const bound = { stages: ['square'], sample: 100, of: 537, confidence: 0.95, errors: 13, robustError: 0.476 };
  expect(report({ attacks, order: 'sampled', bound })).toMatch(
    /46\.3 %<\/strong> <small>[\d.]+ to [\d.]+ %<\/small><small class="bound">sampled: at most 47\.6 %/,
  );
  expect(report({ attacks, order: 'exact' })).not.toContain('at most 47.6 %');
  // A bound that says nothing of how many were looked at is no part of a result.
  expect(report({ attacks, order: 'sampled', bound: { ...bound, sample: 600 } })).toContain(
    'expected a sample of at most',
  );
});

test('a search with rounded factors says so beside its error, its curve and in the file of results', () => {
  const network = { weights: 'a'.repeat(64), architecture: 'b'.repeat(64) };
  const data = { name: 'fashion-mnist', selection: 'test[0:1000]', sha256: 'c'.repeat(64) };
  const inBackend = (backend: string) =>
    report({ of: { network, data, engine: { saddlepoint: '0.1.0', libtorch: '2.13.0', device: 'cpu', backend } } });
  const html = inBackend('bfloat16');
  expect(html).toMatch(/PGD robust error<small>[^<]*, searched in bfloat16, 1,000 images/);
  expect(html).toMatch(/Robust error in L∞, measured with PGD, [^<]*, searched in bfloat16, 1,000 images/);
  const csv = /download="results.csv" href="data:text\/csv;charset=utf-8;base64,([^"]+)"/.exec(html)![1]!;
  expect(Buffer.from(csv, 'base64').toString()).toMatch(/doubt,backend\r\n.*\r\n.*,bfloat16\r\n/);
  expect(inBackend('winograd')).not.toContain('searched in');
});

test('stages say what they attacked and fooled, and on what sample; classes stand the hardest first', () => {
  const html = report({ stages, perClass, stagesOf: { attack: 'autoattack', split: 'test[0:200]', examples: 200 } });
  expect(html).toContain('AutoAttack, 200 images. Each stage attacks what the stages before it left robust.');
  expect(report({ stages })).toContain('<caption>Each stage attacks');
  expect(html).toMatch(/apgd-ce<\/th>\s*<td>858<\/td><td>300<\/td><td>44\.2 %<\/td><td>12\.3 s/);
  expect(html).toContain('on a random 100 of 537');
  expect(html).toContain('1 h 7 min');
  expect(html.indexOf('>Shirt<')).toBeLessThan(html.indexOf('>Bag<'));
  expect(html).toMatch(/Shirt<\/th><td>100<\/td>\s*<td>41\.0 %<\/td>\s*<td>88\.0 %/);
  expect(html).toMatch(/Coat<\/th><td>0<\/td>\s*<td>–<\/td>\s*<td>–/);
});

test('a stage for which no image was left says that, and none says it was tried on a random 0 of 0', () => {
  const left = { rounds: 1, robustError: 1, seconds: 0 };
  const html = report({
    stages: [
      { ...left, name: 'apgd-ce', attacked: 858, errors: 858, seconds: 3 },
      { ...left, name: 'apgd-t', attacked: 0, errors: 0 },
      { ...left, name: 'fab-t', attacked: 0, errors: 0, audit: { sample: 0, of: 0, ranOnAll: true } },
    ],
  });
  expect(html.match(/<small>no image was left<\/small>/g)).toHaveLength(2);
  expect(html).not.toMatch(/\b0 of 0\b/);
});

test('a stage whose sample was all that stood is said to be on a sample no more', () => {
  const all = { ...stages[2]!, audit: { sample: 100, of: 100, ranOnAll: true } };
  expect(report({ stages: [all] })).not.toContain('on a random');
});

test('what was counted again from the saved images stands below the stages', () => {
  const interval = [0.26, 0.28];
  const verified = {
    norm: 'linf',
    epsilon: 0.1,
    examples: 1000,
    batchSizes: [250, 125],
    largestDistance: 0.1,
    cleanErrors: 142,
    errors: 271,
    robustError: 0.271,
    interval,
    disagreeing: [],
  };
  const eightBit = { largestDistance: 0.1, errors: 270, robustError: 0.27, interval, lost: 1 };
  expect(report({ stages, verified, eightBit })).toContain(
    'Counted again from the saved images: 27.1 %; rounded to 8 bits 27.0 %.',
  );
  expect(report({ stages })).not.toContain('Counted again');
});

test('the masking verdict stands with each reason and what to do', () => {
  const html = report({ masking });
  expect(html).toContain('suspect: read the robust error with what is listed here');
  expect(html).toContain('L∞, ε = 8/255, 91 images that the network gets right');
  expect(html).toMatch(/100 instead of 40 steps fool 8\.0 % more\. <strong>Run more steps\./);
});

test('confidences: a chart that is described, and the errors at each threshold', () => {
  const html = report({ confidence });
  expect(html).toMatch(/aria-label="Confidence of one\. Clean, right: \d+ images/);
  expect(html).toMatch(/99 %<\/th><td>0\.612<\/td><td>10\.1 %<\/td><td>31\.3 %/);
  expect(html).toContain('99.5 %');
  expect(html).toContain('Area under the ROC: 0.813');
  const named = report({ confidence: { ...confidence, attack: 'autoattack for confidence' } });
  expect(named).toContain('AutoAttack for confidence, L∞, ε = 8/255');
});

test('one in another form is said to be so, not shown', () => {
  const html = report({ masking: { ...masking, verdict: 'maybe' } });
  expect(html).toContain('at masking.verdict');
});

test('a verdict that is not pass stands beside the number, and in the sentence', () => {
  const budget = { norm: 'linf', epsilon: 0.1 };
  const doubted = report({ masking: { ...masking, ...budget } });
  expect(doubted).toMatch(/27\.1 %<\/strong> <strong class="suspect">suspect<\/strong>/);
  expect(doubted).toMatch(
    /suspect<\/strong> one: There are signs that the attack could not search.*<a href="#masking">/,
  );
  const passed = report({ masking: { ...masking, ...budget, verdict: 'pass' } });
  expect(passed).not.toContain('could not search');
});
