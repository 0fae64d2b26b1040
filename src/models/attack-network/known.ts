/**
 * Which layers the attack network knows. A subclass may compute something else than its parent, so a layer counts as
 * one of a class only where nothing between the two can have changed what it computes: an attack on another function
 * than the network's would find errors that the network does not have, and miss those it has.
 *
 * @module
 */
import {
  Chain,
  Conv2d,
  Dropout,
  Dropout2d,
  EndPaddedConv2d,
  Identity,
  isExactly,
  ReLU,
  type Module,
} from '../../nn/index.js';
import { PreActivationBlock } from '../pre-activation-block.js';
import { BasicBlock, Bottleneck, type ResidualBlock } from '../residual-blocks.js';

/**
 * Whether a layer does no more than its parts in order. Every network is a subclass of `Chain`, which says what the
 * parts are; one with another `forward` is not opened.
 */
export function isPlainChain(layer: Module): layer is Chain {
  return layer instanceof Chain && sameForward(layer, Chain.prototype);
}

/** The layers in the order of computation, plain chains opened, those without effect in evaluation mode left out. */
export function openChains(layers: readonly Module[]): Module[] {
  return layers.flatMap((layer) => {
    if (isPlainChain(layer)) return openChains(layer.layers);
    return isIdle(layer) ? [] : [layer];
  });
}

/** Whether a layer returns its input in evaluation mode. */
export function isIdle(layer: Module): boolean {
  return [Identity, Dropout, Dropout2d].some((type) => isExactly<Module>(layer, type));
}

/** A convolution: after its zeros where it pads the input itself. */
export function isConvolution(layer: Module): layer is Conv2d {
  return isExactly(layer, Conv2d) || isExactly(layer, EndPaddedConv2d);
}

/** A block whose sum goes through an ordinary ReLU. */
export function isResidual(layer: Module): layer is ResidualBlock {
  return (isExactly(layer, BasicBlock) || isExactly(layer, Bottleneck)) && isExactly(layer.relu, ReLU);
}

export function isPreActivation(layer: Module): layer is PreActivationBlock {
  return isExactly(layer, PreActivationBlock);
}

function sameForward(layer: Module, parent: Pick<Module, 'forward'>): boolean {
  return Reflect.get(layer, 'forward') === Reflect.get(parent, 'forward');
}
