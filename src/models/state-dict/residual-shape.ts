/**
 * What residual networks of all kinds have in common, read off their names and shapes; and what makes one none of ours.
 *
 * @module
 */
import { readClasses } from './normalization-layers.js';
import type { Shapes } from './shapes.js';

export interface ResidualShape {
  readonly channels: number;
  readonly classes: { readonly classes: number; readonly singleLogit?: boolean };
  /** Channels of the stem, and its kernel. */
  readonly width: number;
  readonly kernel: number;
  /** Blocks of each stage, and the channels of its first convolution. */
  readonly blocks: readonly number[];
  readonly widths: readonly number[];
  readonly bottleneck: boolean;
  /** Of the stem. */
  readonly bias: boolean;
}

/** Undefined where the names are not those of a residual network. */
export function residualShape(shapes: Shapes): ResidualShape | undefined {
  const [stem, linear] = [shapes.convolution('conv1'), shapes.linear('linear')];
  if (stem === undefined || linear === undefined || shapes.convolution('layer1.0.conv1') === undefined)
    return undefined;
  const stages = Array.from({ length: shapes.count('layer', 1) }, (_, i) => `layer${i + 1}`);
  return {
    channels: stem[1],
    classes: readClasses(linear[0]),
    width: stem[0],
    kernel: stem[2],
    blocks: stages.map((stage) => shapes.count(`${stage}.`)),
    widths: stages.map((stage) => shapes.convolution(`${stage}.0.conv1`)?.[0] ?? 0),
    bottleneck: shapes.has('layer1.0.conv3.weight'),
    bias: shapes.has('conv1.bias'),
  };
}

/**
 * Blocks that begin with their normalisation have it on what comes in, not on what their first convolution puts out.
 */
export function isPreActivation(shapes: Shapes, { blocks }: ResidualShape): boolean {
  const block = `layer${blocks.length}.0`;
  return shapes.normalized(`${block}.bn1`) === shapes.convolution(`${block}.conv1`)![1];
}

/** What no option of ours expresses: a clause, or undefined. */
export function residualProblem(
  shapes: Shapes,
  { bottleneck, blocks, widths, kernel, width }: ResidualShape,
): string | undefined {
  const [first, second] = [shapes.convolution('layer1.0.conv1')!, shapes.convolution('layer1.0.conv2')];
  if (second !== undefined && second[1] !== first[0]) return 'it is a ResNeXt: its convolutions are grouped';
  const last = shapes.convolution('layer1.0.conv3');
  if (bottleneck && last?.[0] !== 4 * first[0]) {
    return `its bottlenecks put out ${last?.[0]} channels of ${first[0]}, ours four times as many as they have inside`;
  }
  if (kernel !== 3 && kernel !== 7)
    return `its first convolution is one of ${kernel} × ${kernel}, ours of 3 × 3 or 7 × 7`;
  const stage = blocks.findIndex((_, i) => i > 0 && widths[i] !== 2 * widths[i - 1]!);
  if (stage > 0) return `its stages have ${widths.join(', ')} channels; in ours each has twice those of the one before`;
  const changing = `layer${blocks.length}.0.`;
  if (shapes.convolution(`${changing}shortcut.1`) !== undefined) {
    return 'it is a ResNet-D: its shortcuts pool before they are multiplied';
  }
  if (shapes.convolution(`${changing}shortcut.0`) === undefined && blocks.length > 1) {
    return 'its shortcuts have no weights where the shape changes (the padding with zeros of He et al., option A)';
  }
  return width > 0 ? undefined : 'it has no channels';
}
