/**
 * Layers as operators of ONNX, in evaluation mode, each with its gradient where that can be written with such
 * operators.
 *
 * @module
 */
import { SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import {
  AveragePool2d,
  BatchNorm2d,
  Clamp,
  Flatten,
  GlobalAveragePool,
  GroupNorm,
  isExactly,
  Linear,
  MaxPool2d,
  Normalize,
  ReLU,
  SiLU,
  type Conv2d,
  type Module,
} from '../../nn/index.js';
import { isConvolution, isIdle, isPlainChain, isPreActivation, isResidual } from '../attack-network/known.js';
import { ExportedProgram } from '../exported/index.js';
import type { PreActivationBlock } from '../pre-activation-block.js';
import type { ResidualBlock } from '../residual-blocks.js';
import type { Attributes, OnnxGraph, Value } from './graph.js';

/** @throws SaddlepointError ARGUMENT for a layer that is not known exactly, as a subclass may compute something else */
export function emit(graph: OnnxGraph, layer: Module, input: Value): Value {
  if (isIdle(layer)) return input;
  if (isPlainChain(layer)) return emitAll(graph, layer.layers, input);
  if (isResidual(layer)) return residual(graph, layer, input);
  if (isPreActivation(layer)) return preActivation(graph, layer, input);
  if (isExactly(layer, Clamp)) return clamp(graph, input);
  if (isExactly(layer, Normalize)) return normalize(graph, layer, input);
  if (isConvolution(layer)) return convolution(graph, layer, input);
  if (isExactly(layer, BatchNorm2d)) return batchNorm(graph, layer, input);
  if (isExactly(layer, GroupNorm)) return groupNorm(graph, layer, input);
  if (isExactly(layer, ReLU)) return relu(graph, input);
  if (isExactly(layer, SiLU)) return silu(graph, input);
  if (isExactly(layer, MaxPool2d)) return maxPool(graph, layer, input);
  if (isExactly(layer, AveragePool2d)) return averagePool(graph, layer, input);
  if (isExactly(layer, GlobalAveragePool)) return globalAveragePool(graph, input);
  if (isExactly(layer, Flatten)) return flatten(graph, input);
  if (isExactly(layer, Linear)) return linear(graph, layer, input);
  const advice = isExactly(layer, ExportedProgram)
    ? 'an exported program, which PyTorch itself can write: torch.onnx.export(model, images, "net.onnx", dynamo=True)'
    : `${(layer as Module).constructor.name}, of which no operators of ONNX are known`;
  throw new SaddlepointError('ARGUMENT', `expected a network of layers that ONNX has, received ${advice}`);
}

function emitAll(graph: OnnxGraph, layers: readonly Module[], input: Value): Value {
  return layers.reduce((value, layer) => emit(graph, layer, value), input);
}

function residual(graph: OnnxGraph, block: ResidualBlock, input: Value): Value {
  const sum = add(graph, emitAll(graph, block.branch, input), emit(graph, block.shortcut, input));
  return relu(graph, sum);
}

function preActivation(graph: OnnxGraph, block: PreActivationBlock, input: Value): Value {
  const activation = emitAll(graph, block.preactivation, input);
  const fromActivation = block.shortcutFrom === 'activation' && block.shortcut.layers.length > 0;
  const shortcut = emit(graph, block.shortcut, fromActivation ? activation : input);
  return add(graph, emitAll(graph, block.branch, activation), shortcut);
}

function add(graph: OnnxGraph, first: Value, second: Value): Value {
  const name = graph.addTaped('Add', [first.name, second.name], {}, (gradient) => [gradient, gradient]);
  return { name, shape: first.shape };
}

/** To [0, 1], outside of which there is no gradient. */
function clamp(graph: OnnxGraph, { name: input, shape }: Value): Value {
  const [zero, one] = [graph.floats([0], []), graph.floats([1], [])];
  const name = graph.addTaped('Clip', [input, zero, one], {}, (gradient) => {
    const inside = graph.add('And', [
      graph.add('GreaterOrEqual', [input, zero]),
      graph.add('LessOrEqual', [input, one]),
    ]);
    return [where(graph, inside, gradient)];
  });
  return { name, shape };
}

function normalize(graph: OnnxGraph, { mean, deviation }: Normalize, { name: input, shape }: Value): Value {
  const [shift, scale] = [mean, deviation].map((numbers) => graph.floats(numbers, [1, numbers.length, 1, 1]));
  const centred = graph.addTaped('Sub', [input, shift!], {}, (gradient) => [gradient]);
  const name = graph.addTaped('Div', [centred, scale!], {}, (gradient) => [graph.add('Div', [gradient, scale!])]);
  return { name, shape };
}

function convolution(graph: OnnxGraph, layer: Conv2d, { name: input, shape }: Value): Value {
  const { stride, padding, zeros, groups, weight, bias } = layer;
  const channels = weight.size(1) * groups;
  if (shape[0] !== channels)
    throw new SaddlepointError('ARGUMENT', `expected ${channels} channels at a convolution, received ${shape[0]}`);
  const [outputs = 0, , kernel = 0] = weight.shape;
  const filter = constant(graph, weight);
  const window = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, zeros - padding, zeros - padding],
    group: groups,
  };
  const [sides, rest] = windows(shape, kernel, stride, zeros);
  const inputs = bias === null ? [input, filter] : [input, filter, constant(graph, bias)];
  const name = graph.addTaped('Conv', inputs, window, (gradient) => [
    graph.add('ConvTranspose', [gradient, filter], { ...window, output_padding: rest }),
  ]);
  return { name, shape: [outputs, ...sides] };
}

