/**
 * Networks as a site; the page itself is tried in a browser by `npm run check:web`.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileWith, SMALL_RECIPE, smallDataset } from '../../test/cli/command-line.test-helper.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { createModel } from '../models/index.js';
import { saveModel } from '../training/index.js';
import type { SiteDescription } from '../web/site-description.js';
import { describeSite, exportWeb, shortNames } from './export-web.js';
import { exportNetwork } from './export-network.js';
import { runRecipe } from './run-recipe.js';

leavesNothingAlive();

let data = '';
let run = '';
beforeAll(async () => {
  data = smallDataset();
  const options = { data, runs: temporaryFolder(), name: 'robust', report: false };
  run = (await runRecipe(fileWith('small.yaml', SMALL_RECIPE), options)).folder.path;
}, 120_000);

/** A folder in which somebody installed ONNX Runtime Web, as far as the export looks. */
beforeEach(() => {
  const project = temporaryFolder();
  const dist = join(project, 'node_modules', 'onnxruntime-web', 'dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, '..', 'package.json'), '{"version":"1.30.0"}');
  for (const build of ['', '.asyncify'])
    for (const kind of ['mjs', 'wasm']) writeFileSync(join(dist, `ort-wasm-simd-threaded${build}.${kind}`), kind);
  for (const build of ['wasm', 'webgpu']) writeFileSync(join(dist, `ort.${build}.min.mjs`), build);
  vi.spyOn(process, 'cwd').mockReturnValue(project);
});

const read = (folder: string, file: string) => readFileSync(join(folder, file));
const described = (folder: string) => JSON.parse(read(folder, 'site.json').toString()) as SiteDescription;

/** Another network's file, of as many classes. */
function network(name: string, classes = 10, resolution = 8): string {
  const file = join(temporaryFolder(), `${name}.safetensors`);
  const description = { architecture: 'small-cnn', options: { resolution, width: 2, hidden: 8, classes } };
  using model = createModel(description, 0);
  saveModel(file, model, description);
  return file;
}

describe('a site', () => {
  test('has the page, its scripts, the runtime, the networks and the test images', () => {
    const folder = join(temporaryFolder(), 'site');
    const site = exportWeb(run, folder, { data, beside: [network('plain')] });
    expect(readdirSync(folder).sort()).toEqual(
      ['index.html', 'networks', 'pictures.bin', 'runtime', 'scripts', 'site.json', 'style.css'].sort(),
    );
    expect(existsSync(join(folder, 'scripts', 'network-worker.js'))).toBe(true);
    expect(read(folder, 'networks/1.onnx').toString('latin1')).toContain('gradient');
    expect(site.files).toBe(
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length,
    );
    expect(site.notes).toEqual([]);
    expect(describeSite(site)).toMatch(
      /^.+site: \d+ files, [\d.]+ MB\nAny web server serves it, e\.g\. npx http-server/,
    );
  });

  test('says what its networks are, and which budgets suit them', () => {
    const folder = temporaryFolder();
    exportWeb(run, folder, { data, beside: [network('plain')] });
    expect(described(folder)).toMatchObject({
      title: 'robust',
      image: { channels: 1, size: 8 },
      networks: [
        { name: 'robust', about: 'trained against attacks: L∞, ε = 8/255', file: 'networks/0.onnx' },
        { name: 'plain', about: '', file: 'networks/1.onnx' },
      ],
      norm: 'linf',
      scales: { linf: { over: 255, start: 8, trained: 8 } },
    });
    expect(described(folder).classes[9]).toBe('ankle boot');
  });

  test('has twenty test images, of each class its share', () => {
    const folder = temporaryFolder();
    exportWeb(run, folder, { data });
    const { labels } = described(folder).pictures!;
    expect(labels).toHaveLength(20);
    expect(new Set(labels).size).toBe(10);
    expect(read(folder, 'pictures.bin')).toHaveLength(20 * 64);
  });

  test('works without images where nothing names a data set', () => {
    const folder = temporaryFolder();
    expect(exportWeb(network('plain'), folder).notes).toEqual([
      'without test images: nothing names a data set: --dataset does',
    ]);
    expect(existsSync(join(folder, 'pictures.bin'))).toBe(false);
    expect(described(folder)).toMatchObject({ classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
  });

  test('a name is text, whatever it holds', () => {
    const folder = temporaryFolder();
    exportWeb(network('<script>alert(1)'), folder);
    const page = read(folder, 'index.html').toString();
    expect(page).toContain('Attack &lt;script&gt;alert(1) live');
    expect(page).not.toContain('<script>alert');
  });
});

describe('refused before anything is written', () => {
  const refusal = (...[path, options]: [string, Parameters<typeof exportWeb>[2]?]) => {
    const folder = join(temporaryFolder(), 'site');
    const failure = failureOf(() => exportWeb(path, folder, options));
    expect(existsSync(folder)).toBe(false);
    return `${failure.code}: ${failure.message}`;
  };

  test('without ONNX Runtime Web', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(temporaryFolder());
    expect(refusal(run, { data })).toMatch(/^FILE: expected onnxruntime-web 1\.30\.0.*npm install --ignore-scripts/);
  });

  test('a network beside it of another size, or of other classes', () => {
    expect(refusal(run, { data, beside: [network('large', 10, 16)] })).toMatch(
      /^ARGUMENT: expected --beside networks of images of 1 × 8 × 8 in 10 classes, as robust is, received one of images of 1 × 16 × 16/,
    );
    expect(refusal(run, { data, beside: [network('few', 3)] })).toMatch(/received one of .* in 3 classes/);
  });

  test('too many classes', () => {
    expect(refusal(network('many', 1001))).toMatch(
      /^ARGUMENT: expected a network of at most 1000 classes .* with 1001$/,
    );
  });

  test('a layer whose gradient ONNX does not know', () => {
    const file = join(temporaryFolder(), 'overlapping.safetensors');
    const layers = [{ 'max-pool': 3, stride: 1 }, 'flatten', { linear: [108, 3] }];
    const description = { architecture: 'layers', options: { layers } };
    using model = createModel(description, 0);
    saveModel(file, model, description);
    expect(refusal(file, { size: 8 })).toMatch(/^ARGUMENT: .*gradient/);
  });

  test('a data set of other images, or one that is not there', () => {
    const of = (folder: string) => refusal(network('large', 10, 16), { dataset: 'fashion-mnist', data: folder });
    expect(of(data)).toMatch(
      /^DATA: expected a data set as the network takes it, with images \[1, 16, 16\], received one of \[1, 8, 8\]/,
    );
    expect(of(temporaryFolder())).toMatch(/^DATA: /);
  });
});

test.each([
  [
    ['a/robust.safetensors', 'a/standard.safetensors'],
    ['robust', 'standard'],
  ],
  [
    ['cifar10-resnet18-linf.safetensors', 'cifar10-resnet18-standard.safetensors'],
    ['linf', 'standard'],
  ],
  [
    ['net.safetensors', 'net-wide.safetensors'],
    ['net', 'net-wide'],
  ],
  [
    ['a/net.pt', 'b/net.pt'],
    ['a/net.pt', 'b/net.pt'],
  ],
  [['cifar10-resnet18.pt'], ['cifar10-resnet18']],
  [
    ['runs/pgd-0.5', 'runs/pgd-0.25'],
    ['0.5', '0.25'],
  ],
  [['zoo:small-v1.5'], ['small-v1.5']],
])('%j are called %j', (paths, names) => {
  expect(shortNames(paths)).toEqual(names);
});

test('--beside alone says nothing', () => {
  expect(failureOf(() => exportNetwork(run, { hub: 'hub', beside: ['x'] })).message).toBe(
    'expected --beside with --web, whose page shows the networks, received it alone',
  );
});
