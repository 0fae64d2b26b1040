/**
 * Weights: our checkpoints, PyTorch's files, and the lists of layers that say what a file of weights is of.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ops, readSafetensors, readTorchFile, tidy, writeSafetensors, type Tensor } from '../../../src/engine/index.js';
import { askedNetwork } from '../../../src/workflow/network-options.js';
import { openForeign } from '../../../src/workflow/open-foreign.js';
import { buildModel, createModel, type ModelDescription } from '../../../src/models/index.js';
import { loadCheckpoint, saveModel } from '../../../src/training/index.js';
import { filesIn, mendJson, write, type Reader } from './reader.js';

const free = (tensors: ReadonlyMap<string, Tensor>) => tensors.forEach((tensor) => tensor.dispose());

const small = { architecture: 'small-cnn', options: { resolution: 8, width: 2, hidden: 4 } } as const;

function safetensors(folder: string): Buffer[] {
  const path = join(folder, 'sound');
  tidy(() => {
    writeSafetensors(
      path,
      new Map([
        ['a', ops.ones([2, 3])],
        ['b.c', ops.arange(5)],
        ['empty', ops.zeros([0, 4])],
      ]),
      { about: 'x' },
    );
  });
  return [readFileSync(path)];
}

function checkpoint(folder: string): Buffer[] {
  using model = createModel(small, 1);
  const path = join(folder, 'sound');
  saveModel(path, model, small);
  return [readFileSync(path)];
}

const LISTS = [
  '- { conv: [1, 4], kernel: 3, stride: 2, padding: 1 }\n- { batch-norm: 4 }\n- relu\n- flatten\n- { linear: [64, 3], name: fc }\n',
  '{"layers": [{"conv": [1, 2], "kernel": 2, "bias": false}, {"max-pool": 2}, "global-average-pool", {"linear": [2, 3]}], "clamp": true, "normalize": {"mean": [0.5], "std": [0.25]}}',
];

/** A file of layers beside a file of weights: the network is described, built, and compared. */
function readLayers(bytes: Buffer, folder: string): void {
  const weights = join(folder, 'weights.safetensors');
  if (!existsSync(weights)) {
    using model = buildModel(
      askedNetwork({ architecture: write(folder, 'first.yaml', LISTS[0]!) }) as ModelDescription,
    );
    writeSafetensors(weights, model.stateDict());
  }
  openForeign(weights, askedNetwork({ architecture: write(folder, 'layers.yaml', bytes) })).model.dispose();
}

export const WEIGHTS: Readonly<Record<string, Reader>> = {
  safetensors: {
    seeds: safetensors,
    read: (bytes, folder) => free(readSafetensors(write(folder, 'x', bytes)).tensors),
  },
  checkpoint: { seeds: checkpoint, read: (bytes, folder) => loadCheckpoint(write(folder, 'x', bytes)).model.dispose() },
  'torch file': {
    seeds: () => filesIn('test/golden/torch', '.pt'),
    read: (bytes, folder) => free(readTorchFile(write(folder, 'x.pt', bytes))),
  },
  layers: {
    seeds: () => LISTS.map((list) => Buffer.from(list)),
    mend: (bytes, random) => mendJson(bytes, random, LISTS[1]!),
    read: readLayers,
  },
};