function batchNorm(graph: OnnxGraph, layer: BatchNorm2d, { name: input, shape }: Value): Value {
  const { running_mean: mean, running_var: variance, weight, bias, epsilon } = layer;
  const [channels = 0] = mean.shape;
  const scale =
    weight === null ? graph.floats(new Array<number>(channels).fill(1), [channels]) : constant(graph, weight);
  const shift = bias === null ? graph.floats(new Array<number>(channels).fill(0), [channels]) : constant(graph, bias);
  const inputs = [input, scale, shift, constant(graph, mean), constant(graph, variance)];
  const name = graph.addTaped('BatchNormalization', inputs, { epsilon: { float: epsilon } }, (gradient) => {
    const factor = tidy(() => {
      const inverse = variance.detach().add(epsilon).rsqrt();
      return (weight === null ? inverse : inverse.mul(weight.detach())).toNumbers();
    });
    return [graph.add('Mul', [gradient, graph.floats(factor, [1, channels, 1, 1])])];
  });
  return { name, shape };
}

/** Instance norm over the channels of a group. */
function groupNorm(graph: OnnxGraph, layer: GroupNorm, { name: input, shape }: Value): Value {
  const { groups, weight, bias, epsilon } = layer;
  const forward = (operator: string, inputs: readonly string[], attributes: Attributes = {}) =>
    graph.addForward(operator, inputs, attributes, 'group norm');
  const grouped = forward('Reshape', [input, graph.wholes([0, groups, -1])]);
  const [ones, zeros] = [1, 0].map((number) => graph.floats(new Array<number>(groups).fill(number), [groups]));
  const normal = forward('InstanceNormalization', [grouped, ones!, zeros!], { epsilon: { float: epsilon } });
  let name = forward('Reshape', [normal, graph.wholes([-1, ...shape])]);
  const channels = [1, shape[0]!, 1, 1];
  if (weight !== null) name = forward('Mul', [name, graph.floats(numbersOf(weight), channels)]);
  if (bias !== null) name = forward('Add', [name, graph.floats(numbersOf(bias), channels)]);
  return { name, shape };
}

function relu(graph: OnnxGraph, { name: input, shape }: Value): Value {
  const name: string = graph.addTaped('Relu', [input], {}, (gradient) => [
    where(graph, graph.add('Greater', [input, graph.floats([0], [])]), gradient),
  ]);
  return { name, shape };
}

/** x · s with s = sigmoid(x), whose derivative is s · (1 + x · (1 - s)). */
function silu(graph: OnnxGraph, { name: input, shape }: Value): Value {
  const share = graph.add('Sigmoid', [input]);
  const one = graph.floats([1], []);
  const output = graph.addTaped('Mul', [input, share], {}, (gradient) => {
    const slope = graph.add('Mul', [input, graph.add('Sub', [one, share])]);
    return [graph.add('Mul', [gradient, graph.add('Mul', [share, graph.add('Add', [one, slope])])]), undefined];
  });
  return { name: output, shape };
}

/**
 * Its gradient goes to whatever equals the maximum: of several the same, to each of them, where LibTorch takes the
 * first. Windows that overlap have none here.
 */
