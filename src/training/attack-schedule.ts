/**
 * An attack that changes in the course of a training: weak ones are cheap and do while the network still learns what
 * to look at, strong ones matter at its end (Cai, Liu and Song, "Curriculum Adversarial Training", IJCAI 2018).
 *
 * @module
 */
import { attackOf, type Attack, type AttackDescription } from '../attacks/index.js';

/** From this share of the optimizer steps on, these values replace the attack's. */
export interface AttackChange {
  readonly from: number;
  readonly epsilon?: number | undefined;
  readonly steps?: number | undefined;
  readonly stepSize?: number | undefined;
}

/** The attack of optimizer step 0, 1, 2, …: a pure function, so that a resumed run needs no state. */
export type AttackSchedule = (step: number) => Attack;

/**
 * The attack of each optimizer step.
 *
 * @param total optimizer steps of the training
 */
export function attackSchedule(
  description: AttackDescription,
  changes: readonly AttackChange[],
  total: number,
): AttackSchedule {
  const first = attackOf(description);
  const phases = changes.map(({ from, ...change }) => {
    const { epsilon, steps, stepSize } = description;
    const changed = {
      epsilon: change.epsilon ?? epsilon,
      steps: change.steps ?? steps,
      stepSize: change.stepSize ?? stepSize,
    };
    return { first: Math.ceil(from * total), attack: attackOf({ ...description, ...changed }) };
  });
  return (step) => phases.reduce((attack, phase) => (step >= phase.first ? phase.attack : attack), first);
}
