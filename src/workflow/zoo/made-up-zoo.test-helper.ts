/**
 * A zoo of one network, for tests.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../../../test/support/folders.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { saveModel } from '../../training/index.js';
import type { ZooNetwork } from './zoo-index.js';

const description: ModelDescription = { architecture: 'resnet18', options: { width: 2 } };

/** An entry of an index, for a file with these bytes. */
export function madeUpNetwork(
  bytes: Uint8Array = Buffer.from('weights'),
  changed: Partial<ZooNetwork> = {},
): ZooNetwork {
  return {
    name: 'small',
    about: 'a ResNet-18 that nobody trained',
    dataset: 'cifar-10',
    architecture: 'resnet18, width 2',
    threatModel: { norm: 'linf', epsilon: '8/255' },
    clean: { error: 0.9, interval: [0.88, 0.92], examples: 1000 },
    robust: { attack: 'autoattack', order: 'exact', error: 1, interval: [0.99, 1], examples: 1000 },
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    license: 'MIT',
    source: 'small.safetensors',
    ...changed,
  };
}

/** The bytes of a network's file. */
export function madeUpWeights(seed = 1): Buffer {
  using model = createModel(description, seed);
  const file = join(temporaryFolder(), 'weights.safetensors');
  saveModel(file, model, description);
  return readFileSync(file);
}

/** An index as a file has it. */
export function indexOf(...networks: readonly ZooNetwork[]): string {
  return JSON.stringify({ version: 1, networks });
}

/** A folder with the index of one network and its file. */
export function madeUpZoo(bytes: Uint8Array = madeUpWeights(), network = madeUpNetwork(bytes)): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'zoo.json'), indexOf(network));
  writeFileSync(join(folder, 'small.safetensors'), bytes);
  return folder;
}
