/**
 * No perturbation: the image itself, as the basic iterative method starts.
 *
 * @module
 */
import { ops } from '../../engine/index.js';
import type { Initialization } from './initialization.js';

export const zero: Initialization = {
  name: 'zero',
  random: false,
  perturbation: (images) => ops.zerosLike(images),
};
