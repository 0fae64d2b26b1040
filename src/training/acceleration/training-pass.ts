/**
 * The forward pass of a training step, as a machine does it fastest.
 *
 * @module
 */
import { autocast, convolutionLimits, hasBfloat16, type Device, type Tensor } from '../../engine/index.js';
import { BatchNorm2d, Conv2d, fitsTiles, isExactly, supportsNativeKernels, type Module } from '../../nn/index.js';

/**
 * How the pass computes: the ways maps lie in memory; `winograd`, which is channels-last with our own convolutions; and
 * `bfloat16`, which is channels-last in LibTorch's automatic mixed precision: convolutions (our own on a processor with
 * tiles, and so is batch norm, with the ReLU behind it) and matrix products in bfloat16, the loss in float32, and so
 * are weights, their gradients and running statistics.
 */
export const TRAINING_BACKENDS = ['contiguous', 'channels-last', 'winograd', 'bfloat16'] as const;
export type TrainingBackend = (typeof TRAINING_BACKENDS)[number];

/**
 * The logits, float32 [N, K], of images [N, C, H, W] in training mode. The backends give the same to rounding,
 * `bfloat16` to its own, which has 8 bits. Leaves alive what it returns.
 */
export function forwardToTrain(model: Module, images: Tensor, backend: TrainingBackend): Tensor {
  const layers = Array.from(model.modules(), ([, layer]) => layer);
  const convolutions = layers.filter((layer) => layer instanceof Conv2d);
  const norms = layers.filter((layer) => layer instanceof BatchNorm2d);
  for (const layer of convolutions) layer.nativeKernels = kernelsOf(layer, backend);
  for (const layer of norms) layer.nativeKernels = backend === 'bfloat16' && hasKernels(layer);
  try {
    const input = images.contiguous({ memoryFormat: backend === 'contiguous' ? 'contiguous' : 'channels-last' });
    const forward = () => model.train().forward(input);
    // The backward pass of each operator computes in the type that its forward pass had, also outside of autocast.
    return backend === 'bfloat16' ? autocast('bfloat16', forward, images.device).to({ dtype: 'float32' }) : forward();
  } finally {
    for (const layer of [...convolutions, ...norms]) layer.nativeKernels = false;
  }
}

function kernelsOf(layer: Conv2d, backend: TrainingBackend): Conv2d['nativeKernels'] {
  if (backend === 'winograd' && layer.supportsNativeKernels) return 'float32';
  return backend === 'bfloat16' && fitsTiles(layer) && 'bfloat16';
}

function hasKernels(layer: BatchNorm2d): boolean {
  return convolutionLimits().tiles && isExactly(layer, BatchNorm2d);
}

/** The backends whose gradients can be differentiated once more. */
export const TWICE_DIFFERENTIABLE: readonly TrainingBackend[] = ['contiguous', 'channels-last'];

/**
 * The backends that differ for this model where it is, and that the method can use. `bfloat16` is not among them on a
 * CPU that would emulate it.
 */
export function trainingBackendsFor(
  model: Module,
  device: Device,
  { differentiatesTwice = false }: { readonly differentiatesTwice?: boolean | undefined } = {},
): readonly TrainingBackend[] {
  return (differentiatesTwice ? TWICE_DIFFERENTIABLE : TRAINING_BACKENDS).filter((backend) => {
    if (backend === 'winograd') return supportsNativeKernels(model);
    return backend !== 'bfloat16' || hasBfloat16(device);
  });
}
