/**
 * An entry of RobustBench: its keys, what it takes its figures from, and what it refuses.
 *
 * @module
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../test/support/failure.js';
import { folderWith, temporaryFolder } from '../../../test/support/folders.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { describeSource, errorRate, type EvaluationResult } from '../../evaluation/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { saveModel } from '../../training/index.js';
import { sourceOf } from '../evaluate-subject.js';
import { exportRobustBench } from './export-robustbench.js';

leavesNothingAlive();

const description: ModelDescription = { architecture: 'resnet18', options: { width: 2 } };
const RECIPE = `
dataset: { name: cifar-10 }
model: { architecture: resnet18 }
training: { method: standard, epochs: 1 }
schedule: { name: constant, rate: 0.1 }
evaluation: { attack: { name: pgd, norm: linf, epsilon: 8/255, steps: 10 } }
`;
const PAPER = `
id: Doe2026Saddlepoints
title: Saddlepoints
link: https://example.org/paper
authors: Jane Doe, John Doe
venue: ICLR 2026
`;

interface Measured {
  readonly examples?: number;
  readonly order?: string;
  readonly version?: string;
  readonly norm?: string;
  readonly epsilon?: number;
  readonly seed?: number;
  readonly doubt?: 'suspect';
  readonly errors?: number;
  readonly backend?: string;
  readonly verified?: 'not' | 'otherwise';
}

let [file, paper] = ['', ''];
/** Puts an evaluation beside the network, of it or of another. */
let evaluated: (name: string, measured?: Measured, changed?: Partial<EvaluationResult>) => void;

beforeEach(() => {
  const folder = temporaryFolder();
  file = join(folder, 'net.safetensors');
  paper = join(folderWith({ 'paper.yaml': PAPER }), 'paper.yaml');
  using model = createModel(description, 1);
  saveModel(file, model, description, { recipe: RECIPE });
  const network = describeSource(model, sourceOf(file, description));
  mkdirSync(join(folder, 'evaluation'));
  evaluated = (name, measured = {}, changed = {}) => {
    const { examples = 10_000, order = 'exact', version = 'standard', norm = 'linf', epsilon = 8 / 255 } = measured;
    const { errors = Math.round(0.4877 * examples), doubt, seed, backend = 'plain', verified } = measured;
    const split = `test[0:${examples}]`;
    const selection = seed === undefined ? split : `test, ${examples} of 10000 drawn with seed ${seed}`;
    const data = { name: 'cifar-10', selection, sha256: '0'.repeat(64) };
    const engine = { saddlepoint: '0.1.0', libtorch: '2.13.0', device: 'cpu', backend };
    const { error, ...rate } = errorRate(errors, examples);
    const robust = { attack: 'autoattack', norm, epsilon, steps: 100, restarts: 1, ...rate, robustError: error };
    const counted = { errors: verified === 'otherwise' ? errors - 1 : errors, robustError: error, cleanErrors: 0 };
    const verification = { norm, epsilon, examples, batchSizes: [100, 50] as const, largestDistance: epsilon };
    const of = { settings: {}, order, seed: 1, data };
    const result: EvaluationResult = {
      of: { network, data, engine, date: '2026-11-30T00:00:00.000Z' },
      dataset: 'cifar-10',
      split: selection,
      examples,
      clean: errorRate(Math.round(0.1508 * examples), examples),
      attacks: { autoattack: { ...robust, of, order, version, ...(doubt && { doubt }) } },
      ...(verified !== 'not' && { verified: { ...verification, ...counted, interval: [0, 1], disagreeing: [] } }),
      curve: [],
      seconds: 1,
      ...changed,
    };
    writeFileSync(join(folder, 'evaluation', `${name}.json`), JSON.stringify(result));
  };
});

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const infoIn = (folder: string, threatModel = 'Linf', id = 'Doe2026Saddlepoints') =>
  JSON.parse(read(folder, `model_info/cifar10/${threatModel}/${id}.json`)) as Record<string, unknown>;
const refusal = (options: object = {}) => failureOf(() => exportRobustBench(file, temporaryFolder(), options)).message;

