/**
 * `saddlepoint export`: a run's weights in one file, what is to be proven of them for verifiers, any
 * network as ONNX, a run as a model of a hub, and a network as an entry of RobustBench.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import type { BoundedImagesOptions } from './bounded-images.js';
import { exportHub, type HubFolder } from './export-hub.js';
import { exportOnnx, type ExportOnnxOptions } from './export-onnx.js';
import { exportProperties, type ExportedProperties } from './export-properties.js';
import { exportRun, type ExportedFile } from './export-run.js';
import { givenOptions, type NetworkOptions } from './network-options.js';
import { exportRobustBench, type RobustBenchEntry } from './robustbench/export-robustbench.js';

export interface ExportNetworkOptions extends BoundedImagesOptions, ExportOnnxOptions {
  /** The file: ONNX where it ends in `.onnx`, else safetensors. */
  readonly output?: string | undefined;
  /** A folder for a hub of models, as `exportHub` writes it. */
  readonly hub?: string | undefined;
  /** Of the weights, for the card of that folder. */
  readonly license?: string | undefined;
  /** A folder for an entry of RobustBench, as `exportRobustBench` writes it. */
  readonly robustbench?: string | undefined;
  /** What the paper says, for that entry. */
  readonly paper?: string | undefined;
  /** The folder of the properties. Default: none are written. */
  readonly vnnlib?: string | undefined;
}

export interface ExportedNetwork extends Partial<ExportedFile> {
  readonly hub?: HubFolder | undefined;
  readonly robustbench?: RobustBenchEntry | undefined;
  readonly vnnlib?: ExportedProperties | undefined;
}

/**
 * Writes ONNX as `exportOnnx` does, or the weights as `exportRun`; with a folder for them a hub's as `exportHub`, an entry
 * as `exportRobustBench`, and the properties as `exportProperties`.
 *
 * @throws SaddlepointError ARGUMENT for options of what is not asked for; as all of these do
 */
export function exportNetwork(path: string, options: ExportNetworkOptions): ExportedNetwork {
  const { output, hub, license, robustbench, paper, vnnlib, gradient, size, ...others } = options;
  const { epsilon, examples, dataset, data, sample, ...network } = others;
  checkOptions(options, network);
  const properties =
    vnnlib === undefined
      ? undefined
      : exportProperties(path, vnnlib, { epsilon, examples, dataset, data, sample, ...network });
  const file =
    output === undefined
      ? {}
      : isOnnx(output)
        ? exportOnnx(path, output, { gradient, size, ...network })
        : exportRun(path, output);
  const written = hub === undefined ? undefined : exportHub(path, hub, license);
  const entry =
    robustbench === undefined ? undefined : exportRobustBench(path, robustbench, { paper, examples, ...network });
  return {
    ...file,
    ...(properties && { vnnlib: properties }),
    ...(written && { hub: written }),
    ...(entry && { robustbench: entry }),
  };
}

const isOnnx = (output: string | undefined) => output?.endsWith('.onnx') === true;

/** @throws SaddlepointError ARGUMENT for options of what is not asked for */
function checkOptions(options: ExportNetworkOptions, network: NetworkOptions): void {
  const { output, hub, license, robustbench, paper, vnnlib, epsilon, examples, data, gradient, size } = options;
  const refuse = (message: string) => new SaddlepointError('ARGUMENT', `expected ${message}`);
  if (output === undefined && hub === undefined && robustbench === undefined)
    throw refuse('--output, a file, or --hub or --robustbench, a folder; received none of them');
  if (license !== undefined && hub === undefined)
    throw refuse('--license with --hub, whose card says it, received it alone');
  if (paper !== undefined && robustbench === undefined)
    throw refuse('--paper with --robustbench, whose entry says it, received it alone');
  const ofImages = [epsilon, robustbench === undefined ? examples : undefined, data];
  if (vnnlib === undefined && ofImages.some((given) => given !== undefined))
    throw refuse('--vnnlib with --epsilon, --examples or --data, which say what its properties are of, received none');
  const isOfFile = output === undefined && hub === undefined;
  const of = { '--gradient': gradient, '--size': size };
  const given = Object.entries(of).find(([, value]) => value !== undefined)?.[0];
  const stray = given ?? (isOfFile ? undefined : givenOptions(network)[0]);
  if (!isOnnx(output) && stray !== undefined)
    throw refuse(`--output with a name that ends in .onnx for ${stray}, received ${output ?? 'none'}`);
}
