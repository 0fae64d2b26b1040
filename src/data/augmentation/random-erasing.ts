/**
 * Random erasing (Zhong et al., "Random Erasing Data Augmentation", AAAI 2020, algorithm 1): a rectangle of random
 * area, shape and place is filled with noise or a colour. The label stays.
 *
 * Deviation: ten rectangles are drawn in place of one after the other until one fits into the image. Of a square image
 * with the paper's values the image stays whole in about one case in 10^13.
 *
 * @module
 */
import { z } from 'zod';
import { ops, tidy } from '../../engine/index.js';
import { defineAugmentation } from './augmentation.js';
import { colourTensor, fillColour, fillOption } from './fill.js';
import { insideRectangles, type Rectangle } from './mixture.js';

const TRIES = 10;
const NOTHING: Rectangle = { top: 0, bottom: 0, left: 0, right: 0 };
const share = z.number().gt(0).max(1);

export const randomErasing = defineAugmentation({
  options: z.strictObject({
    probability: z.number().min(0).max(1).default(0.5),
    /** The smallest and largest share of the image that is erased. */
    area: z
      .tuple([share, share])
      .refine(([least, most]) => least <= most, 'expected the smaller share first')
      .default([0.02, 0.4]),
    /** The smallest ratio of the rectangle's sides; the largest is its inverse. */
    aspect: share.default(0.3),
    /** `random`: noise of its own in every pixel, the paper's best; or a colour. */
    fill: z.union([z.literal('random'), fillOption.unwrap()]).default('random'),
  }),
  create:
    ({ probability, area, aspect, fill }) =>
    (images, stream, indices) =>
      tidy(() => {
        const [, channels = 0, height = 0, width = 0] = images.shape;
        const chances = stream.uniform(indices, []).toNumbers();
        const tries = stream.derive('rectangle').uniform(indices, [TRIES, 4]).toNumbers();
        const rectangleOf = (example: number): Rectangle => {
          for (let at = 4 * TRIES * example; at < 4 * TRIES * (example + 1); at += 4) {
            const pixels = height * width * (area[0] + tries[at]! * (area[1] - area[0]));
            const ratio = aspect + tries[at + 1]! * (1 / aspect - aspect);
            const [tall, wide] = [Math.round(Math.sqrt(pixels * ratio)), Math.round(Math.sqrt(pixels / ratio))];
            if (tall >= height || wide >= width) continue;
            const top = Math.floor(tries[at + 2]! * (height - tall + 1));
            const left = Math.floor(tries[at + 3]! * (width - wide + 1));
            return { top, bottom: top + tall, left, right: left + wide };
          }
          return NOTHING;
        };
        const erased = insideRectangles(
          chances.map((chance, example) => (chance < probability ? rectangleOf(example) : NOTHING)),
          images,
        );
        const filling =
          fill === 'random'
            ? stream.derive('noise').uniform(indices, [channels, height, width], images.device)
            : colourTensor(fillColour(fill, channels), images);
        return ops.where(erased, filling, images);
      }),
});
