/**
 * One call of `saddlepoint evaluate`: what may be asked of it, and what it then works on.
 *
 * @module
 */
import type { Dataset } from '../data/index.js';
import type { AttackPlan, EvaluationBackend, EvaluationOrder } from '../evaluation/index.js';
import type { Progress } from '../monitoring/index.js';
import type { PlanOptions } from './evaluate-plans.js';
import type { EvaluationSubject, SubjectOptions } from './evaluate-subject.js';
import type { DataOptions } from './evaluation-data.js';

/** What {@link evaluateNetwork} measures, as `saddlepoint evaluate` has it; the network's own options besides. */
export interface EvaluateOptions extends PlanOptions, SubjectOptions, DataOptions {
  readonly order: EvaluationOrder;
  readonly dataset?: string;
  readonly examples?: number;
  readonly sample?: number;
  /** Seconds: as many images as fit them. */
  readonly timeLimit?: number | undefined;
  readonly cleanOnly: boolean;
  /** A folder in the layout of CIFAR-10-C: the error on these images, and no attack. */
  readonly corruptions?: string | undefined;
  readonly batchSize?: number;
  readonly workers?: number;
  /** How the attacks compute. Default: the faster one. */
  readonly backend?: EvaluationBackend | undefined;
  readonly seed?: number;
  readonly device: string;
}

/** What one call evaluates. */
export interface EvaluationRun extends Pick<EvaluationSubject, 'model' | 'description' | 'source' | 'output'> {
  readonly options: EvaluateOptions;
  readonly dataset: Dataset;
  /** None where nothing is attacked. */
  readonly plans: readonly AttackPlan[];
  readonly seed: number;
  /** How many examples were asked for. */
  readonly asked: number;
  /** The data set's name where the network was trained on another. */
  readonly elsewhere: string | undefined;
  readonly say: (line: string) => void;
  readonly progress: Progress;
}
