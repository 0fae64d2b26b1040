/**
 * The frozen view of a model that attacks run on.
 *
 * @module
 */
export { AttackNetwork, FROZEN_BACKENDS, PLAIN_BACKEND, type FrozenBackend, type Prepared } from './attack-network.js';
export { searchedNetwork } from './searched-network.js';
