/**
 * What a certified error by bounds says, and the form in which it lies in a run folder (`evaluation/bounds/*.json`).
 *
 * @module
 */
import type { BoundMethod, CertifiedErrors } from './certified-error.js';
import type { Provenance } from './provenance/provenance.js';

/** The robust error that an attack found on these very images: the largest of its evaluations. */
export interface BoundedAttack {
  readonly name: string;
  readonly epsilon: number;
  readonly errors: number;
  readonly error: number;
}

/** `evaluation/bounds/<id>.json` */
export interface BoundsResult extends CertifiedErrors {
  readonly of: Provenance;
  readonly dataset: string;
  readonly split: string;
  readonly examples: number;
  readonly method: BoundMethod;
  readonly norm: 'linf';
  readonly epsilon: number;
  /** Attacks on the same network and images, of at most this budget: no one's error may be larger. */
  readonly attacks: readonly BoundedAttack[];
  readonly notes: readonly string[];
  readonly seconds: number;
}
