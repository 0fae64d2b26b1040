/**
 * What a file of weights is of, as the command line says it: an architecture by name or a file of layers, its options, and its
 * normalisation.
 *
 * @module
 */
import { describeValue, requireKnown, SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { NORMALIZATION_PRESETS, type ModelDescription } from '../models/index.js';
import { readYaml } from '../training/index.js';

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
}

/**
 * The network that the options describe; undefined where they name none.
 *
 * @throws SaddlepointError ARGUMENT for options of a network without its name, RECIPE for a file or an option of no use
 */
export function describeNetwork(options: NetworkOptions): ModelDescription | undefined {
  const { architecture, set = [] } = options;
  const normalize = normalizationOf(options);
  if (architecture !== undefined) return describeArchitecture(architecture, { ...readOptions(set), ...normalize });
  const alone = set.length > 0 ? `--set ${set[0]!}` : normalize === undefined ? undefined : '--mean, --std or --preset';
  if (alone === undefined) return undefined;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected --architecture with ${alone}; a checkpoint and a run say themselves what they are`,
  );
}

/** @throws SaddlepointError ARGUMENT for one of the two alone, and for an unknown name */
function normalizationOf({ mean, std, preset }: NetworkOptions): { normalize: object } | undefined {
  if (preset !== undefined) {
    if (mean !== undefined || std !== undefined)
      throw new SaddlepointError('ARGUMENT', 'expected --preset, or --mean and --std, received both');
    return { normalize: NORMALIZATION_PRESETS[requireKnown('a preset', preset, Object.keys(NORMALIZATION_PRESETS))]! };
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
function describeArchitecture(architecture: string, set: Record<string, unknown>): ModelDescription {
  if (!/\.(ya?ml|json)$/.test(architecture)) return { architecture, options: set } as ModelDescription;
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

function readOptions(settings: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, key, part, value] = /^(\w+)(?:\.(\w+))?=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw new SaddlepointError(
        'RECIPE',
        `expected an option of the form key=value, e.g. width=16, received ${JSON.stringify(setting)}`,
      );
    }
    const given = readYaml(value, `the option ${JSON.stringify(setting)}`);
    options[key] = part === undefined ? given : { ...(options[key] as object | undefined), [part]: given };
  }
  return options;
}
