/**
 * A network's first weights, each drawn from a stream named by the seed and the parameter's own name: adding a layer
 * changes no other layer's weights.
 *
 * @module
 */
import { noGrad, RandomStream, tidy } from '../engine/index.js';
import { ones, zeros } from './initializers.js';
import type { Module } from './module.js';

/** Fills every parameter of a model; the same seed gives the same weights on every device. */
export function initialize<M extends Module>(model: M, seed: number): M {
  noGrad(() => {
    for (const [name, parameter] of model.namedParameters()) {
      const { initializer } = parameter;
      if (initializer === undefined) continue;
      tidy(() => parameter.copy_(initializer(parameter.shape, new RandomStream(seed, 'initialization', name))));
    }
  });
  return model;
}

/**
 * Whether nobody has set the weights of a model yet: all of those that start as random numbers are zeros, as layers
 * make them. False for a model without any.
 */
export function isUntouched(model: Module): boolean {
  const random = model.parameters().filter(({ initializer }) => ![undefined, zeros, ones].includes(initializer));
  return random.length > 0 && tidy(() => random.every((parameter) => parameter.any().item() === 0));
}
