/**
 * Where an evaluation and its count differ. float32 rounds otherwise in a batch of another size, which may turn an
 * example whose two largest logits are all but equal, and new draws of a randomised network turn one that its draws do
 * not agree on; whatever differs beside that has another cause, and then no number is true.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { Answers } from './answers.js';

/**
 * As a share of the logits' size. Convolutions of other batch sizes differ by a few 1e-6 of their outputs; deep
 * networks and GPUs by ten times as much.
 */
const ROUNDING = 1e-4;

interface Counted {
  /** Of the images as they are, at the verifier's batch size; */
  readonly clean: Answers;
  /** of the adversarial ones, there, */
  readonly here: Answers;
  /** and at the evaluation's. */
  readonly there: Answers;
}

interface Claims {
  readonly fooled?: readonly boolean[] | undefined;
  readonly wrong?: readonly boolean[] | undefined;
}

/**
 * @returns the indices of the examples that rounding turns
 * @throws SaddlepointError EVALUATION where other examples differ
 */
export function disagreements(
  examples: readonly { readonly index: number }[],
  { fooled, wrong }: Claims,
  { clean, here, there }: Counted,
): number[] {
  const near = (answers: Answers, row: number) => answers.leads[row]! <= ROUNDING;
  const differ = { clean: [] as number[], attacked: [] as number[], batches: [] as number[] };
  const rounded: number[] = [];
  for (const [row, { index }] of examples.entries()) {
    const counts = clean.wrong[row]! || here.wrong[row]!;
    const isNear = { clean: near(clean, row), attacked: near(here, row) || near(there, row) };
    const differs = {
      clean: wrong !== undefined && wrong[row] !== clean.wrong[row],
      attacked: fooled !== undefined && fooled[row] !== counts,
      batches: here.wrong[row] !== there.wrong[row],
    };
    if (differs.clean && !isNear.clean) differ.clean.push(index);
    else if (differs.attacked && !isNear.attacked && !isNear.clean) differ.attacked.push(index);
    else if (differs.batches && !isNear.attacked) differ.batches.push(index);
    else if (differs.clean || differs.attacked || differs.batches) rounded.push(index);
  }
  const problems = [
    describe(differ.clean, 'without perturbation, so the clean error differs', wrong, clean.wrong),
    describe(differ.attacked, 'under attack'),
    describe(differ.batches, 'at another batch size'),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return rounded;
  throw new SaddlepointError(
    'EVALUATION',
    `no robust error is issued: of ${examples.length} examples the verifier sees ${problems.join(', and ')}; rounding explains none of them. Were weights, architecture, normalisation or data others when the attacks ran, or does the network answer otherwise from call to call?`,
  );
}

const SHOWN = 5;

function describe(
  indices: readonly number[],
  how: string,
  claimed?: readonly boolean[],
  counted?: readonly boolean[],
): string | undefined {
  if (indices.length === 0) return undefined;
  const shown = indices.slice(0, SHOWN).join(', ');
  const errors = (flags: readonly boolean[]) => flags.filter(Boolean).length;
  const counts = claimed && counted ? ` (${errors(claimed)} errors claimed, ${errors(counted)} counted)` : '';
  return `${indices.length} otherwise ${how}${counts} (${indices.length > SHOWN ? `indices ${shown}, …` : `index ${shown}`})`;
}
