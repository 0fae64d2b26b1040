/**
 * Which network, data and engine a result is of.
 *
 * @module
 */
export { hashArchitecture, hashExamples, hashModel } from './fingerprint.js';
export { describeSource, provenanceOf, type NetworkSource } from './describe.js';
export {
  nameNetwork,
  networkKey,
  type AttackProvenance,
  type DataProvenance,
  type EngineProvenance,
  type NetworkProvenance,
  type Provenance,
} from './provenance.js';
