/**
 * Any network that is a list of layers, written in a recipe or in a file of its own: PyTorch's `nn.Sequential`, and
 * small hand-written networks whose layers have names.
 *
 *     layers:
 *       - { conv: [1, 16], kernel: 4, stride: 2, padding: 1 }    # 0.weight, 0.bias
 *       - relu
 *       - flatten
 *       - { linear: [3136, 10], name: fc }                       # fc.weight, fc.bias
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError } from '../engine/index.js';
import {
  AveragePool2d,
  BatchNorm2d,
  Chain,
  Conv2d,
  Dropout,
  Flatten,
  GlobalAveragePool,
  Identity,
  kaimingNormal,
  Linear,
  MaxPool2d,
  ReLU,
  zeros,
  type Module,
} from '../nn/index.js';
import { inputClamp, inputNormalization } from './ends.js';
import { checkOptions, networkShape } from './options.js';

const PLAIN = ['relu', 'flatten', 'global-average-pool', 'identity'] as const;
/** A list out of a file is not to be believed. */
const MOST_LAYERS = 1000;

const count = z
  .int()
  .min(1)
  .max(2 ** 20);
/** In the state dict; by default the layer's number, as in `nn.Sequential`. */
const name = z
  .string()
  .regex(/^[A-Za-z_0-9]+(\.[A-Za-z_0-9]+)*$/)
  .optional();
const layerSchema = z.union([
  z.enum(PLAIN),
  z.strictObject({
    conv: z.tuple([count, count]).describe('Channels of input and output'),
    kernel: count,
    stride: count.default(1),
    padding: z.int().min(0).default(0),
    bias: z.boolean().default(true),
    name,
  }),
  z.strictObject({ linear: z.tuple([count, count]), bias: z.boolean().default(true), name }),
  z.strictObject({ 'batch-norm': count, name }),
  z.strictObject({ 'max-pool': count, stride: count.optional(), name }),
  z.strictObject({ 'average-pool': count, stride: count.optional(), name }),
  z.strictObject({ dropout: z.number().min(0).lt(1), name }),
]);
type Layer = z.output<typeof layerSchema>;

export const layerListOptions = z.strictObject({
  layers: z
    .array(layerSchema)
    .min(1)
    .max(MOST_LAYERS)
    .prefault([])
    .describe('The layers in order; docs/own-checkpoints.md lists their kinds'),
  clamp: z.boolean().default(false).describe('Clip the input to [0, 1] first'),
  normalize: networkShape.normalize,
});
export type LayerListOptions = z.input<typeof layerListOptions>;

const initial = { weightInitializer: kaimingNormal('fan-in'), biasInitializer: zeros };

export class LayerList extends Chain {
  readonly layers: readonly Module[];
  readonly #names: readonly string[];

  /** @throws SaddlepointError RECIPE for options that are unknown or out of range, and for two layers of one name */
  constructor(options: LayerListOptions) {
    super();
    const checked = checkOptions(layerListOptions, options, 'layers');
    const names = checked.layers.map((layer, i) => (typeof layer === 'string' ? undefined : layer.name) ?? String(i));
    const twice = names.find((each, i) => names.indexOf(each) < i);
    if (twice !== undefined)
      throw new SaddlepointError('RECIPE', `the options of layers: two layers are called ${twice}`);
    const ends = { ...checked, channels: 0, classes: 0, singleLogit: false, normalization: 'none' } as const;
    this.layers = [inputClamp(ends), inputNormalization(ends), ...checked.layers.map(build)];
    this.#names = ['(clamp)', '(normalize)', ...names];
  }

  override *children(): Generator<readonly [string, Module]> {
    for (const [i, layer] of this.layers.entries()) yield [this.#names[i]!, layer];
  }
}

function build(layer: Layer): Module {
  if (layer === 'relu') return new ReLU();
  if (layer === 'flatten') return new Flatten();
  if (layer === 'global-average-pool') return new GlobalAveragePool();
  if (layer === 'identity') return new Identity();
  if ('conv' in layer) {
    const { conv, kernel, stride, padding, bias } = layer;
    return new Conv2d(...conv, { kernelSize: kernel, stride, padding, bias, ...initial });
  }
  if ('linear' in layer) return new Linear(...layer.linear, { bias: layer.bias, ...initial });
  if ('batch-norm' in layer) return new BatchNorm2d(layer['batch-norm']);
  if ('max-pool' in layer) return new MaxPool2d(layer['max-pool'], layer.stride);
  if ('average-pool' in layer) return new AveragePool2d(layer['average-pool'], layer.stride);
  return new Dropout(layer.dropout);
}
