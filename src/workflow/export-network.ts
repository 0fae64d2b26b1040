/**
 * `saddlepoint export`: a run's weights in one file, and what is to be proven of them for verifiers.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import type { BoundedImagesOptions } from './bounded-images.js';
import { exportProperties, type ExportedProperties } from './export-properties.js';
import { exportRun, type ExportedFile } from './export-run.js';

export interface ExportNetworkOptions extends BoundedImagesOptions {
  /** The file of the weights. */
  readonly output: string;
  /** The folder of the properties. Default: none are written. */
  readonly vnnlib?: string | undefined;
}

export interface ExportedNetwork extends ExportedFile {
  readonly vnnlib?: ExportedProperties | undefined;
}

/**
 * Writes the weights as `exportRun` does, and with a folder for them the properties as `exportProperties` does.
 *
 * @throws SaddlepointError ARGUMENT for options of properties without such a folder; as both do
 */
export function exportNetwork(run: string, { output, vnnlib, ...images }: ExportNetworkOptions): ExportedNetwork {
  const { epsilon, examples, data } = images;
  if (vnnlib === undefined && [epsilon, examples, data].some((given) => given !== undefined)) {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --vnnlib with --epsilon, --examples or --data, which say what its properties are of, received none',
    );
  }
  const properties = vnnlib === undefined ? undefined : exportProperties(run, vnnlib, images);
  return { ...exportRun(run, output), ...(properties && { vnnlib: properties }) };
}
