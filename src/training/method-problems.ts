/**
 * What a training method asks of the rest of a recipe's `training`.
 *
 * @module
 */
import { isTransformation, OBJECTIVES, THREAT_MODELS, type AttackDescription } from '../attacks/index.js';
import type { AttackBackend } from './acceleration/attack-backend.js';
import { TWICE_DIFFERENTIABLE, type TrainingBackend } from './acceleration/training-pass.js';
import type { AttackChange } from './attack-schedule.js';
import { METHODS, type MethodName } from './methods/index.js';
import { unwatched, type OverfittingWatchOptions } from './overfitting/watch-schema.js';
import { isReestimated, type WeightAverageOptions } from './weights/average-schema.js';

/** What of a `training` a method may ask for. */
interface Training {
  readonly method: MethodName;
  readonly attack?: AttackDescription | undefined;
  readonly attackSchedule?: readonly AttackChange[] | undefined;
  readonly attackBackend?: AttackBackend | 'auto' | undefined;
  readonly attackSplit?: number | 'auto' | undefined;
  readonly overfittingWatch?: OverfittingWatchOptions | undefined;
  readonly weightAverage?: WeightAverageOptions | undefined;
  readonly backend: TrainingBackend | 'auto';
}

/** What is wrong, and at which key of `training`. */
interface Problem {
  readonly path: string[];
  readonly message: string;
}

/** Keys of an attack that say how far it may go, and not how it gets there. */
const THREAT = ['name', 'norm', 'epsilon', 'fraction'];

/** Everything in which the training is none that its method can do. */
export function methodProblems(training: Training): Problem[] {
  const own = METHODS.get(training.method).problem?.({ ...training });
  return [
    ...attackProblems(training),
    ...watchProblems(training),
    ...averageProblems(training),
    ...backendProblems(training),
    ...(own === undefined ? [] : [{ path: [own.key], message: own.message }]),
  ];
}

function attackProblems({ method, attack, attackSchedule = [], attackBackend, attackSplit }: Training): Problem[] {
  const { attackNames, asksShare, ownSteps } = METHODS.get(method);
  if (attack === undefined) return [];
  if (attackNames !== undefined && !attackNames.includes(attack.name)) {
    const message = `expected an attack that ${method} can train with: ${attackNames.join(', ')}`;
    return [{ path: ['attack', 'name'], message }];
  }
  if (asksShare === true && isTransformation(THREAT_MODELS.get(attack.norm))) {
    const message =
      `expected an attack that changes values: ${method} asks how far each was moved, and pixels that move say ` +
      'nothing of it';
    return [{ path: ['attack', 'norm'], message }];
  }
  const objective = attack.objective === undefined ? undefined : OBJECTIVES[attack.objective];
  if (objective?.ignoresLabels === true) {
    const message = `expected an objective with a right class: ${objective.name} is for noise, see evaluation.distal`;
    return [{ path: ['attack', 'objective'], message }];
  }
  if (ownSteps !== true) return [];
  // One step is what every attack here has that nobody asked for more.
  const said = (settings: object, known: readonly string[]) =>
    Object.entries(settings)
      .filter(([key, value]) => !known.includes(key) && value !== undefined && !(key === 'steps' && value === 1))
      .map(([key]) => key);
  const paths = [
    ...said(attack, THREAT).map((key) => ['attack', key]),
    ...attackSchedule.flatMap((change, i) =>
      said(change, ['from', 'epsilon']).map((key) => ['attackSchedule', String(i), key]),
    ),
    ...(attackBackend === 'auto' ? [] : [['attackBackend']]),
    ...(attackSplit === undefined ? [] : [['attackSplit']]),
  ];
  const message = `${method} takes its own steps, and norm and epsilon alone of an attack: leave this out`;
  return paths.map((path) => ({ path, message }));
}

function watchProblems({ method, attack, attackSchedule = [], overfittingWatch, weightAverage }: Training): Problem[] {
  if (overfittingWatch === undefined) return [];
  const reason =
    weightAverage?.name === 'swa'
      ? 'going back undoes updates that an average of equal shares has counted'
      : unwatched(attack, attackSchedule, METHODS.get(method).ownSteps === true);
  return reason === undefined ? [] : [{ path: ['overfittingWatch'], message: `leave it out: ${reason}` }];
}

function averageProblems({ method, weightAverage }: Training): Problem[] {
  if (METHODS.get(method).averages !== true) return [];
  const path = ['weightAverage'];
  if (weightAverage === undefined) {
    const message =
      'this method learns from the average of its weights: set training.weightAverage, e.g. { decay: 0.995 }';
    return [{ path, message }];
  }
  if (weightAverage.name !== 'swa' && !isReestimated(weightAverage)) return [];
  const message = 'this method asks the average at every step: expected an exponential one with batchNorm: averaged';
  return [{ path, message }];
}

function backendProblems({ method, backend }: Training): Problem[] {
  if (METHODS.get(method).differentiatesTwice !== true) return [];
  if (backend === 'auto' || TWICE_DIFFERENTIABLE.includes(backend)) return [];
  const known = ['auto', ...TWICE_DIFFERENTIABLE].join(', ');
  return [{ path: ['backend'], message: `the loss of this method has a gradient in it: expected one of ${known}` }];
}
