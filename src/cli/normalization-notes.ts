/**
 * Weights do not say whether their network was trained on normalised images: a network that takes them as they are computes
 * something, and its error is another one. That is said, and so is an error that smells of it.
 *
 * @module
 */
import { noGrad, ops, tensor, tidy, type Tensor } from '../engine/index.js';
import { count, gatherBatch, type Split } from '../data/index.js';
import type { ModelDescription } from '../models/index.js';
import { misclassified, type Module } from '../nn/index.js';
import { loadWeights, type EvaluationSubject } from './evaluate-subject.js';

/** How many images are looked at. */
const EXAMPLES = 128;
/** Standard deviations of a difference that chance alone would not make. */
const SURPRISE = 3;

/** Sentences for the notes of a result; none for a network that says its normalisation or can have none. */
export function normalizationNotes(
  { model, source }: Pick<EvaluationSubject, 'model' | 'source'>,
  split: Split,
): string[] {
  const { file, description } = source;
  const options = (description?.options ?? {}) as Readonly<Record<string, unknown>>;
  const isTold = source.described !== false || options.normalize !== undefined;
  if (isTold || file === undefined || description === undefined || !('normalize' in model)) return [];
  const assumed =
    'no normalisation assumed: the weights do not say which there was; --set normalize="{ mean: [...], std: [...] }" says it';
  const suspicion = smell(model, file, description, split);
  return suspicion === undefined ? [assumed] : [assumed, suspicion];
}

/** Compares with the same weights behind the images' own mean and deviation. */
function smell(model: Module, file: string, description: ModelDescription, split: Split): string | undefined {
  const total = count(split);
  const positions = Array.from({ length: Math.min(EXAMPLES, total) }, (_, i) =>
    Math.floor((i * total) / Math.min(EXAMPLES, total)),
  );
  return tidy(() => {
    const { images, labels } = gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt)));
    const perChannel = images.transpose(0, 1).flatten({ startDim: 1 });
    const mean = perChannel.mean(1).toNumbers();
    const squares = perChannel.mul(perChannel).mean(1).toNumbers();
    const std = squares.map((square, channel) => Math.sqrt(square - mean[channel]! ** 2));
    if (!std.every((value) => value > 0)) return undefined;
    const options = { ...description.options, normalize: { mean, std } };
    using other = loadWeights(file, { ...description, options } as ModelDescription).to(images.device);
    const [asIs, normalized] = [wrongOf(model, images, labels), wrongOf(other, images, labels)];
    const better = asIs.filter((wrong, i) => wrong && !normalized[i]).length;
    const worse = normalized.filter((wrong, i) => wrong && !asIs[i]).length;
    if (better - worse <= SURPRISE * Math.sqrt(better + worse)) return undefined;
    const errors = (flags: readonly boolean[]) => `${flags.filter(Boolean).length}`;
    return `of ${positions.length} images the network gets ${errors(asIs)} wrong as they are, and ${errors(normalized)} after their mean and deviation are taken off: was it trained on normalised images?`;
  });
}

function wrongOf(model: Module, images: Tensor, labels: Tensor): boolean[] {
  model.evaluate();
  const parts: Tensor[] = [];
  for (let start = 0; start < images.dimension(0); start += 64) {
    const part = images.slice({ dim: 0, start, end: Math.min(images.dimension(0), start + 64) });
    parts.push(tidy(() => noGrad(() => model.forward(part).detach())));
  }
  return misclassified(ops.cat(parts), labels)
    .toNumbers()
    .map((flag) => flag === 1);
}
