/**
 * VNN-LIB properties of a network, one an image, for the verifiers of the VNN-COMP such as α,β-CROWN.
 *
 * A file describes the counterexamples: an input within the budget of the image, clipped to [0, 1], of which another
 * class gets a logit at least as large. A verifier's `unsat` says that there is none, and the network robust on that
 * image.
 *
 * @module
 */
import { join } from 'node:path';
import { disposeSplit, gatherBatch } from '../data/index.js';
import { makeFolder } from '../engine/folders.js';
import { noGrad, requireInteger, tensor, tidy, writeFileAtomically } from '../engine/index.js';
import { evaluating, predictions, type Module } from '../nn/index.js';
import { openBoundedImages, type BoundedImages, type BoundedImagesOptions } from './bounded-images.js';
import { openSubject, type SubjectOptions } from './evaluate-subject.js';
import { vnnlibProperty } from './vnnlib.js';

/** Which images {@link exportProperties} writes, and for which budget; the network's own options besides. */
export interface ExportPropertiesOptions extends SubjectOptions, BoundedImagesOptions {
  /** Seconds that a verifier has for an image. Default 300. */
  readonly timeout?: number | undefined;
}

/** What {@link exportProperties} wrote. */
export interface ExportedProperties {
  readonly folder: string;
  /** Properties written. */
  readonly properties: number;
  /** Images left out, as the network is wrong about them as they are. */
  readonly wrong: number;
}

/** Where verifiers look for the network, relative to the folder. */
const NETWORK = 'onnx/network.onnx';

/**
 * Writes `vnnlib/<image>.vnnlib` for each test image that the network classifies rightly, and `instances.csv`, which
 * names the network in ONNX, the property and the time of each.
 *
 * @example
 * const { properties, wrong } = exportProperties('runs/ibp', 'vnncomp', { epsilon: 0.1, examples: 100 });
 *
 * @param path a run folder, a checkpoint, or a file of weights as {@link loadModel} reads them
 * @param folder where the properties go; it is made
 * @throws SaddlepointError as `certifyBounds`, before anything is written; FILE where nothing can be
 */
export function exportProperties(
  path: string,
  folder: string,
  options: ExportPropertiesOptions = {},
): ExportedProperties {
  const timeout = requireInteger('timeout', options.timeout ?? 300, 1);
  const subject = openSubject(path, options);
  try {
    const images = openBoundedImages(subject, options, 'cpu');
    try {
      return writeProperties(subject.model, images, folder, timeout);
    } finally {
      disposeSplit(images.test);
    }
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

function writeProperties(
  model: Module,
  { test, selection, epsilon }: BoundedImages,
  folder: string,
  timeout: number,
): ExportedProperties {
  const restore = evaluating(model);
  makeFolder(join(folder, 'vnnlib'));
  const instances: string[] = [];
  try {
    for (const position of selection.positions) {
      const property = tidy(() => propertyOf(model, test, position, epsilon));
      if (property === undefined) continue;
      const file = `vnnlib/${test.name}-${test.offset + position}.vnnlib`;
      writeFileAtomically(join(folder, file), property);
      instances.push(`${NETWORK},${file},${timeout}\n`);
    }
  } finally {
    restore();
  }
  writeFileAtomically(join(folder, 'instances.csv'), instances.join(''));
  return { folder, properties: instances.length, wrong: selection.positions.length - instances.length };
}

/** undefined for an image that the network is wrong about. */
function propertyOf(model: Module, test: BoundedImages['test'], position: number, epsilon: number): string | undefined {
  const { images, labels } = gatherBatch(test, tensor([position], { dtype: 'int64' }));
  const logits = noGrad(() => model.forward(images));
  const label = labels.item();
  if (predictions(logits).item() !== label) return undefined;
  const pixels = images.toNumbers();
  const lower = pixels.map((pixel) => Math.max(0, pixel - epsilon));
  const upper = pixels.map((pixel) => Math.min(1, pixel + epsilon));
  const about = `image ${test.offset + position} of ${test.name}, class ${label}, L-infinity ${epsilon}`;
  return vnnlibProperty({ about, lower, upper, outputs: logits.size(1), label });
}
