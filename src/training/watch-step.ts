/**
 * Looks closely at one training step: distributions, images, the size of weights and gradients. Too expensive for every
 * step, and of use once an epoch.
 *
 * @module
 */
import { attackOf, AttackContext, isTransformation } from '../attacks/index.js';
import { noGrad, RandomStream, tidy, type Tensor } from '../engine/index.js';
import type { Monitor } from '../monitoring/index.js';
import { classificationLoss, confidence, evaluating, type Module } from '../nn/index.js';
import { imageGrid } from './image-grid.js';
import type { Recipe } from './recipe.js';
import { successRate, type StepMetrics } from './step-metrics.js';
import type { StepView } from './step.js';

/** Of a larger tensor, evenly spaced elements are counted: its distribution looks the same, 1e6 values cost 28 ms. */
const MOST_VALUES = 1 << 16;

export interface WatchedRun {
  readonly recipe: Recipe;
  readonly model: Module;
  readonly monitor: Monitor;
}

/**
 * Writes histograms and images of a step, and returns its scalars. Leaves nothing alive.
 *
 * - Histograms: `train/logits`, `train/losses`, `train/confidences` of the clean part; `train/adversarial_…` of the
 *   adversarial part, also of its objectives and norms; `weights/<parameter>` and `gradients/<parameter>`.
 * - Images: `train/images` and, in adversarial training, `train/adversarial_images` of the same images.
 * - Scalars: `weight/<parameter>` and `gradient/<parameter>`, the mean of the absolute values;
 *   `train/adversarial_success`, the share of correctly classified images that the attack turned, and
 *   `train/adversarial_objective` and `train/adversarial_norm`, the means.
 *
 * Success and objectives are what the network says in evaluation mode after the step's update.
 *
 * @param step optimizer steps done, this one included
 */
export function watchStep(
  { recipe, model, monitor }: WatchedRun,
  view: StepView,
  step: number,
  epoch: number,
): StepMetrics {
  return tidy(() =>
    noGrad(() => {
      const { images, labels, clean, adversarial } = view;
      const total = images.size(0);
      const distributions = (prefix: string, logits: Tensor, start: number) => {
        const own = labels.narrow(0, start, logits.size(0));
        distribution(monitor, `${prefix}logits`, logits, step);
        distribution(monitor, `${prefix}losses`, classificationLoss(logits, own, { reduction: 'none' }), step);
        distribution(monitor, `${prefix}confidences`, confidence(logits), step);
      };
      const picture = (tag: string, shown: Tensor) => {
        const { png, width, height } = imageGrid(shown);
        monitor.image(tag, png, width, height, step);
      };

      if (clean !== undefined) distributions('train/', clean, 0);
      if (adversarial === undefined) {
        picture('train/images', images);
        return parameterSizes(model, monitor, step);
      }
      const start = total - adversarial.images.size(0);
      distributions('train/adversarial_', adversarial.logits, start);
      picture('train/images', images.narrow(0, start, total - start));
      picture('train/adversarial_images', adversarial.images);
      const attacked = { view, start, adversarial: adversarial.images };
      return {
        ...watchAttack({ recipe, model, monitor }, attacked, step, epoch),
        ...parameterSizes(model, monitor, step),
      };
    }),
  );
}

interface Attacked {
  readonly view: StepView;
  /** The first image that was attacked, and what became of it and those after it. */
  readonly start: number;
  readonly adversarial: Tensor;
}

/** What the attack did to the network, seen in evaluation mode. */
function watchAttack(
  { recipe, model, monitor }: WatchedRun,
  { view, start, adversarial }: Attacked,
  step: number,
  epoch: number,
): StepMetrics {
  if (recipe.training.attack === undefined) return {};
  const attack = attackOf(recipe.training.attack);
  const part = (tensor: Tensor) => tensor.narrow(0, start, tensor.size(0) - start);
  const images = part(view.images);
  const restore = evaluating(model);
  try {
    const stream = new RandomStream(recipe.seed, 'training attack', epoch);
    const context = new AttackContext(model, attack.objective, images, part(view.labels), {
      stream,
      indices: part(view.indices),
    });
    const before = context.query(images);
    const after = context.query(adversarial);
    // Of pixels that moved, how far values changed says nothing.
    const norms = isTransformation(attack.norm) ? undefined : attack.norm.magnitude(adversarial.sub(images));
    distribution(monitor, 'train/adversarial_objectives', after.value, step);
    if (norms !== undefined) distribution(monitor, 'train/adversarial_norms', norms, step);
    return {
      'train/adversarial_success': successRate(before.success, after.success),
      'train/adversarial_objective': after.value.mean().item(),
      ...(norms && { 'train/adversarial_norm': norms.mean().item() }),
    };
  } finally {
    restore();
  }
}

function parameterSizes(model: Module, monitor: Monitor, step: number): StepMetrics {
  const scalars: Record<string, number> = {};
  for (const [name, weight] of model.namedParameters()) {
    distribution(monitor, `weights/${name}`, weight, step);
    scalars[`weight/${name}`] = weight.abs().mean().item();
    const { grad: gradient } = weight;
    if (gradient === null) continue;
    distribution(monitor, `gradients/${name}`, gradient, step);
    scalars[`gradient/${name}`] = gradient.abs().mean().item();
  }
  return scalars;
}

function distribution(monitor: Monitor, tag: string, values: Tensor, step: number): void {
  const every = Math.ceil(values.numel() / MOST_VALUES);
  const flat = values.detach().reshape([-1]);
  const some = every === 1 ? flat : flat.slice({ dim: 0, step: every });
  monitor.histogram(tag, some.contiguous().toTypedArray() as Float32Array, step);
}
