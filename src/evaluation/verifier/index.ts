/**
 * Counts a robust error again, from the saved adversarial images and nothing else: every distance in float64, the
 * box, every prediction at another batch size than the evaluation's. Only what stands then is issued, and nothing where
 * the evaluation and the count differ by more than rounding. Nothing here comes from the attacks.
 *
 * @module
 */
import { requireInteger, requireNumber, SaddlepointError, tensor, Tensor, tidy } from '../../engine/index.js';
import { count, type Split } from '../../data/index.js';
import { evaluating, type Module } from '../../nn/index.js';
import { wilsonInterval } from '../interval.js';
import { standardErrorOfDraws } from '../majority.js';
import { outcomesOf } from '../paired/outcomes.js';
import { answersOf, type Answers } from './answers.js';
import { budgetCheck, type BudgetCheck } from './budget-check.js';
import { disagreements } from './disagreements.js';
import type { Verification } from './verification.js';

export type { Verification } from './verification.js';
export { DISTANCES, distanceIn, type Distance } from './distances.js';
export { roundWithin } from './eight-bit.js';
export { movesPixels } from './transformations.js';

/** What an evaluation leaves behind. */
export interface AdversarialImages {
  /** float32 [N, C, H, W]; the unperturbed image where no attack succeeded. */
  readonly adversarial: Tensor;
  /** The images' positions in the split, N of them. */
  readonly positions: readonly number[];
  /** Whether the evaluation says that the example is misclassified, perturbed or not. */
  readonly fooled?: readonly boolean[] | undefined;
  /** Whether it says that the example is misclassified without perturbation. */
  readonly wrong?: readonly boolean[] | undefined;
  /** Of a transformation: what each image was made with, float32 [N, P]. */
  readonly parameters?: Tensor | undefined;
}

export interface VerifyOptions {
  /** `linf`, `l2`, `l1`, `l0`, `patch`, `frame`, `affine`, `rotation-translation`, `flow`, or one from outside. */
  readonly norm: string;
  readonly epsilon: number;
  /** The evaluation's; the verifier takes another as well. */
  readonly batchSize: number;
  /** By how much a distance may exceed epsilon, relatively: for images of other tools. Default 0. */
  readonly tolerance?: number | undefined;
  /** By the majority of how many draws of a randomised network an error counts. Default 1. */
  readonly draws?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Confirms a robust error. The network is asked in evaluation mode and left in the mode it was in; no tensor stays
 * alive.
 *
 * @throws SaddlepointError EVALUATION when an image leaves budget or box, the answer to an unperturbed image is not a
 *   number, or predictions differ from the evaluation's or between batch sizes by more than rounding (of a randomised
 *   network, chance) explains: then there is no robust error to issue; ARGUMENT for images or positions of another form
 */
export async function verify(
  model: Module,
  split: Split,
  images: AdversarialImages,
  options: VerifyOptions,
): Promise<Verification> {
  const { norm, batchSize, draws = 1, signal } = options;
  requireInteger('draws', draws, 1);
  const epsilon = requireNumber('epsilon', options.epsilon, 0);
  requireInteger('batchSize', batchSize, 1);
  const shape = split.images.shape.slice(1);
  const budget = budgetCheck(norm, epsilon, shape, options.tolerance ?? 0);
  const examples = readExamples(split, images);
  const largestDistance = requireAllowed(examples, budget, options);
  const rounded = examples.map(budget.round);
  const fractions = (bytes: Uint8Array) => Float32Array.from(bytes, (byte) => byte / 255);

  const other = anotherBatchSize(batchSize, examples.length);
  const labels = examples.map(({ label }) => label);
  const answersAt = (size: number, pixels: readonly Float32Array[]) =>
    answersOf(model, { pixels, shape, labels }, { batchSize: size, draws, device: split.images.device, signal });
  const restore = evaluating(model);
  try {
    const adversarial = examples.map(({ image }) => image);
    const originals = examples.map(({ bytes }) => fractions(bytes));
    const clean = await answersAt(other, originals);
    requireAnswers(clean, examples);
    const here = await answersAt(other, adversarial);
    const there = await answersAt(batchSize, adversarial);
    const coarse = await answersAt(other, rounded.map(fractions));
    const disagreeing = disagreements(examples, images, { clean, here, there });
    const unanswered = examples.flatMap(({ index }, row) => (here.unanswered[row] && here.wrong[row] ? [index] : []));
    const worstDraws = here.wrongDraws.map((count, row) => Math.max(count, clean.wrongDraws[row]!));
    return {
      norm,
      epsilon,
      examples: examples.length,
      batchSizes: [batchSize, other],
      largestDistance,
      cleanErrors: clean.wrong.filter(Boolean).length,
      ...rate(clean.wrong, here.wrong),
      outcomes: outcomesOf(clean.wrong, here.wrong),
      disagreeing,
      ...(unanswered.length === 0 ? {} : { unanswered }),
      ...(draws === 1 ? {} : { draws, standardError: standardErrorOfDraws(worstDraws, draws) }),
      rounded: {
        largestDistance: rounded.reduce((most, bytes, i) => Math.max(most, budget.roundedSize(examples[i]!, bytes)), 0),
        ...rate(clean.wrong, coarse.wrong),
        lost: here.wrong.filter((fooled, row) => fooled && !clean.wrong[row]! && !coarse.wrong[row]!).length,
      },
    };
  } finally {
    restore();
  }
}

