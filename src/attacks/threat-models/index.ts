/**
 * Threat models by the names recipes use, as `norm` with `epsilon` for the size. A new one is one file and one line
 * here, and a measure of the verifier's own.
 *
 * @module
 */
import { Registry, type PartForm } from '../../engine/index.js';
import { NORMS } from '../norms/index.js';
import { affine, rotationTranslation } from './affine.js';
import { flow } from './flow.js';
import { frame } from './frame.js';
import { patch } from './patch.js';
import { pixels } from './pixels.js';
import type { ThreatModel } from './threat-model.js';
import { unconstrained } from './unconstrained.js';
import { isUnionName, unionOf } from './union.js';

const OWN = {
  ...NORMS,
  patch,
  frame,
  pixels,
  unconstrained,
  affine,
  'rotation-translation': rotationTranslation,
  flow,
} as const;

const FORM: PartForm<ThreatModel> = {
  keys: {
    name: 'a text',
    magnitude: 'a function',
    steepestAscent: 'a function',
    scaled: 'a function',
    project: 'a function',
    onSphere: 'a function',
    uniform: 'a function',
    requireEpsilon: 'a function',
    diameter: 'a function',
    searchRadius: 'a function',
    finalRadius: 'a function',
  },
};

/** By name, or of a union by its members; `THREAT_MODELS.add` adds one from outside. */
export const THREAT_MODELS = new Registry<ThreatModel>('a norm', OWN, FORM, (name) =>
  isUnionName(name) ? unionOf(name) : undefined,
);

/** Of one from outside, any other name. */
export type ThreatModelName = keyof typeof OWN | (string & {});
export type { Draw, ThreatModel } from './threat-model.js';
export { isUnionName, UNION_EXAMPLE, UNION_NORMS, unionOf, type Union, type UnionMember } from './union.js';
export { drawParameters, isTransformation, type Transformation } from './transformation.js';
export { affine, flow, frame, patch, rotationTranslation, unconstrained };
