/**
 * A run as a folder for a hub of models, and as ONNX.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { fileWith, SMALL_RECIPE, smallDataset } from '../../test/cli/command-line.test-helper.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { parseYaml } from '../engine/yaml.js';
import { exportHub } from './export-hub.js';
import { exportNetwork } from './export-network.js';
import { exportOnnx } from './export-onnx.js';
import { loadModel } from './load-model.js';
import { runRecipe } from './run-recipe.js';

leavesNothingAlive();

let run = '';
beforeAll(async () => {
  const options = { data: smallDataset(), runs: temporaryFolder(), name: 'robust', report: false };
  run = (await runRecipe(fileWith('small.yaml', SMALL_RECIPE), options)).folder.path;
}, 120_000);

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

test('weights, configuration, ONNX with the gradient, and a card', () => {
  const folder = join(temporaryFolder(), 'hub');
  const written = exportHub(run, folder, 'mit');
  expect(written).toEqual({
    folder,
    files: ['README.md', 'config.json', 'model.safetensors', 'model.onnx'],
    gradient: true,
  });
  expect(readdirSync(folder).sort()).toEqual([...written.files].sort());
  using model = loadModel(join(folder, 'model.safetensors')).model;
  expect(model.parameterCount()).toBeGreaterThan(0);
  expect(JSON.parse(read(folder, 'config.json'))).toMatchObject({
    library_name: 'saddlepoint',
    architecture: 'small-cnn',
    num_channels: 1,
    image_size: 8,
    id2label: { 0: 'T-shirt', 9: 'ankle boot' },
    label2id: { 'ankle boot': 9 },
  });
});

test('the card: what was measured, in its front matter and as a table; how to use it; the recipe', () => {
  const folder = temporaryFolder();
  exportHub(run, folder, 'mit');
  const [, front = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(read(folder, 'README.md')) ?? [];
  const evaluation = JSON.parse(read(run, 'evaluation/test.json')) as { clean: { error: number } };
  expect(parseYaml(front)).toMatchObject({
    library_name: 'saddlepoint',
    license: 'mit',
    datasets: ['fashion-mnist'],
    'model-index': [
      {
        name: 'robust',
        results: [
          {
            task: { type: 'image-classification' },
            metrics: [
              { type: 'accuracy', name: 'Accuracy', value: 100 * (1 - evaluation.clean.error) },
              { name: expect.stringMatching(/^Robust accuracy, PGD, L∞, ε = 8/) as string },
            ],
          },
        ],
      },
    ],
  });
  expect(text).toMatch(/\| Model +\|.*\| Clean error/);
  expect(text).toMatch(/```python\nimport json\n[^`]*\ndef predict\(images\):\n[^`]*"labels"[^`]*\n```/);
  expect(text).toContain('```yaml\nseed:');
});

test('ONNX is for images of the network’s size', () => {
  const output = join(temporaryFolder(), 'net.onnx');
  expect(exportOnnx(run, output)).toMatchObject({ path: output, bytes: readFileSync(output).length });
  expect(failureOf(() => exportOnnx(run, output, { size: 12 }))).toMatchObject({
    code: 'ARGUMENT',
    message: expect.stringContaining('are they of another size?') as string,
  });
});

test.each([
  [{}, 'expected --output, a file, or --hub, --web or --robustbench, a folder; received none of them'],
  [{ output: 'x.onnx', license: 'mit' }, 'expected --license with --hub, whose card says it, received it alone'],
  [
    { output: 'x.onnx', paper: 'p.yaml' },
    'expected --paper with --robustbench, whose entry says it, received it alone',
  ],
  [
    { output: 'x.pt', gradient: true },
    'expected --output with a name that ends in .onnx for --gradient, received x.pt',
  ],
])('options that fit no file: %j', (options, message) => {
  expect(failureOf(() => exportNetwork(run, options))).toMatchObject({ code: 'ARGUMENT', message });
});
