/**
 * The search for confident errors as a job: every round of an attack on every example, fooled or not, and each one's
 * worst image kept; saved after every chunk, so that a killed search goes on and comes to the identical images.
 *
 * @module
 */
import { SaddlepointError, tensor, tidy, type Tensor } from '../../engine/index.js';
import { silent } from '../../monitoring/index.js';
import { probabilitiesOf } from '../confidence/index.js';
import { batchOf, breathe, chunks, timed } from './chunk.js';
import type { JobEnd, JobOptions } from './facts.js';
import { putImages } from './merge.js';
import type { AttackPlan } from './plan.js';
import { endWithoutTrace, secondsOf, withState, type JobState } from './state.js';
import type { JournalLine } from './store.js';

export interface ConfidentErrorsOptions extends JobOptions {
  /** Of an attack that seeks confident errors: the objective `confidence`, or the maximum-confidence AutoAttack. */
  readonly plan: AttackPlan;
  /** Whether the images show no class, so that whatever the network says of them with confidence is an error. */
  readonly anyClass?: boolean | undefined;
}

export interface FoundConfidentErrors extends JobEnd {
  /**
   * Each example's worst image, the clean one included, float32 [M, C, H, W] on the model's device; whoever has it
   * disposes of it.
   */
  readonly images: Tensor;
  /** Of all chunks, also those of processes before. */
  readonly seconds: number;
}

/**
 * Searches, or does the rest of a search. The rounds attack the folded network; which image is an example's worst the
 * model itself says: a misclassified one before a correctly classified one, then the one with the most probable wrong
 * class. The network is left in the mode it was in.
 *
 * @throws SaddlepointError EVALUATION for logits that are no numbers; CHECKPOINT for a saved state of another search;
 *   FILE when the state cannot be written; INTERRUPTED between two chunks after the signal. After each of them the
 *   state is as it was
 */
export async function findConfidentErrors(options: ConfidentErrorsOptions): Promise<FoundConfidentErrors> {
  const { plan, split, selection } = options;
  const settings = JSON.stringify({ confidentErrors: plan.settings });
  return withState(options, settings, async (state) => {
    const lines = await search(options, state);
    const worst = worstOf(lines);
    const images = tidy(() => {
      const found = batchOf(split, selection.positions).images.to({ device: 'cpu' }).clone();
      putImages(found, selection.positions, (position) => worst.get(position), state.store);
      return found.to({ device: split.images.device });
    });
    return { images, seconds: secondsOf(lines), ...endWithoutTrace(state.store) };
  });
}

type Attempt = Extract<JournalLine, { kind: 'attempt' }>;

/** Does what the store's journal lacks. @returns the whole journal */
async function search(options: ConfidentErrorsOptions, state: JobState): Promise<readonly JournalLine[]> {
  const { plan, selection, seed, batchSize = 100, folder, progress = silent, signal, anyClass } = options;
  const { positions } = selection;
  const lines = [...state.store.lines];
  const worst = worstOf(lines);
  const rounds = plan.stages.flatMap((stage) => stage.rounds.map((_, round) => ({ stage, round })));
  const done = lines.reduce((sum, line) => sum + (line.kind === 'attempt' ? line.positions.length : 0), 0);
  progress.start(anyClass === true ? 'distal examples' : 'confident errors', positions.length * rounds.length, done);
  for (const [before, { stage, round }] of rounds.entries()) {
    let left = unattacked(positions, lines, stage.name, round);
    for (const part of chunks(left, batchSize)) {
      const [images, seconds] = await timed(() => state.attacker.perturb({ plan, stage, round, seed }, part));
      try {
        const [found, rows] = judge(options, part, images, worst);
        const line: Attempt = { kind: 'attempt', stage: stage.name, round, positions: part, ...found, seconds };
        saveLine(state, line, images, rows);
        remember(worst, line, lines.length);
        lines.push(line);
      } finally {
        images.dispose();
      }
      left = left.slice(part.length);
      progress.update(positions.length * (before + 1) - left.length);
      await breathe(folder, signal);
    }
  }
  return lines;
}

