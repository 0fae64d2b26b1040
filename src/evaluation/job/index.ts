/**
 * Evaluations that survive being killed.
 *
 * @module
 */
export { mostWorkers, usualWorkers, type Parallel } from './attack-workers.js';
export { mostMissed } from './audit.js';
export { auditSample } from './audit-sample.js';
export { findConfidentErrors, type ConfidentErrorsOptions, type FoundConfidentErrors } from './confident-errors.js';
export { runEpsilonCurve, type EpsilonCurveOptions, type FinishedCurve } from './epsilon-curve.js';
export type { JobEnd, JobOptions } from './facts.js';
export { examplesWithin, forecastEvaluation, RemainingTime, type Forecast } from './forecast.js';
export {
  EVALUATION_BACKENDS,
  EVALUATION_ORDERS,
  identityOf,
  shortName,
  type EvaluationBackend,
  type EvaluationOrder,
  type Identity,
} from './identity.js';
export { evaluationId, unfinishedEvaluations, unusualParts, type EvaluationNaming } from './names.js';
export { autoAttackPlan, confidencePlan, attackPlan, singleAttackPlan, type AttackPlan } from './plan.js';
export { probeEvaluation, type Probe, type ProbeOptions } from './probe.js';
export { runEvaluationJob, type EvaluationJobOptions, type FinishedEvaluation } from './run-job.js';
export { selectExamples, type Selection } from './selection.js';
