/**
 * `saddlepoint export`: a run's weights in one file, what is to be proven of them for verifiers, any
 * network as ONNX, a run as a model of a hub, and a site on which networks are attacked.
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
import { describeSite, exportWeb, type ExportWebOptions, type WebSite } from './export-web.js';

export { describeSite };

export interface ExportNetworkOptions extends BoundedImagesOptions, ExportOnnxOptions, ExportWebOptions {
  /** The file: ONNX where it ends in `.onnx`, else safetensors. */
  readonly output?: string | undefined;
  /** A folder for a hub of models, as `exportHub` writes it. */
  readonly hub?: string | undefined;
  /** Of the weights, for the card of that folder. */
  readonly license?: string | undefined;
  /** The folder of the properties. Default: none are written. */
  readonly vnnlib?: string | undefined;
  /** The folder of a site, as `exportWeb` writes it. */
  readonly web?: string | undefined;
}

export interface ExportedNetwork extends Partial<ExportedFile> {
  readonly hub?: HubFolder | undefined;
  readonly vnnlib?: ExportedProperties | undefined;
  readonly web?: WebSite | undefined;
}

/**
 * Writes ONNX as `exportOnnx` does, or the weights as `exportRun`; with a folder for them the properties as
 * `exportProperties`, a hub's model as `exportHub`, a site as `exportWeb`.
 *
 * @throws SaddlepointError ARGUMENT for options of something that is not asked for; as all five do
 */
export function exportNetwork(path: string, options: ExportNetworkOptions): ExportedNetwork {
  requireTargets(options);
  const { output, hub, license, vnnlib, web, beside, ...rest } = options;
  const { epsilon, examples, dataset, data, sample, gradient, size, ...network } = rest;
  const images = { epsilon, examples, dataset, data, sample };
  const properties = vnnlib === undefined ? undefined : exportProperties(path, vnnlib, { ...images, ...network });
  const site = web === undefined ? undefined : exportWeb(path, web, { beside, dataset, data, size, ...network });
  const file =
    output === undefined
      ? {}
      : isOnnx(output)
        ? exportOnnx(path, output, { gradient, size, ...network })
        : exportRun(path, output);
  const written = hub === undefined ? undefined : exportHub(path, hub, license);
  return {
    ...file,
    ...(properties && { vnnlib: properties }),
    ...(written && { hub: written }),
    ...(site && { web: site }),
  };
}

const isOnnx = (output: string | undefined) => output?.endsWith('.onnx') === true;

/** Something is to be written, and every option says something of it. */
function requireTargets(options: ExportNetworkOptions): void {
  const { output, hub, license, vnnlib, web, beside = [], epsilon, examples, dataset, data, gradient, size } = options;
  const refuse = (message: string): never => {
    throw new SaddlepointError('ARGUMENT', message);
  };
  if (output === undefined && hub === undefined && web === undefined)
    refuse('expected --output, a file, --hub or --web, a folder; received none');
  if (license !== undefined && hub === undefined)
    refuse('expected --license with --hub, whose card says it, received it alone');
  if (beside.length > 0 && web === undefined)
    refuse('expected --beside with --web, whose page shows the networks, received it alone');
  if (vnnlib === undefined && [epsilon, examples].some((given) => given !== undefined))
    refuse('expected --vnnlib with --epsilon or --examples, which say what its properties are of, received none');
  if (vnnlib === undefined && web === undefined && [data, dataset].some((given) => given !== undefined))
    refuse('expected --vnnlib or --web with --data or --dataset, which say of which images, received neither');
  if (gradient !== undefined && !isOnnx(output))
    refuse(`expected --output with a name that ends in .onnx for --gradient, received ${output ?? 'none'}`);
  const stray = size === undefined ? givenOptions(options)[0] : '--size';
  if (stray !== undefined && !isOnnx(output) && web === undefined)
    refuse(`expected --output with a name that ends in .onnx for ${stray}, received ${output ?? 'none'}`);
}
