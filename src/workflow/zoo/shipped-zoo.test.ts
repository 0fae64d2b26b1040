/**
 * The index that comes with Saddlepoint says of every file what it is, and of every figure what was measured.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBudget } from '../../attacks/index.js';
import { DATASETS } from '../../data/index.js';
import { projectRoot } from '../../engine/index.js';
import { combineEvaluations, describeSource, networkKey, type EvaluationResult } from '../../evaluation/index.js';
import { RunFolder } from '../../monitoring/index.js';
import { readJson } from '../../report/read-json.js';
import { evaluationSchema } from '../../report/schemas.js';
import { loadCheckpoint, recipeOfWeights } from '../../training/index.js';
import { sourceOf } from '../evaluate-subject.js';
import { listZoo } from './zoo.js';

const root = projectRoot();
const networks = await listZoo({ from: join(root, 'models') });

/** The runs that the networks are from, and which of their evaluations was AutoAttack's. */
const RUNS = new Map([
  ['cifar10-resnet-64-linf', { folder: 'docs/results/cifar10-hour/hour', autoAttack: 'autoattack-1000.json' }],
  ['cifar10-resnet18-16-linf', { folder: 'docs/results/cifar10-cpu/cpu', autoAttack: 'test.json' }],
  ['cifar10-resnet18-16-standard', { folder: 'docs/results/cifar10-cpu/cpu-normal', autoAttack: 'test.json' }],
]);

function resultOf(name: string, file: string): EvaluationResult {
  const folder = new RunFolder(join(root, RUNS.get(name)!.folder));
  const part = readJson(folder, join(folder.path, 'evaluation', file), evaluationSchema);
  if (part.value === null) throw new Error(part.reason);
  return part.value;
}

test('every network that is shipped is in it', () => {
  const files = readdirSync(join(root, 'models')).filter((file) => file.endsWith('.safetensors'));
  expect(networks.map(({ source }) => source).sort()).toEqual(files.sort());
});

test.each(networks)('$name: size, hash, recipe and data set are those of the file', (network) => {
  const path = join(root, 'models', network.source);
  const bytes = readFileSync(path);
  expect(bytes.length).toBe(network.size);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(network.sha256);
  expect(readFileSync(join(root, 'models', 'README.md'), 'utf8')).toContain(network.sha256);
  expect(existsSync(join(root, network.recipe!))).toBe(true);
  expect(recipeOfWeights(path)?.dataset.name).toBe(network.dataset);
  expect(DATASETS.names).toContain(network.dataset);
});

test.each(networks)(
  '$name: its figures are those of its run in docs/results',
  ({ name, threatModel, clean, robust }) => {
    const { errors, outcomes: _, ...measured } = resultOf(name, 'clean-10000.json').clean;
    expect(errors).toBeGreaterThan(0);
    expect(clean).toEqual(measured);
    const rate = combineEvaluations([resultOf(name, RUNS.get(name)!.autoAttack)]).attacks.autoattack!;
    expect(robust).toEqual({
      attack: rate.attack,
      order: rate.order,
      error: rate.robustError,
      interval: rate.interval,
      ...(rate.atMost !== undefined && { atMost: rate.atMost }),
      examples: rate.examples,
    });
    expect(threatModel.norm).toBe(rate.norm);
    expect(parseBudget(threatModel.epsilon)).toBeCloseTo(rate.epsilon, 12);
  },
);

test.each(networks)('$name: its clean error was measured on this very file', ({ name, source, clean }) => {
  const folder = new RunFolder(join(root, dirname(RUNS.get(name)!.folder), 'shipped'));
  const { value } = readJson(folder, join(folder.path, `${name}.json`), evaluationSchema);
  const path = join(root, 'models', source);
  const { model, description } = loadCheckpoint(path);
  try {
    expect(networkKey(value!.of!.network)).toBe(networkKey(describeSource(model, sourceOf(path, description))));
  } finally {
    model.dispose();
  }
  const { error, interval, examples } = value!.clean;
  expect(clean).toEqual({ error, interval, examples });
  expect(value!.of!.data).toMatchObject({ name: 'cifar-10', selection: 'test[0:10000]' });
});
