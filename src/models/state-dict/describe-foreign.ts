/**
 * Which network a state dict is of: what its names and shapes tell, what somebody says of it, and what is asked because
 * neither does. Nothing is guessed silently: what has no trace and is taken as usual stands in the notes.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { ARCHITECTURES, checkModel, type ModelDescription } from '../architectures.js';
import { layoutOf, shortest } from './named-layout.js';
import { question, requireAgreement, settings, unknownNames } from './questions.js';
import { readNetwork } from './read-network.js';
import type { NetworkReading, OpenOption, Reading } from './reading.js';
import type { UnwrappedState } from './unwrap.js';

/** What somebody says of it; nothing has to be said. */
export interface AskedNetwork {
  readonly architecture?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** That the images are not normalised; what they are normalised by is an option of the network. */
  readonly unnormalized?: boolean | undefined;
}

export interface ForeignNetwork {
  readonly description: ModelDescription;
  /** What was read and what is assumed, in sentences. */
  readonly notes: readonly string[];
  /** Whether it is known what the images are normalised by, or that they are not. */
  readonly normalizationKnown: boolean;
}

const NORMALIZATION: OpenOption = {
  name: 'the normalisation',
  choices: [
    { value: '--preset cifar-10', means: 'or another by name: its mean and deviation' },
    { value: '--mean … --std …', means: 'a number for each colour plane' },
    { value: '--preset none', means: 'nothing does, or a layer in front that changes nothing' },
  ],
};

/**
 * @param path of the file, for messages
 * @throws SaddlepointError ARGUMENT with a question that names the options; CHECKPOINT for a network that is none of
 *   ours, or another than what is said; RECIPE for options of no use
 */
export function describeForeign(path: string, state: UnwrappedState, asked: AskedNetwork): ForeignNetwork {
  const { architecture, options = {}, unnormalized = false } = asked;
  const reading = readNetwork(state.tensors);
  const told = toldOf(path, reading, state, architecture);
  if (told !== undefined) requireAgreement(path, binding(told), options);
  const normalize = normalizationOf(path, state, options);
  const normalizes = state.normalization === 'hidden' || told?.normalizesImages === true;
  const hidden = normalizes && normalize === undefined && !unnormalized;
  const open = [...(told?.open ?? []).filter(({ name }) => !(name in options)), ...(hidden ? [NORMALIZATION] : [])];
  if (open.length > 0) throw new SaddlepointError('ARGUMENT', question(path, told, open));
  const own = architecture ?? told!.architecture;
  const all = { ...told?.options, ...options, ...(normalize === undefined ? {} : { normalize }) };
  const given = { architecture: own, options: all } as ModelDescription;
  const description = architecture === undefined ? shortest(own, all) : given;
  checkModel(description);
  return {
    description,
    notes: notesOf(description, told, state),
    normalizationKnown: normalize !== undefined || unnormalized,
  };
}

/** The options that no other value may stand in for. */
function binding({ options, alike = [] }: NetworkReading): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !alike.includes(name)));
}

/**
 * What the weights tell of the architecture that is named, or of any; undefined where they tell nothing of that one.
 */
function toldOf(
  path: string,
  reading: Reading,
  state: UnwrappedState,
  architecture: string | undefined,
): NetworkReading | undefined {
  if (architecture === undefined) {
    if (reading === undefined) throw new SaddlepointError('ARGUMENT', unknownNames(path, [...state.tensors.keys()]));
    if ('problem' in reading)
      throw new SaddlepointError('CHECKPOINT', `the network in ${path} is none of those here: ${reading.problem}`);
    return reading;
  }
  if (reading === undefined || 'problem' in reading) return undefined;
  checkModel({ architecture }); // its name
  const layout = layoutOf(architecture);
  if ((layout?.of ?? architecture) !== reading.architecture) return undefined;
  const known = Object.keys(ARCHITECTURES.get(architecture).options.shape);
  const options = Object.entries(reading.options).filter(([key]) => known.includes(key));
  if (layout !== undefined) requireAgreement(path, reading.options, layout.options, architecture);
  return { ...reading, options: Object.fromEntries(options) };
}

/** As somebody says, or as the file holds it; undefined where neither does. */
function normalizationOf(
  path: string,
  { normalization }: UnwrappedState,
  { normalize }: Readonly<Record<string, unknown>>,
): unknown {
  if (normalization === undefined || normalization === 'hidden') return normalize;
  const { mean, std } = normalization;
  const short = (numbers: readonly number[]) => numbers.map((x) => Number(x.toPrecision(4))).join(',');
  if ([...mean, ...std].some((x) => x > 1)) {
    if (normalize !== undefined) return normalize;
    const [scaledMean, scaledStd] = [mean, std].map((numbers) => short(numbers.map((x) => x / 255)));
    throw new SaddlepointError(
      'ARGUMENT',
      `${path} holds a normalisation of pixels from 0 to 255, mean ${short(mean)} and deviation ${short(std)}. Here images are in [0, 1]: say --mean ${scaledMean} --std ${scaledStd}`,
    );
  }
  if (normalize !== undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `${path} holds its normalisation, mean ${short(mean)} and deviation ${short(std)}: expected no other, received ${JSON.stringify(normalize)}`,
    );
  }
  return { mean, std };
}

/** Of networks whose names tell that they are DeepMind's. */
const SWISH = "SiLU, also called Swish, as in RobustBench's networks under these names";

function notesOf(description: ModelDescription, told: NetworkReading | undefined, state: UnwrappedState): string[] {
  if (told === undefined) return [];
  const { normalize: _, ...options } = description.options as Record<string, unknown>;
  const name = [description.architecture, ...settings(options)].join(', ');
  const assumed = [options.activation === 'silu' ? SWISH : 'ReLU', ...told.assumed].join('; ');
  const read =
    typeof state.normalization === 'object' ? ['the normalisation of the images is the one in the file'] : [];
  return [
    `the names and shapes of the weights tell the network: ${name}; what they do not tell is taken as usual: ${assumed}`,
    ...read,
  ];
}
