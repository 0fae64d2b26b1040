/**
 * ColorShape, the second part of IDBH (Li and Spratling, "Data Augmentation Alone Can Improve Adversarial Training",
 * ICLR 2023, section 4.2 and appendix): each image is changed by one operation of colour or shape, of random strength.
 * Which ones are frequent is the policy: `colour` was found best for CIFAR-10, `shape` for SVHN.
 *
 * Where the paper's code shears and turns it fills with black, and so does this, unless `fill` says otherwise.
 *
 * @module
 */
import { z } from 'zod';
import { tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { fillLevels, fillOption } from './fill.js';
import { addTo, applyGroups, requireColours, type Groups } from './operations/groups.js';
import type { OperationName } from './operations/index.js';

/** An operation, its probability, and the smallest and largest strength; `shear` is along either side. */
type Choice = readonly [
  operation:
    | Extract<OperationName, 'colour' | 'brightness' | 'contrast' | 'sharpness' | 'autocontrast' | 'equalize' | 'turn'>
    | 'shear',
  probability: number,
  least?: number,
  most?: number,
];

/** Degrees are whole numbers; shears are angles in radians; the others are an image's weight beside a plainer one. */
export const COLOUR_SHAPE_POLICIES: Readonly<Record<'colour' | 'shape', readonly Choice[]>> = {
  colour: [
    ['colour', 0.125, 0.1, 1.9],
    ['brightness', 0.125, 0.5, 1.9],
    ['contrast', 0.125, 0.5, 1.9],
    ['sharpness', 0.125, 0.1, 1.9],
    ['autocontrast', 0.125],
    ['equalize', 0.125],
    ['shear', 0.125, 0.05, 0.15],
    ['turn', 0.125, 1, 10],
  ],
  shape: [
    ['colour', 0.08, 0.1, 1.9],
    ['brightness', 0.08, 0.5, 1.9],
    ['contrast', 0.04, 0.5, 1.9],
    ['sharpness', 0.08, 0.1, 1.9],
    ['autocontrast', 0.04],
    ['equalize', 0.08],
    ['shear', 0.3, 0.05, 0.35],
    ['turn', 0.3, 1, 30],
  ],
};

const DRAWS = 4;

/** Draws four numbers for each image: the operation, its strength, the sign of a shape's, and a shear's side. */
export const colourShape = defineAugmentation({
  options: z.strictObject({
    policy: z.enum(['colour', 'shape']).default('colour'),
    fill: fillOption.unwrap().default(0),
  }),
  create:
    ({ policy, fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const colour = fillLevels(fill, requireColours('colour-shape', images));
        const levels = images.mul(255).round();
        applyGroups(levels, drawGroups(COLOUR_SHAPE_POLICIES[policy], stream, indices), colour);
        return levels.div(255);
      }),
});

function drawGroups(policy: readonly Choice[], stream: RandomStream, indices: Tensor): Groups {
  const numbers = tidy(() => stream.uniform(indices, [DRAWS]).toNumbers());
  const groups: Groups = new Map();
  for (let row = 0; row < numbers.length / DRAWS; row += 1) {
    const [roll = 0, strength = 0, sign = 0, side = 0] = numbers.slice(row * DRAWS, (row + 1) * DRAWS);
    const [operation, , least = 0, most = 0] = chosen(policy, roll);
    const signed = sign < 0.5 ? -1 : 1;
    if (operation === 'shear') {
      const amount = signed * Math.tan(least + strength * (most - least));
      addTo(groups, side < 0.5 ? 'slantX' : 'slantY', row, amount);
    } else if (operation === 'turn') {
      addTo(groups, operation, row, signed * (least + Math.floor(strength * (most - least + 1))));
    } else {
      addTo(groups, operation, row, least + strength * (most - least));
    }
  }
  return groups;
}

/** The choice that a number in [0, 1) falls on; the last one where the sum of the others is rounded to 1. */
function chosen(policy: readonly Choice[], roll: number): Choice {
  let sum = 0;
  return policy.find(([, probability]) => roll < (sum += probability)) ?? policy.at(-1)!;
}
