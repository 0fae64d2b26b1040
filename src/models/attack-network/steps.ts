/**
 * Turns a network's layers into steps that compute the same in evaluation mode with less work: batch norm
 * folded, activations in place, layers without effect left out. Only layers that compute exactly what is known here:
 * whatever else there is computes as it always does.
 *
 * @module
 */
import { ops, tidy } from '../../engine/index.js';
import { BatchNorm2d, Clamp, EndPaddedConv2d, Flatten, isExactly, Linear, ReLU, type Module } from '../../nn/index.js';
import type { PreActivationBlock } from '../pre-activation-block.js';
import type { ResidualBlock } from '../residual-blocks.js';
import { ExportedProgram } from '../exported/index.js';
import { convolution, tiledBlock } from './convolution.js';
import { exportedProgram } from './exported-program.js';
import { affineOf, foldAfter, weightsOf } from './fold.js';
import { linear } from './linear.js';
import { isConvolution, isPreActivation, isResidual, openChains } from './known.js';
import { hasTiles, runSteps, type FrozenBackend, type Prepare, type Step } from './step.js';

/** How all layers are compiled. */
interface How {
  readonly backend: FrozenBackend;
  readonly prepare: Prepare;
}

/**
 * The steps of a whole network. An attack's candidates lie in [0, 1], where a clamp in front and its gradient do
 * nothing.
 *
 * @param prepare asked in the same order for every network of this structure and backend
 */
export function compileNetwork(model: Module, backend: FrozenBackend, prepare: Prepare): Step[] {
  const flat = openChains([model]);
  const first = flat.findIndex((layer) => !isExactly(layer, Clamp));
  return compile(first === -1 ? [] : flat.slice(first), { backend, prepare });
}

/** The steps of a chain of layers. */
function compile(layers: readonly Module[], how: How): Step[] {
  const { backend, prepare } = how;
  const flat = openChains(layers);
  const steps: Step[] = [];
  for (let i = 0; i < flat.length; i += 1) {
    const layer = flat[i]!;
    const next = flat[i + 1];
    if (isExactly(layer, EndPaddedConv2d)) steps.push({ run: (input) => layer.pad(input), owned: true });
    const flattened = steps.at(-1)?.tiled;
    if (flattened !== undefined && isExactly(layer, Flatten) && next !== undefined && isExactly(next, Linear)) {
      steps.push(linear(next, backend, prepare, flattened.weights[0].size(0)));
      i += 1;
    } else if (
      isExactly(layer, BatchNorm2d) &&
      next !== undefined &&
      isExactly(next, ReLU) &&
      hasTiles(layer.running_mean, backend)
    ) {
      steps.push(affineRelu(layer));
      i += 1;
    } else if (isConvolution(layer) && next !== undefined && isExactly(next, BatchNorm2d)) {
      steps.push(convolution(layer, () => foldAfter(layer, next), backend, prepare));
      i += 1;
    } else if (isConvolution(layer)) {
      steps.push(convolution(layer, () => weightsOf(layer), backend, prepare));
    } else if (isExactly(layer, ReLU) && steps.at(-1)?.joined !== undefined) {
      const { joined, tiled } = steps.pop()!;
      const withRelu = tiled && { tiled: { ...tiled, relu: true } };
      steps.push({ run: (input) => joined!(input, null, true), owned: false, ...withRelu });
    } else if (isExactly(layer, ReLU) && steps.at(-1)?.owned === true) {
      steps.push({ run: (input) => input.relu_(), owned: true });
    } else {
      steps.push(compileLayer(layer, how));
    }
  }
  return steps;
}

function compileLayer(layer: Module, how: How): Step {
  const { backend } = how;
  if (isExactly(layer, BatchNorm2d)) return affine(layer, backend);
  if (isExactly(layer, Linear)) return linear(layer, backend, how.prepare);
  if (isExactly(layer, ExportedProgram)) return exportedProgram(layer, backend);
  if (isResidual(layer)) return residual(layer, how);
  if (isPreActivation(layer)) return preActivation(layer, how);
  if (backend.dtype !== 'float32' && layer.parameters().length > 0) return inFloat32(layer, backend);
  return { run: (input) => layer.forward(input), owned: false };
}

/**
 * What is not known here has weights in float32, which not every operator of every LibTorch takes with other
 * inputs.
 */
function inFloat32(layer: Module, { dtype }: FrozenBackend): Step {
  return { run: (input) => tidy(() => layer.forward(input.to({ dtype: 'float32' })).to({ dtype })), owned: true };
}

function affine(norm: BatchNorm2d, backend: FrozenBackend): Step {
  const { scale, shift } = affineOf(norm);
  const [factor, term] = [scale, shift].map((values) => values.to({ dtype: backend.dtype }).reshape([1, -1, 1, 1]));
  return { run: (input) => term!.addcmul(input, factor!), owned: true };
}

/** With ReLU in the same pass, by our own operator in bfloat16. */
function affineRelu(norm: BatchNorm2d): Step {
  const { scale, shift } = affineOf(norm);
  return { run: (input) => ops.frozenBfloat16AffineRelu(input, scale, shift), owned: false };
}

function residual(block: ResidualBlock, how: How): Step {
  const [branch, shortcut] = [compile(block.branch, how), compile([block.shortcut], how)];
  const whole = tiledBlock(branch, shortcut);
  if (whole !== undefined) return whole;
  const { before, joined } = split(branch);
  if (joined !== undefined) {
    const run: Step['run'] = (input) => tidy(() => joined(runSteps(before, input), runSteps(shortcut, input), true));
    return { run, owned: false };
  }
  return {
    run: (input) => tidy(() => runSteps(branch, input).add_(runSteps(shortcut, input)).relu_()),
    owned: true,
  };
}

function preActivation(block: PreActivationBlock, how: How): Step {
  const [before, branch, shortcut] = [block.preactivation, block.branch, [block.shortcut]].map((layers) =>
    compile(layers, how),
  ) as [Step[], Step[], Step[]];
  const fromActivation = block.shortcutFrom === 'activation' && block.shortcut.layers.length > 0;
  const { before: first, joined } = split(branch);
  return {
    run: (input) =>
      tidy(() => {
        const activation = runSteps(before, input);
        const residual = runSteps(shortcut, fromActivation ? activation : input);
        if (joined !== undefined) return joined(runSteps(first, activation), residual, false);
        return runSteps(branch, activation).add_(residual);
      }),
    owned: true,
  };
}

/** A branch whose last step can take the block's sum in as the steps before it and that one. */
function split(branch: readonly Step[]): { before: readonly Step[]; joined: Step['joined'] } {
  return { before: branch.slice(0, -1), joined: branch.at(-1)?.joined };
}
