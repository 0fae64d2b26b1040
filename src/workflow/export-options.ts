/**
 * The options of `saddlepoint export`, and which of them say something of what is asked for.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import type { BoundedImagesOptions } from './bounded-images.js';
import type { ExportOnnxOptions } from './export-onnx.js';
import type { ExportWebOptions } from './export-web.js';
import { givenOptions } from './network-options.js';

export interface ExportNetworkOptions extends BoundedImagesOptions, ExportOnnxOptions, ExportWebOptions {
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
  /** The folder of a site, as `exportWeb` writes it. */
  readonly web?: string | undefined;
}

/** What can be asked for, by the options that ask for it; ONNX is a file of that name. */
type Target = 'output' | 'onnx' | 'hub' | 'web' | 'robustbench' | 'vnnlib';

/** Options of some targets alone: expected those, which `say` what; received the option alone. */
const BELONGS: readonly {
  readonly options: readonly (keyof ExportNetworkOptions)[];
  readonly to: readonly Target[];
  readonly say: string;
}[] = [
  { options: ['license'], to: ['hub'], say: 'whose card says it' },
  { options: ['paper'], to: ['robustbench'], say: 'whose entry says it' },
  { options: ['beside'], to: ['web'], say: 'whose page shows the networks' },
  { options: ['epsilon'], to: ['vnnlib'], say: 'whose properties are of it' },
  { options: ['examples'], to: ['vnnlib', 'robustbench'], say: 'which are of so many images' },
  { options: ['data', 'dataset'], to: ['vnnlib', 'web'], say: 'which have images' },
];

export const isOnnx = (output: string | undefined): boolean => output?.endsWith('.onnx') === true;

/** @throws SaddlepointError ARGUMENT where nothing is asked for, and for an option of what is not */
export function requireTargets(options: ExportNetworkOptions): void {
  const { output, hub, web, robustbench, vnnlib, gradient, size } = options;
  if ([output, hub, web, robustbench].every((target) => target === undefined))
    throw refusal('--output, a file, or --hub, --web or --robustbench, a folder; received none of them');
  const asked = (target: Target) => (target === 'onnx' ? isOnnx(output) : options[target] !== undefined);
  for (const { options: names, to, say } of BELONGS) {
    const given = names.find((name) => isGiven(options[name]));
    if (given === undefined || to.some(asked)) continue;
    throw refusal(`--${given} with ${to.map((target) => `--${target}`).join(' or ')}, ${say}, received it alone`);
  }
  // A run's weights go out as they are; what says how a network is built, or for which images, is for the others.
  const ofFile = gradient !== undefined ? '--gradient' : size !== undefined && web === undefined ? '--size' : undefined;
  const isWeightsAlone = vnnlib === undefined && web === undefined && robustbench === undefined;
  const stray = ofFile ?? (isWeightsAlone ? givenOptions(options)[0] : undefined);
  if (stray !== undefined && !isOnnx(output))
    throw refusal(`--output with a name that ends in .onnx for ${stray}, received ${output ?? 'none'}`);
}

/** An option that collects has an empty list where nothing was given. */
function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function refusal(expected: string): SaddlepointError {
  return new SaddlepointError('ARGUMENT', `expected ${expected}`);
}
