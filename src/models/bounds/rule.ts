/**
 * How the output of a layer is bounded when its input lies in a box: a rule for each class of layers.
 *
 * @module
 */
import type { DType, Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import type { AffineMap } from './affine-map.js';
import type { Box } from './box.js';

type Constructor<Layer extends Module> = new (...options: never[]) => Layer;

/**
 * Two lines for each number between which an activation lies within its box: lowerSlope x + lowerShift and upperSlope x
 * + upperShift, all of the box's shape.
 */
export interface Lines {
  readonly lowerSlope: Tensor;
  readonly lowerShift: Tensor;
  readonly upperSlope: Tensor;
  readonly upperShift: Tensor;
}

/** The rule of a class of layers; those whose `forward` another class or object has changed are not meant. */
export type BoundRule<Layer extends Module = Module> = { readonly layer: Constructor<Layer> } & (
  | {
      /** Of a layer that is affine in evaluation mode. Tensors of `dtype`, with gradient to the layer's weights. */
      readonly affine: (layer: Layer, dtype: DType) => AffineMap;
    }
  | {
      /** The box of the outputs, exact or wider, in float32's rounding. */
      readonly interval: (layer: Layer, input: Box) => Box;
      /** Of an activation that works on each number alone. Without it CROWN refuses the layer. */
      readonly lines?: (input: Box) => Lines;
    }
);

/** Keeps the types of the layer. */
export function defineBoundRule<Layer extends Module>(rule: BoundRule<Layer>): BoundRule {
  return rule as unknown as BoundRule;
}

/** The interval of a layer that grows with every input, whose ends are its outputs at the ends. */
export function monotone(layer: Module, { lower, upper }: Box): Box {
  return { lower: layer.forward(lower), upper: layer.forward(upper) };
}
