/**
 * The objectives by the names recipes use. A new objective is one file and one line here.
 *
 * @module
 */
import { anyConfidenceObjective } from './any-confidence.js';
import { confidenceObjective } from './confidence.js';
import { crossEntropyObjective } from './cross-entropy.js';
import { dlrObjective } from './dlr.js';
import { guidedObjective } from './guided.js';
import { klDivergenceObjective } from './kl-divergence.js';
import { marginObjective } from './margin.js';
import { nuclearObjective } from './nuclear.js';
import type { Objective } from './objective.js';
import { squaredDistanceObjective } from './squared-distance.js';
import { targetedCrossEntropyObjective } from './targeted-cross-entropy.js';
import { targetedDlrObjective } from './targeted-dlr.js';
import { targetedMarginObjective } from './targeted-margin.js';
import { wrongLogitObjective } from './wrong-logit.js';

/** What a search may maximise, by the names that recipes use. */
export const OBJECTIVES = {
  'cross-entropy': crossEntropyObjective,
  'targeted-cross-entropy': targetedCrossEntropyObjective,
  confidence: confidenceObjective,
  'any-confidence': anyConfidenceObjective,
  'kl-divergence': klDivergenceObjective,
  'squared-distance': squaredDistanceObjective,
  guided: guidedObjective,
  nuclear: nuclearObjective,
  'wrong-logit': wrongLogitObjective,
  margin: marginObjective,
  dlr: dlrObjective,
  'targeted-dlr': targetedDlrObjective,
  'targeted-margin': targetedMarginObjective,
} as const satisfies Readonly<Record<string, Objective>>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export type { Objective } from './objective.js';
export {
  confidenceObjective,
  crossEntropyObjective,
  dlrObjective,
  klDivergenceObjective,
  marginObjective,
  targetedCrossEntropyObjective,
  targetedDlrObjective,
  targetedMarginObjective,
  wrongLogitObjective,
};
