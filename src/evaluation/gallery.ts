/**
 * Some images before and after an attack, ready to be shown.
 *
 * @module
 */
import { attackOf, isTransformation, THREAT_MODELS, withRestarts, type AttackDescription } from '../attacks/index.js';
import { noGrad, RandomStream, tensor, tidy, type Tensor } from '../engine/index.js';
import { gatherBatch, type Dataset } from '../data/index.js';
import { confidence, evaluating, predictions as classesOf, type Module } from '../nn/index.js';
import { encodePng } from './png.js';
import type { Gallery, GalleryItem } from './results.js';

/** The first test example of each class, so that the choice is nobody's. */
export function firstOfEachClass(dataset: Dataset): number[] {
  const labels = dataset.test.labels.toNumbers();
  return dataset.classes.map((_, label) => labels.indexOf(label)).filter((index) => index >= 0);
}

export interface GalleryOptions {
  readonly attack: AttackDescription;
  readonly restarts: number;
  readonly seed: number;
  /** Positions in the test set. Default: the first of each class. */
  readonly positions?: readonly number[];
}

/** Attacks the chosen test images and records what the network says before and after. */
export function makeGallery(model: Module, dataset: Dataset, options: GalleryOptions): Gallery {
  const { attack: description, restarts, seed, positions = firstOfEachClass(dataset) } = options;
  const { epsilon, name, norm } = description;
  // Full contrast at the budget: a pixel at ±epsilon becomes black or white. An epsilon of moves says nothing of
  // values.
  const scale = isTransformation(THREAT_MODELS.get(norm)) ? 1 : Math.max(1, Math.round(0.5 / epsilon));
  const restore = evaluating(model);
  try {
    const items = tidy(() => {
      const batch = gatherBatch(dataset.test, tensor(BigInt64Array.from(positions, BigInt)));
      const stream = new RandomStream(seed, 'gallery');
      const { images } = withRestarts(attackOf(description), restarts, model, batch.images, batch.labels, {
        stream,
        indices: batch.indices,
      });
      const before = predictions(model, batch.images);
      const after = predictions(model, images);
      const labels = batch.labels.toNumbers();
      const className = (label: number) => dataset.classes[label] ?? String(label);
      return positions.map((index, row): GalleryItem => {
        const original = batch.images.select(0, row);
        const adversarial = images.select(0, row);
        return {
          index,
          label: className(labels[row]!),
          original: base64(original),
          adversarial: base64(adversarial),
          perturbation: base64(adversarial.sub(original).mul(scale).add(0.5)),
          cleanPrediction: className(before.classes[row]!),
          cleanConfidence: before.confidences[row]!,
          adversarialPrediction: className(after.classes[row]!),
          adversarialConfidence: after.confidences[row]!,
        };
      });
    });
    return { attack: name, norm, epsilon, scale, items };
  } finally {
    restore();
  }
}

function predictions(model: Module, images: Tensor): { classes: number[]; confidences: number[] } {
  return tidy(() => {
    const logits = noGrad(() => model.forward(images));
    return { classes: classesOf(logits).toNumbers(), confidences: confidence(logits).toNumbers() };
  });
}

function base64(image: Tensor): string {
  return Buffer.from(encodePng(image)).toString('base64');
}
