/**
 * Attacks and the parts they are built from.
 *
 * @module
 */
export { Attack, better, Victim, type AttackRandomness, type AttackResult, type Observation } from './attack.js';
export { createAttack, type AttackDescription } from './create-attack.js';
export { INITIALIZATIONS, type Initialization, type InitializationName } from './initializations/index.js';
export { linf, NORMS, type Norm, type NormName } from './norms/index.js';
export { crossEntropyObjective, OBJECTIVES, type Objective, type ObjectiveName } from './objectives/index.js';
export { Pgd, type PgdOptions } from './pgd.js';
export { withRestarts } from './restarts.js';
