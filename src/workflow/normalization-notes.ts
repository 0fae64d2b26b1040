/**
 * Weights do not say whether their network was trained on normalised images: a network that takes them as they are
 * computes something, and its error is another one. That is said; and where the error smells of it, it is asked.
 *
 * @module
 */
import { SaddlepointError, tensor, tidy, type Tensor } from '../engine/index.js';
import { count, gatherBatch, type Split } from '../data/index.js';
import { logitsOf, spread } from '../evaluation/index.js';
import { ARCHITECTURES, NORMALIZATION_PRESETS, type ModelDescription } from '../models/index.js';
import { misclassified, type Module } from '../nn/index.js';
import type { EvaluationSubject } from './evaluate-subject.js';

/** How many images are looked at. */
const EXAMPLES = 128;
/** Standard deviations of a difference that chance alone would not make. */
const SURPRISE = 3;
const ASSUMED =
  'no normalisation assumed: the weights do not say which there was; --preset, or --mean and --std, say it, and --preset none that there was none';

export type SubjectWeights = Pick<EvaluationSubject, 'model' | 'description' | 'loadAs' | 'normalizationKnown'>;

interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Sentences for the notes of a result; none for a network that says its normalisation or can have none.
 *
 * @throws SaddlepointError ARGUMENT, with what each choice would give, where the network is far better on normalised
 *   images
 */
export function normalizationNotes(subject: SubjectWeights, split: Split): string[] {
  const { description, loadAs, normalizationKnown } = subject;
  const canHave = 'normalize' in ARCHITECTURES.get(description.architecture).options.shape;
  if (loadAs === undefined || normalizationKnown === true || !canHave) return [];
  const question = tidy(() => questionOf(subject.model, description, loadAs, split));
  if (question !== undefined) throw new SaddlepointError('ARGUMENT', question);
  return [ASSUMED];
}

/**
 * Compares with the same weights behind the images' own mean and deviation, and where that helps behind every known
 * one.
 */
function questionOf(
  model: Module,
  description: ModelDescription,
  loadAs: (description: ModelDescription) => Module,
  split: Split,
): string | undefined {
  const positions = spread(count(split), EXAMPLES);
  const looked = positions.length;
  const { images, labels } = gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt)));
  const own = statisticsOf(images);
  if (own === undefined) return undefined;
  const wrongBehind = (normalize: Normalization): boolean[] => {
    using other = loadAs({ ...description, options: { ...description.options, normalize } });
    return wrongOf(other.to(images.device), images, labels);
  };
  const [asIs, normalized] = [wrongOf(model, images, labels), wrongBehind(own)];
  if (!isSurprising(asIs, normalized)) return undefined;
  const short = (numbers: readonly number[]) => numbers.map((x) => Number(x.toFixed(4))).join(',');
  const known = Object.entries(NORMALIZATION_PRESETS).filter(([, { mean }]) => mean.length === own.mean.length);
  const choices = [
    ...known.map(([name, preset]) => [`--preset ${name}`, wrongBehind(preset)] as const),
    [`--mean ${short(own.mean)} --std ${short(own.std)}`, normalized] as const,
    ['--preset none', asIs] as const,
  ];
  const lines = choices.map(
    ([flag, wrong]) => `    ${flag}  ${wrong.filter(Boolean).length} of ${looked} images wrong`,
  );
  return `the weights do not say what normalised the images, and the network looks as if something had. Say which:\n${lines.join('\n')}`;
}

/** Of each colour plane; undefined where one is the same everywhere. */
function statisticsOf(images: Tensor): Normalization | undefined {
  const perChannel = images.transpose(0, 1).flatten({ startDim: 1 });
  const mean = perChannel.mean(1).toNumbers();
  const squares = perChannel.mul(perChannel).mean(1).toNumbers();
  const std = squares.map((square, channel) => Math.sqrt(square - mean[channel]! ** 2));
  return std.every((value) => value > 0) ? { mean, std } : undefined;
}

/** Whether chance alone would hardly put so many more images right than wrong. */
function isSurprising(before: readonly boolean[], after: readonly boolean[]): boolean {
  const better = before.filter((wrong, i) => wrong && !after[i]).length;
  const worse = after.filter((wrong, i) => wrong && !before[i]).length;
  return better - worse > SURPRISE * Math.sqrt(better + worse);
}

function wrongOf(model: Module, images: Tensor, labels: Tensor): boolean[] {
  model.eval();
  return misclassified(logitsOf(model, images), labels)
    .toNumbers()
    .map((flag) => flag === 1);
}
