/**
 * Whether a layer is what its class says.
 *
 * @module
 */
import type { Module } from './module.js';

type Constructor<Layer extends Module> = new (...options: never[]) => Layer;

/**
 * Whether a layer is made by this class itself and has no `forward` of its own: a subclass may compute something else.
 */
export function isExactly<Layer extends Module>(
  layer: Module | undefined,
  type: Constructor<Layer>,
): layer is Layer & Module {
  return layer?.constructor === type && !Object.hasOwn(layer, 'forward');
}
