/**
 * The frozen view of a model that attacks run on.
 *
 * @module
 */
export { AttackNetwork, FROZEN_FORMS, PLAIN_FORM, type FrozenForm } from './attack-network.js';
