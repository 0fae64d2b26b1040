/**
 * What a file of weights is of, as the command line says it: an architecture by name or a file of layers, its options,
 * and its normalisation.
 *
 * @module
 */
import { describeValue, requireKnown, SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { NORMALIZATION_PRESETS, type AskedNetwork } from '../models/index.js';
import { readYaml } from '../training/index.js';
import { readSettings } from './read-settings.js';

/** Of a file of layers. */
const MOST_BYTES = 2 ** 20;

export interface NetworkOptions {
  /** Of a file of weights without a description. */
  readonly architecture?: string | undefined;
  /** Its options, `key=value` or `key.part=value`. */
  readonly set?: readonly string[] | undefined;
  /** Its normalisation, as numbers or by a name. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  readonly preset?: string | undefined;
  /** Which of several state dicts in the file. */
  readonly weights?: string | undefined;
}

/** Of the presets, that there is no normalisation. */
const NONE = 'none';

/**
 * What the options say of a network.
 *
 * @throws SaddlepointError ARGUMENT for options that contradict one another, RECIPE for a file or an option of no use
 */
export function askedNetwork(options: NetworkOptions): AskedNetwork {
  const { architecture, set = [], preset } = options;
  const given = { ...readSettings(set, 'width=16'), ...normalizationOf(options) };
  const unnormalized = preset === NONE;
  return architecture === undefined
    ? { options: given, unnormalized }
    : { ...describeArchitecture(architecture, given), unnormalized };
}

/** The options that say something of a network, as they are written; none where nothing is said. */
export function givenOptions({ architecture, set = [], mean, std, preset, weights }: NetworkOptions): string[] {
  const flags = { architecture, mean, std, preset, weights };
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  return [...given, ...(set.length > 0 ? [`--set ${set[0]!}`] : [])];
}

/** @throws SaddlepointError ARGUMENT for one of the two alone, and for an unknown name */
function normalizationOf({ mean, std, preset }: NetworkOptions): { normalize: object } | undefined {
  if (preset !== undefined) {
    if (mean !== undefined || std !== undefined)
      throw new SaddlepointError('ARGUMENT', 'expected --preset, or --mean and --std, received both');
    const known = requireKnown('a preset', preset, [...Object.keys(NORMALIZATION_PRESETS), NONE]);
    return known === NONE ? undefined : { normalize: NORMALIZATION_PRESETS[known]! };
  }
  if (mean === undefined && std === undefined) return undefined;
  if (mean === undefined || std === undefined)
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --mean and --std together, received --${mean === undefined ? 'std' : 'mean'} alone`,
    );
  return { normalize: { mean, std } };
}

/** By its name, or a file of layers: their list, or an object with `layers` and what else the network has. */
function describeArchitecture(architecture: string, set: Record<string, unknown>): AskedNetwork {
  if (!/\.(ya?ml|json)$/.test(architecture)) return { architecture, options: set };
  let text: string;
  try {
    text = readWhole(architecture, MOST_BYTES).toString('utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the layers in ${architecture} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const content = readYaml(text, `the file of layers ${architecture}`);
  if (typeof content !== 'object') {
    throw new SaddlepointError(
      'RECIPE',
      `expected a list of layers, or a mapping with \`layers\`, in ${architecture}, received ${describeValue(content)}`,
    );
  }
  const options = Array.isArray(content) ? { layers: content as unknown[] } : content;
  return { architecture: 'layers', options: { ...options, ...set } };
}
