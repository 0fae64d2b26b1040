/**
 * What an attack searches.
 *
 * @module
 */
import type { Module } from '../../nn/index.js';
import { AttackNetwork, type FrozenBackend } from './attack-network.js';

/** The model's attack network in this backend, or without one the model itself. */
export function searchedNetwork(model: Module, backend: FrozenBackend | null | undefined): Module {
  return backend === null || backend === undefined ? model : new AttackNetwork(model, backend);
}
