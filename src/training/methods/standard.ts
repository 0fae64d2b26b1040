/**
 * Standard training: the cross-entropy on the images as they are.
 *
 * @module
 */
import { classificationLoss } from '../../nn/index.js';
import { defineMethod } from './method.js';

/** Training on the images as they are. */
export const standard = defineMethod({
  attacks: false,
  softLabels: true,
  options: {},
  create: () => ({
    attacked: () => 0,
    loss({ images, labels, labelSmoothing, forward }) {
      const logits = forward(images)[0]!;
      return { loss: classificationLoss(logits, labels, { labelSmoothing }), clean: logits };
    },
  }),
});
