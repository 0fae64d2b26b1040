/**
 * Networks by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import { z } from 'zod';
import { fromRegistries, nearest, Registry, SaddlepointError, tidy } from '../engine/index.js';
import { buildWithin, initialize, type Module } from '../nn/index.js';
import { ExportedNetwork, exportedOptions, summarizeExported } from './exported/exported-network.js';
import { LayerList, layerListOptions } from './layer-list.js';
import { checkOptions } from './options.js';
import { PreActResNet, preActResNetOptions } from './preact-resnet.js';
import { namedResNetOptions, ResNet, resNetOptions } from './resnet.js';
import { SimpleNet, simpleNetOptions } from './simplenet.js';
import { SmallCnn, smallCnnOptions } from './small-cnn.js';
import { namedWideResNetOptions, WideResNet, wideResNetOptions } from './wide-resnet.js';

/** What a name stands for that fixes some options of another architecture. */
export interface NamedLayout {
  readonly of: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The schema of an architecture's options, and how it is built from checked ones. */
export interface Architecture<Schema extends z.ZodObject = z.ZodObject> {
  /** One line for people who choose. */
  readonly about: string;
  readonly options: Schema;
  readonly create: (options: z.output<Schema>) => Module;
  readonly layout?: NamedLayout | undefined;
  /** Whether recipes can train it. Default: true. */
  readonly trainable?: boolean | undefined;
  /** What results say of its options, where those are too long to be written. Default: all of them. */
  summary?(options: z.output<Schema>): Readonly<Record<string, unknown>>;
}

const define = <Schema extends z.ZodObject>(
  about: string,
  options: Schema,
  create: (options: z.output<Schema>) => Module,
  more: Pick<Architecture<Schema>, 'layout' | 'trainable' | 'summary'> = {},
): Architecture<Schema> => ({ about, options, create, ...more });

const namedResNet = (about: string, blocks: number[], bottleneck = false) =>
  define(about, namedResNetOptions, (options) => new ResNet({ ...options, blocks, bottleneck }), {
    layout: { of: 'resnet', options: { blocks, bottleneck } },
  });

const WRN_28_10 = { depth: 28, widenFactor: 10 };

/** How each architecture is built, and the schema of its options. */
const OWN = {
  'small-cnn': define(
    'two convolutions and two linear layers: what the demo trains',
    smallCnnOptions,
    (options) => new SmallCnn(options),
  ),
  // Stutz's networks, as its configuration has them.
  resnet18: namedResNet('ResNet-18: four stages of two blocks', [2, 2, 2, 2]),
  resnet20: namedResNet(
    'three stages of three blocks, as in the article; wider than the ResNet-20 of He et al.',
    [3, 3, 3],
  ),
  resnet34: namedResNet('ResNet-34: four stages of 3, 4, 6 and 3 blocks', [3, 4, 6, 3]),
  resnet50: namedResNet('ResNet-50: the same stages of bottlenecks', [3, 4, 6, 3], true),
  'wrn-28-10': define(
    "Wide ResNet 28-10, by default with the article's stem of 12 channels; width: 16 is the standard one",
    namedWideResNetOptions(WRN_28_10.widenFactor, 12),
    (options) => new WideResNet({ ...options, ...WRN_28_10 }),
    { layout: { of: 'wide-resnet', options: WRN_28_10 } },
  ),
  simplenet: define('SimpleNet: thirteen convolutions in a row', simpleNetOptions, (options) => new SimpleNet(options)),
  'preact-resnet18': define(
    'the pre-activation ResNet-18 of the robustness literature',
    preActResNetOptions,
    (options) => new PreActResNet(options),
  ),
  resnet: define('a ResNet of any depth and width', resNetOptions, (options) => new ResNet(options)),
  'wide-resnet': define(
    'a Wide ResNet of any depth and width',
    wideResNetOptions,
    (options) => new WideResNet(options),
  ),
  layers: define(
    'any network that is a list of layers, written out in the options or in a file: --architecture layers.yaml',
    layerListOptions,
    (options) => new LayerList(options),
  ),
  exported: define(
    'any network that torch.export has written: saddlepoint evaluate net.pt2',
    exportedOptions,
    (options) => new ExportedNetwork(options),
    { trainable: false, summary: summarizeExported },
  ),
} as const;

/** `ARCHITECTURES.add` adds one from outside. */
export const ARCHITECTURES = new Registry<Architecture>('an architecture', OWN, {
  keys: { about: 'a text', options: 'options schema', create: 'a function' },
});

type Architectures = typeof OWN;
/** Of those that come with the library. */
export type ArchitectureName = keyof Architectures;

/** An architecture for {@link ARCHITECTURES}. Keeps the types of the options for `create`. */
export function defineArchitecture<Schema extends z.ZodObject>(definition: Architecture<Schema>): Architecture {
  return definition;
}

/** What a model is made from; stored beside its weights. Options that are left out have their defaults. */
export type ModelDescription =
  | {
      [Name in ArchitectureName]: {
        readonly architecture: Name;
        readonly options: z.input<Architectures[Name]['options']>;
      };
    }[ArchitectureName]
  | ForeignDescription;

/** Of an architecture from outside. */
export interface ForeignDescription {
  readonly architecture: string & {};
  readonly options: Readonly<Record<string, unknown>>;
}

/** The schema of a description in a recipe: an architecture's name, and its own options with all defaults filled in. */
export const modelSchema = fromRegistries(
  () =>
    z.discriminatedUnion(
      'architecture',
      ARCHITECTURES.entries
        .filter(([, { trainable }]) => trainable !== false)
        .map(([name, { options }]) =>
          z.strictObject({ architecture: z.literal(name), options: options.prefault({}) }),
        ) as unknown as [z.ZodObject<{ architecture: z.ZodLiteral }>],
    ) as unknown as z.ZodType<ModelDescription>,
);

/**
 * Checks a description and fills in all defaults, without building anything.
 *
 * @throws SaddlepointError RECIPE for an unknown architecture or option (with the nearest known name) or a value
 *   out of its range
 */
export function checkModel(description: { architecture: string; options?: unknown }): ModelDescription {
  const { architecture, options = {} } = description;
  if (!ARCHITECTURES.has(architecture)) {
    const guess = nearest(architecture, ARCHITECTURES.names);
    throw new SaddlepointError(
      'RECIPE',
      `expected an architecture out of ${ARCHITECTURES.names.join(', ')}, received ${JSON.stringify(architecture)}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
    );
  }
  const schema = ARCHITECTURES.get(architecture).options;
  return { architecture, options: checkOptions(schema, options, architecture) };
}

/** A checked description as results write it: with all options, or where those are long with what they come to. */
export function summarizeModel(description: ModelDescription): ForeignDescription {
  const { architecture, options } = checkModel(description);
  const summary = ARCHITECTURES.get(architecture).summary?.(options);
  return { architecture, options: summary ?? options };
}

/**
 * Builds a network and fills it from the seed. Its tensors live until `dispose()`.
 *
 * @throws SaddlepointError RECIPE as {@link checkModel} does, before any tensor is made
 */
export function createModel(description: ModelDescription, seed: number): Module {
  return initialize(buildModel(description), seed);
}

/**
 * Builds a network whose weights are yet to be copied into it.
 *
 * @param limit how many weights there are for it; a description out of a file is not to be believed
 * @throws SaddlepointError RECIPE as {@link checkModel} does; ARGUMENT for one that has more weights, before they take
 *   memory
 */
export function buildModel(description: ModelDescription, limit = Infinity): Module {
  const { architecture, options } = checkModel(description);
  const { create } = ARCHITECTURES.get(architecture);
  return tidy(() => buildWithin(limit, () => create(options as Record<string, unknown>)));
}
