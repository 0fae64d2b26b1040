/**
 * State dicts of other people's networks: whose they are, by what names, and how they become ours.
 *
 * @module
 */
export { describeForeign, type AskedNetwork, type ForeignNetwork } from './describe-foreign.js';
export { draftLayers, type DraftLayer } from './draft-layers.js';
export { fillFrom } from './fill-from.js';
export { PYTORCH_NAMES, renamePyTorchState } from './pytorch-names.js';
export { readNetwork } from './read-network.js';
export type { NetworkProblem, NetworkReading, OpenOption, Reading } from './reading.js';
export { unwrapState, type UnwrappedState } from './unwrap.js';
