/**
 * Networks by the names recipes use. A new one is one file and one line here.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError, tidy } from '../engine/index.js';
import { nearest } from '../engine/nearest.js';
import { buildWithin, initialize, type Module } from '../nn/index.js';
import { checkOptions } from './options.js';
import { PreActResNet, preActResNetOptions } from './preact-resnet.js';
import { namedResNetOptions, ResNet, resNetOptions } from './resnet.js';
import { SimpleNet, simpleNetOptions } from './simplenet.js';
import { LayerList, layerListOptions } from './layer-list.js';
import { SmallCnn, smallCnnOptions } from './small-cnn.js';
import { namedWideResNetOptions, WideResNet, wideResNetOptions } from './wide-resnet.js';

/** The schema of an architecture's options, and how it is built from checked ones. */
interface Architecture<Schema extends z.ZodObject> {
  readonly options: Schema;
  readonly create: (options: z.output<Schema>) => Module;
}

const define = <Schema extends z.ZodObject>(
  options: Schema,
  create: (options: z.output<Schema>) => Module,
): Architecture<Schema> => ({ options, create });

/** How each architecture is built, and the schema of its options. */
export const ARCHITECTURES = {
  'small-cnn': define(smallCnnOptions, (options) => new SmallCnn(options)),
  // The article's networks, as its configuration has them.
  resnet18: define(namedResNetOptions, (options) => new ResNet({ ...options, blocks: [2, 2, 2, 2] })),
  resnet20: define(namedResNetOptions, (options) => new ResNet({ ...options, blocks: [3, 3, 3] })),
  resnet34: define(namedResNetOptions, (options) => new ResNet({ ...options, blocks: [3, 4, 6, 3] })),
  resnet50: define(namedResNetOptions, (options) => new ResNet({ ...options, blocks: [3, 4, 6, 3], bottleneck: true })),
  // With the article's stem of 12 channels; `width: 16` is the standard one.
  'wrn-28-10': define(
    namedWideResNetOptions(10, 12),
    (options) => new WideResNet({ ...options, depth: 28, widenFactor: 10 }),
  ),
  simplenet: define(simpleNetOptions, (options) => new SimpleNet(options)),
  // The network of the robustness literature.
  'preact-resnet18': define(preActResNetOptions, (options) => new PreActResNet(options)),
  // Of any depth and width.
  resnet: define(resNetOptions, (options) => new ResNet(options)),
  'wide-resnet': define(wideResNetOptions, (options) => new WideResNet(options)),
  // Written out layer by layer.
  layers: define(layerListOptions, (options) => new LayerList(options)),
} as const;

type Architectures = typeof ARCHITECTURES;
export type ArchitectureName = keyof Architectures;
export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[];

/** What a model is made from; stored beside its weights. Options that are left out have their defaults. */
export type ModelDescription = {
  [Name in ArchitectureName]: {
    readonly architecture: Name;
    readonly options: z.input<Architectures[Name]['options']>;
  };
}[ArchitectureName];

/** The schema of a description in a recipe: an architecture's name, and its own options with all defaults filled in. */
export const modelSchema = z.discriminatedUnion(
  'architecture',
  Object.entries(ARCHITECTURES).map(([name, { options }]) =>
    z.strictObject({ architecture: z.literal(name), options: (options as z.ZodObject).prefault({}) }),
  ) as unknown as [z.ZodObject<{ architecture: z.ZodLiteral }>],
) as unknown as z.ZodType<ModelDescription>;

/**
 * Checks a description and fills in all defaults, without building anything.
 *
 * @throws SaddlepointError RECIPE for an unknown architecture or option (with the nearest known name) or a value
 *   out of its range
 */
export function checkModel(description: { architecture: string; options?: unknown }): ModelDescription {
  const { architecture, options = {} } = description;
  if (!Object.hasOwn(ARCHITECTURES, architecture)) {
    const guess = nearest(architecture, ARCHITECTURE_NAMES);
    throw new SaddlepointError(
      'RECIPE',
      `expected an architecture out of ${ARCHITECTURE_NAMES.join(', ')}, received ${JSON.stringify(architecture)}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
    );
  }
  const schema: z.ZodObject = ARCHITECTURES[architecture as ArchitectureName].options;
  return { architecture, options: checkOptions(schema, options, architecture) } as ModelDescription;
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
 * @throws SaddlepointError RECIPE as {@link checkModel} does; ARGUMENT for one that has more weights, before they take memory
 */
export function buildModel(description: ModelDescription, limit = Infinity): Module {
  const { architecture, options } = checkModel(description);
  const { create } = ARCHITECTURES[architecture] as Architecture<z.ZodObject>;
  return tidy(() => buildWithin(limit, () => create(options as Record<string, unknown>)));
}

export { PreActResNet, type PreActResNetOptions } from './preact-resnet.js';
export { LayerList, type LayerListOptions } from './layer-list.js';
export { NORMALIZATION_PRESETS } from './normalization-presets.js';
export { PreActivationBlock } from './pre-activation-block.js';
export { PYTORCH_NAMES, renamePyTorchState, variantOf, type ToldVariant } from './pytorch-names.js';
export { BasicBlock, Bottleneck, ResidualBlock } from './residual-blocks.js';
export { ResNet, type ResNetOptions } from './resnet.js';
export { SimpleNet, type SimpleNetOptions } from './simplenet.js';
export { SmallCnn, type SmallCnnOptions } from './small-cnn.js';
export { WideResNet, type WideResNetOptions } from './wide-resnet.js';
