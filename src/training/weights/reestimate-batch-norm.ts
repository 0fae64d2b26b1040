/**
 * Batch norm's running statistics of averaged weights: those of the weights on the way are not theirs (Izmailov et al.,
 * "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018, section 3.2).
 *
 * Deviation: dropout is off, as it is where the statistics are used; torch.optim.swa_utils.update_bn leaves it on.
 *
 * @module
 */
import { noGrad, tidy, type Tensor } from '../../engine/index.js';
import { BatchNorm2d, type Module } from '../../nn/index.js';

/**
 * Replaces the running statistics by the mean of the batches', each batch weighing the same. Leaves the network in
 * evaluation mode; one without batch norm, or without a batch, as it was.
 *
 * @param batches images, float32 [N, C, H, W]; each is looked at before the next is asked for
 */
export function reestimateBatchNorm(model: Module, batches: Iterable<Tensor>): void {
  const layers = [...model.modules()].flatMap(([, layer]) => (layer instanceof BatchNorm2d ? [layer] : []));
  if (layers.length === 0) return;
  const momenta = layers.map(({ momentum }) => momentum);
  model.eval();
  for (const layer of layers) layer.training = true;
  try {
    let seen = 0;
    for (const images of batches) {
      seen += 1;
      // The cumulative mean; the first batch replaces what was there.
      for (const layer of layers) layer.momentum = 1 / seen;
      tidy(() => {
        noGrad(() => {
          if (seen === 1) for (const layer of layers) layer.num_batches_tracked.zero_();
          model.forward(images);
        });
      });
    }
  } finally {
    for (const [i, layer] of layers.entries()) layer.momentum = momenta[i]!;
    model.eval();
  }
}
