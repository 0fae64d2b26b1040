/**
 * Turns a network's layers into steps that compute the same in evaluation mode with less work: batch norm
 * folded, activations in place, layers without effect left out.
 *
 * @module
 */
import { advance, ops, tidy, type DType, type MemoryFormat, type Tensor } from '../../engine/index.js';
import {
  BatchNorm2d,
  Chain,
  Clamp,
  Conv2d,
  Dropout,
  Dropout2d,
  Identity,
  Linear,
  ReLU,
  type Module,
} from '../../nn/index.js';
import { PreActivationBlock } from '../pre-activation-block.js';
import { ResidualBlock } from '../residual-blocks.js';
import { affineOf, foldAfter, weightsOf, type ConvolutionWeights } from './fold.js';

/** One computation; leaves alive what it returns. `owned` steps return memory that a later step may overwrite. */
interface Step {
  readonly run: (input: Tensor) => Tensor;
  readonly owned: boolean;
}

/** How the frozen network computes. */
export interface FrozenForm {
  readonly dtype: DType;
  readonly memoryFormat: MemoryFormat;
}

/** Applies the steps in order, freeing each result as soon as the next one is there. */
export function runSteps(steps: readonly Step[], input: Tensor): Tensor {
  let current = input;
  for (const { run } of steps) current = current === input ? tidy(() => run(input)) : advance(current, run);
  return current;
}

/** The steps of a chain of layers. */
export function compile(layers: readonly Module[], form: FrozenForm): Step[] {
  const flat = flatten(layers);
  const steps: Step[] = [];
  for (let i = 0; i < flat.length; i += 1) {
    const layer = flat[i]!;
    const next = flat[i + 1];
    if (layer instanceof Conv2d && next instanceof BatchNorm2d) {
      steps.push(convolution(layer, foldAfter(layer, next), form));
      i += 1;
    } else if (layer instanceof Conv2d) {
      steps.push(convolution(layer, weightsOf(layer), form));
    } else if (layer instanceof ReLU && steps.at(-1)?.owned === true) {
      steps.push({ run: (input) => input.relu_(), owned: true });
    } else {
      steps.push(compileLayer(layer, form));
    }
  }
  return steps;
}

function compileLayer(layer: Module, form: FrozenForm): Step {
  if (layer instanceof BatchNorm2d) return affine(layer, form);
  if (layer instanceof Linear) return linear(layer, form);
  if (layer instanceof ResidualBlock) return residual(layer, form);
  if (layer instanceof PreActivationBlock) return preActivation(layer, form);
  // Whatever is new here computes as it always does.
  return { run: (input) => layer.forward(input), owned: false };
}

/** The layers in the order of computation, chains opened, those without effect left out. */
function flatten(layers: readonly Module[]): Module[] {
  return layers.flatMap((layer) => {
    if (layer instanceof Chain) return flatten(layer.layers);
    // An attack's candidates lie in [0, 1], where the clamp and its gradient do nothing.
    const idle =
      layer instanceof Identity || layer instanceof Clamp || layer instanceof Dropout || layer instanceof Dropout2d;
    return idle ? [] : [layer];
  });
}

function convolution({ stride, padding, groups }: Conv2d, weights: ConvolutionWeights, form: FrozenForm): Step {
  const weight = weights.weight.to(form).contiguous({ memoryFormat: form.memoryFormat });
  const bias = weights.bias === null ? null : weights.bias.to({ dtype: form.dtype });
  return { run: (input) => ops.conv2d(input, weight, { bias, stride, padding, groups }), owned: true };
}

function affine(norm: BatchNorm2d, form: FrozenForm): Step {
  const { scale, shift } = affineOf(norm);
  const [factor, term] = [scale, shift].map((values) => values.to({ dtype: form.dtype }).reshape([1, -1, 1, 1]));
  return { run: (input) => term!.addcmul(input, factor!), owned: true };
}

function linear(layer: Linear, form: FrozenForm): Step {
  const weight = layer.weight.detach().to({ dtype: form.dtype });
  const bias = layer.bias === null ? null : layer.bias.detach().to({ dtype: form.dtype });
  return { run: (input) => ops.linear(input, weight, { bias }), owned: true };
}

function residual(block: ResidualBlock, form: FrozenForm): Step {
  const [branch, shortcut] = [compile(block.branch, form), compile(block.shortcut.layers, form)];
  return {
    run: (input) => tidy(() => runSteps(branch, input).add_(runSteps(shortcut, input)).relu_()),
    owned: true,
  };
}

function preActivation(block: PreActivationBlock, form: FrozenForm): Step {
  const [before, branch, shortcut] = [block.preactivation, block.branch, block.shortcut.layers].map((layers) =>
    compile(layers, form),
  ) as [Step[], Step[], Step[]];
  const fromActivation = block.shortcutFrom === 'activation' && shortcut.length > 0;
  return {
    run: (input) =>
      tidy(() => {
        const activation = runSteps(before, input);
        const sum = runSteps(branch, activation);
        return sum.add_(runSteps(shortcut, fromActivation ? activation : input));
      }),
    owned: true,
  };
}