function unattacked(
  positions: readonly number[],
  lines: readonly JournalLine[],
  stage: string,
  round: number,
): number[] {
  const done = new Set(
    lines.flatMap((line) =>
      line.kind === 'attempt' && line.stage === stage && line.round === round ? line.positions : [],
    ),
  );
  return positions.filter((position) => !done.has(position));
}

/** An example's worst image so far, and where it lies. */
interface Worst {
  readonly wrong: boolean;
  readonly confidence: number;
  readonly line: number;
  readonly row: number;
}

function worstOf(lines: readonly JournalLine[]): Map<number, Worst> {
  const worst = new Map<number, Worst>();
  lines.forEach((line, number) => {
    if (line.kind === 'attempt') remember(worst, line, number);
  });
  return worst;
}

function remember(worst: Map<number, Worst>, { improved, wrong, confidence }: Attempt, line: number): void {
  improved.forEach((position, row) => {
    worst.set(position, { wrong: wrong[row]!, confidence: confidence[row]!, line, row });
  });
}

/** What the model itself says of a round's images: which are worse than those before. Their rows come second. */
function judge(
  { model, split, anyClass }: ConfidentErrorsOptions,
  positions: readonly number[],
  images: Tensor,
  before: ReadonlyMap<number, Worst>,
): [Pick<Attempt, 'improved' | 'wrong' | 'confidence'>, number[]] {
  const { labels, clean } = tidy(() => {
    const batch = batchOf(split, positions);
    return { labels: batch.labels.toNumbers(), clean: probabilitiesOf(model, batch.images) };
  });
  const found = tidy(() => probabilitiesOf(model, images.to({ device: split.images.device })));
  const lookAtRow = (probabilities: readonly Float64Array[], row: number) =>
    lookAt(probabilities[row]!, anyClass === true ? undefined : labels[row]!, positions[row]!);
  const looks = found.map((_, row) => lookAtRow(found, row));
  // No numbers are no confidence: such an image leaves the one before it the worst.
  const rows = [...positions.keys()].filter(
    (row) => looks[row] !== undefined && isWorse(looks[row], before.get(positions[row]!) ?? lookAtRow(clean, row)),
  );
  const of = <Value>(value: (row: number) => Value) => rows.map(value);
  return [
    {
      improved: of((row) => positions[row]!),
      wrong: of((row) => looks[row]!.wrong),
      confidence: of((row) => looks[row]!.confidence),
    },
    rows,
  ];
}

type Look = Pick<Worst, 'wrong' | 'confidence'>;

/**
 * The most probable wrong class; the network errs where it is more probable than the true one, or comes before it.
 * Without a label every class is wrong.
 */
function lookAt(probabilities: Float64Array, label: number | undefined, position: number): Look {
  if (probabilities.some(Number.isNaN)) {
    throw new SaddlepointError('EVALUATION', `expected logits that are numbers, received NaN for example ${position}`);
  }
  if (label === undefined) return { confidence: Math.max(...probabilities), wrong: true };
  let best = label === 0 ? 1 : 0;
  for (let k = best + 1; k < probabilities.length; k += 1) {
    if (k !== label && probabilities[k]! > probabilities[best]!) best = k;
  }
  const [confidence, own] = [probabilities[best]!, probabilities[label]!];
  return { confidence, wrong: confidence > own || (confidence === own && best < label) };
}

function isWorse(look: Look, before: Look): boolean {
  return look.wrong === before.wrong ? look.confidence > before.confidence : look.wrong;
}

function saveLine({ store }: JobState, line: Attempt, images: Tensor, rows: readonly number[]): void {
  if (rows.length === 0) {
    store.append(line);
    return;
  }
  tidy(() => {
    store.append(line, { images: images.indexSelect(0, tensor(BigInt64Array.from(rows, BigInt))) });
  });
}
