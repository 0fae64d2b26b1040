/**
 * Reads a ResNet off its names and shapes: those of kuangliu's pytorch-cifar, TRADES, RobustBench, torchvision and
 * timm.
 *
 * @module
 */
import { readNormalization } from './normalization-layers.js';
import type { Reading } from './reading.js';
import { isPreActivation, residualProblem, residualShape } from './residual-shape.js';
import type { Shapes } from './shapes.js';

/**
 * @param shapes in our names
 * @param original the names before
 */
export function readResNet(shapes: Shapes, original: readonly string[]): Reading {
  const network = residualShape(shapes);
  if (network === undefined || isPreActivation(shapes, network)) return undefined;
  const { channels, classes, width, widths, blocks, bottleneck, bias, kernel } = network;
  const problem = residualProblem(shapes, network) ?? ownProblem(shapes, width, widths[0]!, blocks);
  if (problem !== undefined) return { problem };
  const { assumed, open, ...normalization } = readNormalization(shapes, 'bn1');
  const ofTorchvision = original.some((name) => /(^|\.)(fc|downsample)\./.test(name));
  const stem = kernel === 3 && ofTorchvision ? ['a stem of stride 1 without pooling, as for images of 32 × 32'] : [];
  return {
    architecture: 'resnet',
    options: {
      width,
      blocks,
      bottleneck,
      bias,
      channels,
      ...classes,
      ...normalization,
      ...(kernel === 7 ? { stem: 'imagenet' } : {}),
    },
    assumed: [...stem, ...assumed],
    open,
  };
}

function ownProblem(shapes: Shapes, stem: number, width: number, blocks: readonly number[]): string | undefined {
  if (stem !== width) return `its stem has ${stem} channels and its first stage ${width}, ours as many`;
  if (blocks.length < 3 || blocks.length > 4) return `it has ${blocks.length} stages, ours three or four`;
  const biased = (layer: string) => shapes.has(`${layer}.bias`);
  if (biased('conv1') === biased(`layer${blocks.length}.0.shortcut.0`)) return undefined;
  return 'of its stem and its shortcuts one has biases and the other has none';
}
