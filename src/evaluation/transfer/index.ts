/**
 * Images attacked on one network, shown to others.
 *
 * @module
 */
export { transferMatrix, type TransferMatrix, type TransferNetwork, type TransferOptions } from './transfer-matrix.js';
