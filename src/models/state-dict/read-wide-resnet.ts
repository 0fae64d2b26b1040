/**
 * Reads a Wide ResNet off its names and shapes: that of TRADES, which most of the robustness literature uses, that of
 * DeepMind, and that of Stutz's article, whose blocks have the same shapes and compute otherwise.
 *
 * @module
 */
import { DEEPMINDS, isDeepMinds } from './deepmind.js';
import { readNormalization } from './normalization-layers.js';
import type { OpenOption, Reading } from './reading.js';
import { isPreActivation, residualProblem, residualShape } from './residual-shape.js';
import type { Shapes } from './shapes.js';

const STRIDE: OpenOption = {
  name: 'strideOn',
  choices: [
    { value: 'first', means: "a block's first convolution halves the map, as in TRADES and most of the literature" },
    { value: 'second', means: 'its second one does, as in the article this project implements' },
  ],
};
const SHORTCUT: OpenOption = {
  name: 'shortcutFrom',
  choices: [
    { value: 'activation', means: "the shortcut's convolution sees the first activation, as in TRADES" },
    { value: 'input', means: "it sees the block's input, as in the article" },
  ],
};

/**
 * @param shapes in our names
 * @param original the names before, which tell the variant
 */
export function readWideResNet(shapes: Shapes, original: readonly string[]): Reading {
  const network = residualShape(shapes);
  if (network?.blocks.length !== 3 || !isPreActivation(shapes, network)) return undefined;
  const { channels, classes, width, widths, blocks, bottleneck, bias, kernel } = network;
  const [count, widenFactor] = [blocks[0]!, widths[0]! / width];
  const problem = residualProblem(shapes, network);
  if (problem !== undefined) return { problem };
  if (bottleneck || kernel !== 3) return { problem: 'it is a Wide ResNet of another kind than that of the literature' };
  if (blocks.some((each) => each !== count))
    return { problem: `its groups have ${blocks.join(', ')} blocks, ours all as many` };
  if (!Number.isInteger(widenFactor))
    return { problem: `its stem has ${width} channels and its first group ${widths[0]}, no multiple` };
  const { assumed, open, ...normalization } = readNormalization(shapes, 'bn1');
  const ofDeepMind = isDeepMinds(original);
  const ofTrades = original.some((name) => /(^|\.)block\d+\.layer\.\d+\./.test(name));
  const variant = variantOf(ofTrades || ofDeepMind, bias);
  return {
    architecture: 'wide-resnet',
    options: {
      depth: 6 * count + 4,
      widenFactor,
      width,
      bias,
      ...variant.options,
      ...(ofDeepMind && DEEPMINDS.options),
      channels,
      ...classes,
      ...normalization,
    },
    ...(ofDeepMind && { alike: DEEPMINDS.alike, normalizesImages: DEEPMINDS.normalizesImages }),
    assumed: [...variant.assumed, ...assumed],
    open: [...variant.open, ...open],
  };
}

interface Variant {
  readonly options: Readonly<Record<string, unknown>>;
  readonly assumed: readonly string[];
  readonly open: readonly OpenOption[];
}

/**
 * The names `block1.layer.0` are TRADES' own, and DeepMind's blocks are alike; `layer1.0` with biases those of the
 * article's code, without them anybody's.
 */
function variantOf(ofTrades: boolean, bias: boolean): Variant {
  if (ofTrades) return { options: { strideOn: 'first', shortcutFrom: 'activation' }, assumed: [], open: [] };
  if (!bias) return { options: {}, assumed: [], open: [STRIDE, SHORTCUT] };
  const assumed = [
    "the stride on a block's second convolution and its shortcut from the block's input, as in networks with biases",
  ];
  return { options: { strideOn: 'second', shortcutFrom: 'input' }, assumed, open: [] };
}
