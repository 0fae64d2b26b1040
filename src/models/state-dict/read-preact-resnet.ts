/**
 * Reads a pre-activation ResNet off its names and shapes: kuangliu's, and that of Wong et al., Rice et al. and
 * RobustBench with its final normalisation.
 *
 * @module
 */
import { DEEPMINDS, isDeepMinds } from './deepmind.js';
import { readNormalization } from './normalization-layers.js';
import type { OpenOption, Reading } from './reading.js';
import { isPreActivation, residualProblem, residualShape } from './residual-shape.js';
import type { Shapes } from './shapes.js';

const SHORTCUT: OpenOption = {
  name: 'shortcutFrom',
  choices: [
    { value: 'activation', means: "the shortcut's convolution sees the first activation, as in pytorch-cifar" },
    {
      value: 'input',
      means: "it sees the block's input, as in Andriushchenko and Flammarion's, and in Wong et al.'s of RobustBench",
    },
  ],
};

/** Those with a final normalisation, of Rice et al. and who built on it, all have the shortcut from the activation. */
const ASSUMED = "the shortcut from a block's first activation, as in networks with a final normalisation";

/**
 * @param shapes in our names
 * @param original the names before, which tell DeepMind's
 */
export function readPreActResNet(shapes: Shapes, original: readonly string[]): Reading {
  const network = residualShape(shapes);
  if (network?.blocks.length !== 4 || !isPreActivation(shapes, network)) return undefined;
  const { channels, classes, width, widths, blocks, bottleneck, bias, kernel } = network;
  const problem = residualProblem(shapes, network) ?? ownProblem(bottleneck, kernel, width, widths[0]!);
  if (problem !== undefined) return { problem };
  const { assumed, open, ...normalization } = readNormalization(shapes, 'layer1.0.bn1');
  const finalNormalization = shapes.normalized('bn') !== undefined;
  const options = { width, blocks, bias, finalNormalization, channels, ...classes, ...normalization };
  if (isDeepMinds(original)) {
    const shortcut = { shortcutFrom: 'input', shortcutKernel: shapes.convolution('layer2.0.shortcut.0')?.[2] };
    return {
      ...DEEPMINDS,
      architecture: 'preact-resnet18',
      options: { ...options, ...shortcut, ...DEEPMINDS.options },
      assumed,
      open,
    };
  }
  return {
    architecture: 'preact-resnet18',
    options,
    assumed: [...(finalNormalization ? [ASSUMED] : []), ...assumed],
    open: [...(finalNormalization ? [] : [SHORTCUT]), ...open],
  };
}

function ownProblem(bottleneck: boolean, kernel: number, stem: number, width: number): string | undefined {
  if (bottleneck) return 'it is a pre-activation ResNet of bottlenecks, ours are of basic blocks';
  if (kernel !== 3) return `it is a pre-activation ResNet with a first convolution of ${kernel} × ${kernel}`;
  return stem === width ? undefined : `its stem has ${stem} channels and its first stage ${width}, ours as many`;
}
