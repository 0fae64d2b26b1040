/**
 * A norm as an attack needs it: the threat model of a ball.
 *
 * @module
 */
import type { ThreatModel } from '../threat-models/threat-model.js';

export interface Norm extends ThreatModel {
  /** The same norm whose steepest ascent moves another share of the entries, where it has such a share. */
  readonly withFraction?: (fraction: number) => Norm;
}
