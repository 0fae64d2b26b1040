/**
 * The affine attack as recipes and the command line know it.
 *
 * @module
 */
import { z } from 'zod';
import { defineAttack, OPTIONS } from '../definition.js';
import { SEARCHES, TransformationAttack } from './transformation-attack.js';

export const affineAttack = defineAttack({
  label: 'Affine',
  about: 'shifts, shears, scales and turns an image (Engstrom et al., 2019)',
  norms: ['affine', 'rotation-translation'],
  steps: 10,
  options: {
    stepSize: OPTIONS.stepSize,
    search: z.enum(SEARCHES).optional(),
    start: z.enum(['uniform', 'zero']).optional(),
    objective: OPTIONS.objective,
    target: OPTIONS.target,
  },
  create: (options) => new TransformationAttack({ ...options, name: 'affine' }),
});
