/**
 * Reads a pre-activation ResNet off its names and shapes: kuangliu's, and that of Wong et al., Rice et al. and
 * RobustBench with its final normalisation.
 *
 * @module
 */
import { readNormalization } from './normalization-layers.js';
import type { Reading } from './reading.js';
import { isPreActivation, residualProblem, residualShape } from './residual-shape.js';
import type { Shapes } from './shapes.js';

/** @param shapes in our names */
export function readPreActResNet(shapes: Shapes): Reading {
  const network = residualShape(shapes);
  if (network?.blocks.length !== 4 || !isPreActivation(shapes, network)) return undefined;
  const { channels, classes, width, widths, blocks, bottleneck, bias, kernel } = network;
  const problem = residualProblem(shapes, network);
  if (problem !== undefined) return { problem };
  if (bottleneck) return { problem: 'it is a pre-activation ResNet of bottlenecks, ours are of basic blocks' };
  if (kernel !== 3)
    return { problem: `it is a pre-activation ResNet with a first convolution of ${kernel} × ${kernel}` };
  if (width !== widths[0])
    return { problem: `its stem has ${width} channels and its first stage ${widths[0]}, ours as many` };
  const { assumed, open, ...normalization } = readNormalization(shapes, 'layer1.0.bn1');
  const finalNormalization = shapes.normalized('bn') !== undefined;
  return {
    architecture: 'preact-resnet18',
    options: { width, blocks, bias, finalNormalization, channels, ...classes, ...normalization },
    assumed,
    open,
  };
}
