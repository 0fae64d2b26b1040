/**
 * The fast adaptive boundary attack.
 *
 * @module
 */
export { Fab, fabAttack, type FabOptions } from './fab.js';
export { HYPERPLANE_NORMS, stepOntoHyperplane } from './hyperplane-projection.js';