describe('an entry', () => {
  test('has RobustBench’s keys, and accuracies in percent as text', () => {
    evaluated('autoattack');
    const folder = temporaryFolder();
    const written = exportRobustBench(file, folder, { paper });
    expect(written).toEqual({
      folder,
      files: ['model_info/cifar10/Linf/Doe2026Saddlepoints.json', 'Doe2026Saddlepoints.md'],
      remarks: [],
    });
    expect(infoIn(folder)).toEqual({
      link: 'https://example.org/paper',
      name: 'Saddlepoints',
      authors: 'Jane Doe, John Doe',
      additional_data: false,
      number_forward_passes: 1,
      dataset: 'cifar10',
      venue: 'ICLR 2026',
      architecture: 'ResNet-18 (width 2)',
      eps: '8/255',
      clean_acc: '84.92',
      reported: '51.23',
      autoattack_acc: '51.23',
      unreliable: false,
    });
  });

  test('and a text under the headings of the form', () => {
    evaluated('autoattack');
    const folder = temporaryFolder();
    exportRobustBench(file, folder, { paper });
    const text = read(folder, 'Doe2026Saddlepoints.md');
    expect(text).toMatch(
      /^# \[New Model\] Doe2026Saddlepoints\n\n# Paper Information\n\n- \*\*Paper Title\*\*: Saddlepoints\n/,
    );
    expect(text).toContain(
      '- **Threat Model**: Linf\n- **eps**: 8/255\n- **Clean accuracy**: 84.92% (95% interval 84.2 to 85.6 %)\n',
    );
    expect(text).toContain(
      '- **Robust accuracy**: 51.23% (95% interval 50.3 to 52.2 %)\n- **Additional data**: false\n',
    );
    expect(text).toContain(
      'AutoAttack, standard version, all 10,000 test images, as Saddlepoint 0.1.0 implements it, searched in float32; ' +
        'of every adversarial image the distance measured again in float64, and the class asked again of the network, in float32',
    );
  });

  test('of several threat models: one each', () => {
    evaluated('linf');
    evaluated('l2', { norm: 'l2', epsilon: 0.5, errors: 3000 });
    const folder = temporaryFolder();
    const { files } = exportRobustBench(file, folder, { paper });
    expect(files).toHaveLength(3);
    expect(infoIn(folder, 'L2')).toMatchObject({ eps: '0.5', autoattack_acc: '70.00' });
    expect(read(folder, files[2]!)).toMatch(/## Model 1[\s\S]*## Model 2/);
  });

  test('of several evaluations the one with the larger error', () => {
    evaluated('one', { errors: 4000 });
    evaluated('two', { errors: 4100 });
    const folder = temporaryFolder();
    exportRobustBench(file, folder, { paper });
    expect(infoIn(folder).autoattack_acc).toBe('59.00');
  });

  test('without the paper: what is left open is empty, and said', () => {
    evaluated('autoattack');
    const folder = temporaryFolder();
    const { remarks } = exportRobustBench(file, folder);
    expect(remarks).toEqual(['left open for want of --paper: title, link, authors, venue']);
    expect(infoIn(folder, 'Linf', 'net')).toMatchObject({ name: '', link: '', authors: '', venue: '' });
    expect(read(folder, 'net.md')).toContain('- **Paper Title**: (to be filled in)');
  });

  test('networks whose names differ behind a dot have entries of their own', () => {
    evaluated('autoattack');
    const folder = temporaryFolder();
    const ids = ['eps0.5', 'eps0.25'].map((name) => {
      const copy = join(dirname(file), name);
      copyFileSync(file, `${copy}.safetensors`);
      return exportRobustBench(copy, folder).files.at(-1);
    });
    expect(ids).toEqual(['eps0_5.md', 'eps0_25.md']);
  });

  test('a doubt about the attack makes it unreliable', () => {
    evaluated('autoattack', { doubt: 'suspect' });
    const folder = temporaryFolder();
    exportRobustBench(file, folder, { paper });
    expect(infoIn(folder)).toMatchObject({
      unreliable: true,
      footnote: 'There are signs that the attack could not search.',
    });
  });

  test('on fewer images only where that is asked for, and with a footnote', () => {
    evaluated('autoattack', { examples: 1000 });
    expect(refusal()).toMatch(/evaluation\/autoattack\.json .* is on 1000 images, not 10000\./);
    const folder = temporaryFolder();
    const { remarks } = exportRobustBench(file, folder, { paper, examples: 1000 });
    expect(remarks).toEqual(['RobustBench takes evaluations on all 10000 test images, this one is on 1000']);
    expect(infoIn(folder)).toMatchObject({ footnote: 'Evaluated on the first 1000 test images alone.' });
    expect(read(folder, 'Doe2026Saddlepoints.md')).toContain('the first 1,000 test images alone');
  });
});

describe('what RobustBench does not take', () => {
  test('no evaluation at all', () => {
    expect(refusal()).toMatch(
      /^expected an evaluation as RobustBench takes it \(.*\): there is none of these weights\. saddlepoint evaluate .*net\.safetensors --dataset cifar-10 --attack autoattack --norm linf --epsilon 8\/255 --examples 10000 makes one$/,
    );
  });

  test.each<[string, Measured, Partial<EvaluationResult>, RegExp]>([
    ['a sampled order', { order: 'sampled' }, {}, /is of the sampled order, not the exact one/],
    ['another version', { version: 'plus' }, {}, /is of version plus, not standard/],
    ['another budget', { epsilon: 4 / 255 }, {}, /is of no leaderboard/],
    ['another norm', { norm: 'l1', epsilon: 12 }, {}, /is of no leaderboard/],
    ['another data set', {}, { dataset: 'svhn' }, /svhn.* is of no leaderboard/],
    ['a search in bfloat16', { backend: 'bfloat16' }, {}, /searched in bfloat16, not in float32/],
    ['a search in TF32', { backend: 'tf32' }, {}, /is searched in TF32, not in float32 \(--backend plain does\)/],
    ['a figure that was not verified', { verified: 'not' }, {}, /is not verified from its saved images/],
    ['a figure of another verification', { verified: 'otherwise' }, {}, /is not verified from its saved images/],
    ['other images', { seed: 1 }, {}, /is on test, 10000 of 10000 drawn with seed 1, not test\[0:10000\]/],
    ['a clean error on other images', {}, { clean: errorRate(10, 100) }, /beside a clean error/],
    ['an impossible one', { errors: 10 }, {}, /there is none of these weights/],
  ])('%s', (_, measured, changed, message) => {
    evaluated('autoattack', measured, changed);
    expect(refusal()).toMatch(message);
  });

  test('the evaluation of another network, in the same folder', () => {
    evaluated('autoattack');
    using model = createModel(description, 2);
    saveModel(file, model, description, { recipe: RECIPE });
    expect(refusal()).toMatch(/there is none of these weights/);
  });

  test('figures of networks of which nothing tells what they were trained with', () => {
    evaluated('autoattack');
    using model = createModel(description, 1);
    saveModel(file, model, description);
    expect(refusal({ paper })).toMatch(/^expected additionalData in the file of --paper, received nothing that tells/);
    const said = join(folderWith({ 'paper.yaml': `${PAPER}additionalData: true\n` }), 'paper.yaml');
    const folder = temporaryFolder();
    exportRobustBench(file, folder, { paper: said });
    expect(infoIn(folder).additional_data).toBe(true);
  });

  test('generated images in the recipe: it is asked what they are', () => {
    evaluated('autoattack');
    using model = createModel(description, 1);
    const recipe = RECIPE.replace('cifar-10 }', 'cifar-10, extra: { file: edm.npz } }');
    saveModel(file, model, description, { recipe });
    expect(refusal({ paper })).toMatch(/received a recipe that mixes in edm\.npz: true where/);
    const said = join(folderWith({ 'paper.yaml': `${PAPER}additionalData: false\n` }), 'paper.yaml');
    const folder = temporaryFolder();
    exportRobustBench(file, folder, { paper: said });
    expect(infoIn(folder)).toMatchObject({
      additional_data: false,
      footnote: 'It uses additional generated images in training.',
    });
  });

  test.each([
    ['id: ../../etc', /id: expected letters, digits/],
    ['link: paper', /link: expected an address/],
    ['year: 2026', /year.*It has id, title, link, authors, venue/],
    ['- a list', /expected object/],
    ['id: [', /is not YAML/],
  ])('a paper of another form: %s', (content, message) => {
    evaluated('autoattack');
    const broken = join(folderWith({ 'paper.yaml': content }), 'paper.yaml');
    const folder = temporaryFolder();
    expect(failureOf(() => exportRobustBench(file, folder, { paper: broken })).message).toMatch(message);
    expect(existsSync(join(folder, 'model_info'))).toBe(false);
  });
});
