/**
 * The flow attack as recipes and the command line know it.
 *
 * @module
 */
import { z } from 'zod';
import { defineAttack, OPTIONS } from '../definition.js';
import { TransformationAttack } from './transformation-attack.js';

export const flowAttack = defineAttack({
  label: 'Flow',
  about: 'moves every pixel by a little of its own (Xiao et al., 2018)',
  norms: ['flow'],
  steps: 40,
  options: {
    stepSize: OPTIONS.stepSize,
    start: z.enum(['uniform', 'zero']).optional(),
    smoothness: z.number().min(0).optional(),
    objective: OPTIONS.objective,
    target: OPTIONS.target,
  },
  create: (options) => new TransformationAttack({ ...options, name: 'flow' }),
});
