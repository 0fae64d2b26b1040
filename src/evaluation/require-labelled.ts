/**
 * Which attacks an error can be measured with.
 *
 * @module
 */
import type { Attack } from '../attacks/index.js';
import { SaddlepointError } from '../engine/index.js';

/** @throws SaddlepointError ARGUMENT for an attack that looks for no error */
export function requireLabelled({ objective }: Attack): void {
  if (objective.ignoresLabels !== true) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected an objective with a right class for a robust error, received ${objective.name}, which is for noise: ` +
      'evaluation.distal. Use cross-entropy',
  );
}
