/**
 * Zoos of trained networks.
 *
 * @module
 */
export { fetchNetwork, listZoo, type FetchedNetwork, type ZooOptions } from './zoo.js';
export type { ZooNetwork } from './zoo-index.js';
export { shippedZoo } from './zoo-location.js';
export { zooResults } from './zoo-results.js';
export { isZooPath, zooFile, zooName } from './zoo-path.js';
export { zooTable } from './zoo-table.js';