function maxPool(graph: OnnxGraph, { size, stride, padding }: MaxPool2d, { name: input, shape }: Value): Value {
  const [sides, rest] = windows(shape, size, stride, 2 * padding);
  const window = { kernel_shape: [size, size], strides: [stride, stride], pads: [padding, padding, padding, padding] };
  const output = { shape: [shape[0]!, ...sides] };
  if (size !== stride || padding !== 0) {
    const name = graph.addForward('MaxPool', [input], window, 'a max-pool whose windows overlap');
    return { ...output, name };
  }
  const name: string = graph.addTaped('MaxPool', [input], window, (gradient) => {
    const spread = (value: string) => spreadOver(graph, value, shape[0]!, { size, stride, rest, weight: 1 });
    return [where(graph, graph.add('Equal', [input, spread(name)]), spread(gradient))];
  });
  return { ...output, name };
}

function averagePool(graph: OnnxGraph, { size, stride }: AveragePool2d, { name: input, shape }: Value): Value {
  const [sides, rest] = windows(shape, size, stride, 0);
  const window = { kernel_shape: [size, size], strides: [stride, stride] };
  const name = graph.addTaped('AveragePool', [input], window, (gradient) => [
    spreadOver(graph, gradient, shape[0]!, { size, stride, rest, weight: 1 / size ** 2 }),
  ]);
  return { name, shape: [shape[0]!, ...sides] };
}

/** Each value times the weight over its window. */
function spreadOver(
  graph: OnnxGraph,
  value: string,
  channels: number,
  { size, stride, rest, weight }: { size: number; stride: number; rest: readonly number[]; weight: number },
): string {
  const filter = graph.floats(new Array<number>(channels * size ** 2).fill(weight), [channels, 1, size, size]);
  return graph.add('ConvTranspose', [value, filter], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    group: channels,
    output_padding: rest,
  });
}

function globalAveragePool(graph: OnnxGraph, { name: input, shape }: Value): Value {
  const [channels = 0, height = 0, width = 0] = shape;
  const name = graph.addTaped('GlobalAveragePool', [input], {}, (gradient) => {
    const each = new Array<number>(height * width).fill(1 / (height * width));
    return [graph.add('Mul', [gradient, graph.floats(each, [1, 1, height, width])])];
  });
  return { name, shape: [channels, 1, 1] };
}

function flatten(graph: OnnxGraph, { name: input, shape }: Value): Value {
  const name = graph.addTaped('Flatten', [input], { axis: 1 }, (gradient) => [
    graph.add('Reshape', [gradient, graph.wholes([-1, ...shape])]),
  ]);
  return { name, shape: [shape.reduce((product, size) => product * size, 1)] };
}

function linear(graph: OnnxGraph, { weight, bias }: Linear, { name: input, shape }: Value): Value {
  if (shape.join() !== String(weight.size(1))) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images whose features are ${weight.size(1)} at a linear layer, received some that come to [${shape.join(', ')}]; are they of another size?`,
    );
  }
  const matrix = constant(graph, weight);
  const inputs = bias === null ? [input, matrix] : [input, matrix, constant(graph, bias)];
  const name = graph.addTaped('Gemm', inputs, { transB: 1 }, (gradient) => [graph.add('MatMul', [gradient, matrix])]);
  return { name, shape: [weight.size(0)] };
}

/** The gradient where a condition holds, and 0 elsewhere. */
function where(graph: OnnxGraph, condition: string, gradient: string): string {
  return graph.add('Where', [condition, gradient, graph.floats([0], [])]);
}

/**
 * Height and width of the output, and by how much the windows fall short of the input.
 *
 * @param zeros of both ends together
 */
function windows([, height = 0, width = 0]: readonly number[], kernel: number, stride: number, zeros: number) {
  const spans = [height, width].map((side) => side + zeros - kernel);
  return [spans.map((span) => Math.floor(span / stride) + 1), spans.map((span) => span % stride)] as const;
}

function constant(graph: OnnxGraph, tensor: Tensor): string {
  return graph.floats(numbersOf(tensor), tensor.shape);
}

function numbersOf(tensor: Tensor): ArrayLike<number> {
  return tidy(() => tensor.detach().to({ dtype: 'float32', device: 'cpu' }).toTypedArray()) as Float32Array;
}
