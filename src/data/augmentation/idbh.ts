/**
 * IDBH, "improved diversity and balanced hardness" (Li and Spratling, "Data Augmentation Alone Can Improve Adversarial
 * Training", ICLR 2023): flip, Cropshift, one operation of colour or shape, random erasing, in this order. An
 * augmentation by itself: others need not stand beside it.
 *
 * The policies and their numbers are those of the authors' code; `cifar10-weak` is the paper's for small networks and
 * `cifar10-strong` for those that have capacity, where images are erased always and not every other time.
 *
 * Deviation: the ratio of an erased rectangle's sides is uniform on 0.3 to 1 / 0.3, as `random-erasing` has it, where
 * torchvision's is uniform in its logarithm on 0.3 to 3.3.
 *
 * @module
 */
import { z } from 'zod';
import { defineAugmentation } from './augmentation.js';
import { colourShape } from './colour-shape.js';
import { compose } from './compose.js';
import { cropShift } from './crop-shift.js';
import { flip } from './flip.js';
import { randomErasing } from './random-erasing.js';

/** What the policies differ in. */
const POLICIES = {
  'cifar10-weak': { most: 10, policy: 'colour', erased: 0.5, area: [0.02, 0.33] },
  'cifar10-strong': { most: 10, policy: 'colour', erased: 1, area: [0.02, 0.33] },
  svhn: { most: 8, policy: 'shape', erased: 1, area: [0.02, 0.5] },
} as const;

export const idbh = defineAugmentation({
  options: z.strictObject({
    policy: z.enum(['cifar10-weak', 'cifar10-strong', 'svhn']).default('cifar10-weak'),
  }),
  create: ({ policy: name }) => {
    const { most, policy, erased, area } = POLICIES[name];
    const [from, to] = area;
    const whole = compose([
      { name: 'flip', apply: flip.create({ probability: 0.5 }) },
      { name: 'crop-shift', apply: cropShift.create({ most, fill: 0 }) },
      { name: 'colour-shape', apply: colourShape.create({ policy, fill: 0 }) },
      {
        name: 'random-erasing',
        apply: randomErasing.create({ probability: erased, area: [from, to], aspect: 0.3, fill: 0 }),
      },
    ]);
    return (images, stream, indices) => whole.apply(images, stream, indices);
  },
});
