/**
 * Writes networks as ONNX and has ONNX Runtime compute them, and runs the Python of cards for hubs of models:
 * `node scripts/development/check-onnx.mjs [python]`, after `npm run build`. Installs ONNX Runtime into a virtual
 * environment in the temporary folder, which is removed at the end; with a Python that has onnx, onnxruntime and
 * safetensors, none is made.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { grad, noGrad, ops, RandomStream, tensor, tidy, writeSafetensors } from '../../dist/engine/index.js';
import { createModel } from '../../dist/models/index.js';
import { onnxModel } from '../../dist/models/onnx/index.js';
import { writeCards } from './write-cards.mjs';

const PACKAGES = ['onnx==1.23.2', 'onnxruntime==1.32.0', 'safetensors==0.8.0', 'numpy==2.4.6'];
const EXAMPLES = 5;
/** With 3, an activation of the small CNN is so near to zero that rounding decides whether it has a gradient. */
const SEED = 4;
const normalize = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };

/**
 * Architecture, options, the size of images, and whether the gradient can be written.
 *
 * @type {[string, Record<string, unknown>, number[], boolean][]}
 */
const CASES = [
  ['resnet18', { width: 16, normalize }, [3, 32, 32], true],
  ['resnet18', { width: 8, stem: 'imagenet' }, [3, 64, 64], false],
  ['resnet18', { width: 32, normalization: 'gn' }, [3, 32, 32], false],
  ['resnet50', { width: 8 }, [3, 32, 32], true],
  ['resnet', { width: 16, blocks: [1, 1, 1], stem: 'strided' }, [3, 32, 32], true],
  ['resnet', { width: 8, blocks: [1, 1, 1] }, [3, 31, 29], true],
  ['wide-resnet', { depth: 10, widenFactor: 2 }, [3, 32, 32], true],
  ['preact-resnet18', { width: 8 }, [3, 32, 32], true],
  [
    'wide-resnet',
    { depth: 10, widenFactor: 2, strideOn: 'first', activation: 'silu', padding: 'end' },
    [3, 32, 32],
    true,
  ],
  [
    'preact-resnet18',
    { width: 8, shortcutFrom: 'input', shortcutKernel: 3, activation: 'silu', padding: 'end' },
    [3, 32, 32],
    true,
  ],
  ['simplenet', {}, [3, 32, 32], true],
  ['small-cnn', {}, [1, 28, 28], true],
  [
    'layers',
    {
      layers: [
        { conv: [3, 8], kernel: 3 },
        'relu',
        { 'average-pool': 3, stride: 2 },
        'flatten',
        { linear: [8 * 7 * 7, 10] },
      ],
    },
    [3, 18, 18],
    true,
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-onnx-'));
try {
  for (const [number, [architecture, options, shape, gradient]] of CASES.entries())
    writeCase(
      join(folder, `${String(number).padStart(2, '0')}-${architecture}`),
      { architecture, options },
      shape,
      gradient,
    );
  const python = process.argv[2] ?? virtualEnvironment();
  const cards = join(folder, 'cards');
  writeCards(cards);
  const scripts = dirname(fileURLToPath(import.meta.url));
  execFileSync(python, [join(scripts, 'check_onnx.py'), folder], { stdio: 'inherit' });
  execFileSync(python, [join(scripts, 'check_cards.py'), cards], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The network with weights, and statistics that are not those it begins with; what it gives, and the file.
 *
 * @param {string} path
 * @param {import('../../dist/models/index.js').ForeignDescription} description
 * @param {number[]} shape
 * @param {boolean} gradient
 */
function writeCase(path, description, shape, gradient) {
  const model = createModel(description, SEED).eval();
  noGrad(() => {
    for (const [name, values] of model.stateDict()) tidy(() => shake(name, values));
  });
  const images = new RandomStream('images').uniformTensor([EXAMPLES, ...shape]);
  const labels = tensor(BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(i)));
  images.requiresGrad = true;
  const logits = model.forward(images);
  const found = grad(ops.crossEntropyLoss(logits, labels, { reduction: 2 }), [images])[0];
  const given = { images: images.detach(), labels, logits: logits.detach(), ...(found && { gradient: found }) };
  writeSafetensors(`${path}.safetensors`, new Map(Object.entries(given)));
  writeFileSync(`${path}.onnx`, onnxModel(model, { shape, gradient }));
}

/**
 * @param {string} name
 * @param {import('../../dist/engine/index.js').Tensor} values
 */
function shake(name, values) {
  const random = () => new RandomStream(name).uniformTensor(values.shape);
  if (/running_var$|bn\w*\.weight$/.test(name)) values.copy_(random().add(0.5));
  else if (/running_mean$|bias$/.test(name)) values.copy_(random().sub(0.4).mul(0.3));
}

function virtualEnvironment() {
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'inherit' });
  const python = join(folder, 'venv', 'bin', 'python');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
  return python;
}
