/**
 * `saddlepoint export`: a run's weights in one file, what is to be proven of them for verifiers, any
 * network as ONNX, and a run as a model of a hub.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import type { BoundedImagesOptions } from './bounded-images.js';
import { exportHub, type HubFolder } from './export-hub.js';
import { exportOnnx, type ExportOnnxOptions } from './export-onnx.js';
import { exportProperties, type ExportedProperties } from './export-properties.js';
import { givenOptions } from './network-options.js';
import { exportRun, type ExportedFile } from './export-run.js';

export interface ExportNetworkOptions extends BoundedImagesOptions, ExportOnnxOptions {
  /** The file: ONNX where it ends in `.onnx`, else safetensors. */
  readonly output?: string | undefined;
  /** A folder for a hub of models, as `exportHub` writes it. */
  readonly hub?: string | undefined;
  /** Of the weights, for the card of that folder. */
  readonly license?: string | undefined;
  /** The folder of the properties. Default: none are written. */
  readonly vnnlib?: string | undefined;
}

export interface ExportedNetwork extends Partial<ExportedFile> {
  readonly hub?: HubFolder | undefined;
  readonly vnnlib?: ExportedProperties | undefined;
}

/**
 * Writes ONNX as `exportOnnx` does, or the weights as `exportRun`; with a folder for them the properties as
 * `exportProperties`.
 *
 * @throws SaddlepointError ARGUMENT for options of properties without such a folder, or of ONNX for another file; as all
 *   three do
 */
export function exportNetwork(path: string, options: ExportNetworkOptions): ExportedNetwork {
  const { output, hub, license, vnnlib, epsilon, examples, dataset, data, sample, gradient, size, ...network } =
    options;
  if (output === undefined && hub === undefined)
    throw new SaddlepointError('ARGUMENT', 'expected --output, a file, or --hub, a folder; received neither');
  if (license !== undefined && hub === undefined)
    throw new SaddlepointError('ARGUMENT', 'expected --license with --hub, whose card says it, received it alone');
  const images = { epsilon, examples, dataset, data, sample };
  if (vnnlib === undefined && [epsilon, examples, data].some((given) => given !== undefined)) {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --vnnlib with --epsilon, --examples or --data, which say what its properties are of, received none',
    );
  }
  const isOnnx = output?.endsWith('.onnx') === true;
  const of = { '--gradient': gradient, '--size': size };
  const stray = Object.entries(of).find(([, value]) => value !== undefined)?.[0] ?? givenOptions(network)[0];
  if (!isOnnx && stray !== undefined)
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --output with a name that ends in .onnx for ${stray}, received ${output ?? 'none'}`,
    );
  const properties = vnnlib === undefined ? undefined : exportProperties(path, vnnlib, { ...images, ...network });
  const file =
    output === undefined
      ? {}
      : isOnnx
        ? exportOnnx(path, output, { gradient, size, ...network })
        : exportRun(path, output);
  const written = hub === undefined ? undefined : exportHub(path, hub, license);
  return { ...file, ...(properties && { vnnlib: properties }), ...(written && { hub: written }) };
}