interface Example {
  /** In the data set's file. */
  readonly index: number;
  readonly label: number;
  readonly bytes: Uint8Array;
  readonly image: Float32Array;
  readonly parameters: Float32Array | undefined;
}

function readExamples(split: Split, images: AdversarialImages): Example[] {
  const { adversarial, positions, fooled, wrong, parameters } = images;
  const shape = split.images.shape.slice(1);
  const expected = [positions.length, ...shape];
  if (
    !(adversarial instanceof Tensor) ||
    adversarial.dtype !== 'float32' ||
    adversarial.shape.join() !== expected.join()
  ) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected adversarial images as float32 [${expected.join(', ')}], one a position, received ` +
        String(adversarial),
    );
  }
  if (positions.length === 0 || new Set(positions).size !== positions.length) {
    throw new SaddlepointError('ARGUMENT', 'expected at least one position, and none twice');
  }
  for (const flags of [fooled, wrong]) {
    if (flags === undefined || flags.length === positions.length) continue;
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${positions.length} flags, one an image, received ${flags.length}`,
    );
  }
  if (parameters !== undefined && (parameters.dtype !== 'float32' || parameters.shape[0] !== positions.length)) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected parameters as float32 [${positions.length}, P], one row an image, received ${String(parameters)}`,
    );
  }
  positions.forEach((position) => requireInteger('a position', position, 0, count(split) - 1));
  const size = shape.reduce((product, length) => product * length, 1);
  const pixels = adversarial.toTypedArray() as Float32Array;
  const made = parameters?.toTypedArray() as Float32Array | undefined;
  const each = (made?.length ?? 0) / positions.length;
  const [bytes, labels] = tidy(() => {
    const where = tensor(BigInt64Array.from(positions, BigInt), { device: split.images.device });
    return [split.images.indexSelect(0, where).toTypedArray(), split.labels.indexSelect(0, where).toNumbers()] as const;
  });
  return positions.map((position, row) => ({
    index: split.offset + position,
    label: labels[row]!,
    bytes: (bytes as Uint8Array).subarray(row * size, (row + 1) * size),
    image: pixels.subarray(row * size, (row + 1) * size),
    parameters: made?.subarray(row * each, (row + 1) * each),
  }));
}

/** The largest distance, when every image is within budget and box. */
function requireAllowed(
  examples: readonly Example[],
  { check }: BudgetCheck,
  { norm, epsilon }: VerifyOptions,
): number {
  const violations: string[] = [];
  let largest = 0;
  for (const example of examples) {
    const { size, problem } = check(example);
    largest = Math.max(largest, size);
    if (problem !== undefined) violations.push(`image ${example.index} ${problem}`);
  }
  if (violations.length === 0) return largest;
  const shown = violations.slice(0, 3).join('; ');
  const more = violations.length > 3 ? `; and ${violations.length - 3} more` : '';
  throw new SaddlepointError(
    'EVALUATION',
    `no robust error is issued: expected adversarial images in [0, 1] within ${norm} distance ${epsilon}, but ` +
      `${shown}${more}. The attack, or the file of its images, is broken`,
  );
}

/** A network that has no answer to images as they are can be given no error at all. */
function requireAnswers({ unanswered }: Answers, examples: readonly Example[]): void {
  const first = unanswered.indexOf(true);
  if (first === -1) return;
  throw new SaddlepointError(
    'EVALUATION',
    'no robust error is issued: expected logits that are numbers, received NaN for ' +
      `${unanswered.filter(Boolean).length} unperturbed images, the first of index ${examples[first]!.index}`,
  );
}

function rate(clean: readonly boolean[], attacked: readonly boolean[]) {
  const errors = attacked.filter((fooled, row) => fooled || clean[row] === true).length;
  return { errors, robustError: errors / clean.length, interval: wilsonInterval(errors, clean.length) };
}

/** About half, so that every image has other company; never the same where there is a choice. */
function anotherBatchSize(batchSize: number, examples: number): number {
  const used = Math.min(batchSize, examples);
  return used === 1 ? Math.min(2, examples) : Math.ceil(used / 2);
}
