/**
 * The forward pass of a training step, as a machine does it fastest.
 *
 * @module
 */
import type { Tensor } from '../engine/index.js';
import { Conv2d, suitsWinograd, type Module } from '../nn/index.js';

/** How maps lie in memory; `winograd` is channels-last with our own 3 × 3 convolutions. */
export const TRAINING_LAYOUTS = ['contiguous', 'channels-last', 'winograd'] as const;
export type TrainingLayout = (typeof TRAINING_LAYOUTS)[number];

/**
 * The logits, float [N, K], of images [N, C, H, W] in training mode. The layouts give the same to rounding.
 * Leaves alive what it returns.
 */
export function forwardToTrain(model: Module, images: Tensor, layout: TrainingLayout): Tensor {
  for (const [, layer] of model.modules()) {
    if (layer instanceof Conv2d) layer.winograd = layout === 'winograd' && layer.suitsWinograd;
  }
  const memoryFormat = layout === 'contiguous' ? 'contiguous' : 'channels-last';
  return model.train().forward(images.contiguous({ memoryFormat }));
}

/** The layouts that differ for this model where it is. */
export function layoutsFor(model: Module): readonly TrainingLayout[] {
  return TRAINING_LAYOUTS.filter((layout) => layout !== 'winograd' || suitsWinograd(model));
}
