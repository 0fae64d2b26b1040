/**
 * Runs as folders for a hub of models, each with images and what the network gives for them: the shipped network, whose
 * ONNX has the gradient, and one whose has not.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  noGrad,
  projectRoot,
  RandomStream,
  readSafetensorsMetadata,
  writeSafetensors,
} from '../../dist/engine/index.js';
import { createModel } from '../../dist/models/index.js';
import { RunFolder } from '../../dist/monitoring/index.js';
import { saveModel } from '../../dist/training/index.js';
import { exportHub, loadModel } from '../../dist/index.js';

const SHIPPED = join(projectRoot(), 'models', 'cifar10-resnet18-16-linf.safetensors');
const IMAGES = 5;

/** @param {string} folder */
export function writeCards(folder) {
  const recipe = /** @type {string} */ (readSafetensorsMetadata(SHIPPED).recipe);
  writeCard(join(folder, 'with-gradient'), recipe, (checkpoint) => copyFileSync(SHIPPED, checkpoint));
  const description = { architecture: 'resnet18', options: { width: 16, normalization: 'gn' } };
  writeCard(join(folder, 'without-gradient'), recipe, (checkpoint) => {
    saveModel(checkpoint, createModel(description, 1), description);
  });
}

/**
 * @param {string} folder
 * @param {string} recipe
 * @param {(checkpoint: string) => void} writeWeights
 */
function writeCard(folder, recipe, writeWeights) {
  const run = new RunFolder(`${folder}-run`);
  mkdirSync(join(run.path, 'checkpoints'), { recursive: true });
  writeFileSync(run.recipe, recipe);
  for (const name of /** @type {const} */ (['last', 'best'])) writeWeights(run.checkpoint(name));
  exportHub(run.path, folder);
  const model = loadModel(run.path).model.eval();
  const images = new RandomStream('images').uniformTensor([IMAGES, 3, 32, 32]);
  const logits = noGrad(() => model.forward(images));
  writeSafetensors(`${folder}.safetensors`, new Map(Object.entries({ images, logits })));
}
