/**
 * One chunk of an evaluation: some examples, looked at as they are, or attacked once; and what happens between two.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Attack, AttackResult, AttackRound } from '../../attacks/index.js';
import { gatherBatch, type Batch, type Split } from '../../data/index.js';
import { ops, SaddlepointError, tensor, tidy, withTf32, type RandomStream, type Tensor } from '../../engine/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { countWrong, wrongByMajority } from '../majority.js';
import type { EvaluationBackend } from './identity.js';

/** The network, in evaluation mode, and where its examples are. */
export interface Subject {
  readonly model: Module;
  readonly split: Split;
  readonly backend: EvaluationBackend;
  /** By the majority of how many draws of a randomised network an error counts. Default 1. */
  readonly draws?: number | undefined;
}

/** What of the positions the network gets wrong as they are. Leaves nothing alive. */
export function cleanChunk({ model, split, draws = 1 }: Subject, positions: readonly number[]): number[] {
  const wrong = tidy(() => {
    const { images, labels } = batchOf(split, positions);
    return wrongByMajority(model, images, labels, draws).toNumbers();
  });
  return positions.filter((_, row) => wrong[row] === 1);
}

/** Tensors of the images that fool, one a row; none where there is none. */
export interface FoundImages {
  readonly images: Tensor | undefined;
  /** Of a transformation: what they were made with. */
  readonly parameters?: Tensor | undefined;
}

/** The images are of the fooled ones, in that order. */
export interface ChunkFinding extends FoundImages {
  readonly fooled: readonly number[];
  /** Those of the fooled ones for which the network gives no numbers. */
  readonly unanswered: readonly number[];
}

/** The images are of the rows, in that order. */
export interface BatchFinding extends FoundImages {
  /** Rows of the batch. */
  readonly rows: readonly number[];
  /** Those of the rows for which the network gives no numbers. */
  readonly unanswered: readonly number[];
}

/** Attacks the examples as {@link attackBatch} does. Leaves alive the images it returns. */
export function attackChunk(
  subject: Subject,
  round: AttackRound,
  stream: RandomStream,
  positions: readonly number[],
): ChunkFinding {
  return tidy(() => {
    const { rows, unanswered, ...found } = attackBatch(subject, round, stream, batchOf(subject.split, positions));
    const at = (row: number) => positions[row]!;
    return { fooled: rows.map(at), unanswered: unanswered.map(at), ...found };
  });
}

/**
 * Attacks a batch on the folded network; what it finds counts where the model itself, in evaluation mode, gets it
 * wrong. Leaves alive the images it returns.
 */
export function attackBatch(
  { model, backend, draws = 1 }: Pick<Subject, 'model' | 'backend' | 'draws'>,
  round: AttackRound,
  stream: RandomStream,
  batch: Batch,
): BatchFinding {
  return tidy(() => {
    const network = new AttackNetwork(model, FROZEN_BACKENDS[backend]);
    const folded = confirm(model, draws, batch.labels, runRound(round.create(), network, backend, stream, batch));
    const found = [folded];
    // Where the margin is no more than rounding, the search may have stopped too early: at an image that fools the
    // folded network alone. These are attacked once more, on the model itself.
    if (folded.unconfirmed.numel() > 0) {
      const labels = batch.labels.indexSelect(0, folded.unconfirmed);
      const images = batch.images.indexSelect(0, folded.unconfirmed);
      const indices = batch.indices.indexSelect(0, folded.unconfirmed.to({ device: batch.indices.device }));
      const anew = runRound(round.create(), model, 'plain', stream, { images, labels, indices });
      const again = confirm(model, draws, labels, anew);
      const rowsOf = (rows: Tensor) => folded.unconfirmed.indexSelect(0, rows);
      found.push({ ...again, rows: rowsOf(again.rows), unanswered: rowsOf(again.unanswered) });
    }
    const rows = found.flatMap((one) => one.rows.toNumbers());
    const together = (parts: readonly Tensor[]) =>
      rows.length === 0 || parts.length === 0 ? undefined : ops.cat(parts).to({ device: 'cpu' });
    return {
      rows,
      images: together(found.map((one) => one.images)),
      parameters: together(found.flatMap((one) => one.parameters ?? [])),
      unanswered: found.flatMap((one) => one.unanswered.toNumbers()),
    };
  });
}

/** The images a round ends with, of every example, on the CPU: nobody asks whether they fool. Leaves them alive. */
export function perturbBatch(
  { model, backend }: Pick<Subject, 'model' | 'backend'>,
  round: AttackRound,
  stream: RandomStream,
  batch: Batch,
): Tensor {
  return tidy(() => {
    const network = new AttackNetwork(model, FROZEN_BACKENDS[backend]);
    return runRound(round.create(), network, backend, stream, batch).images.to({ device: 'cpu' });
  });
}

/** One round of an attack as an evaluation runs it: in its backend, and whatever the scale of the logits is. */
export function runRound(
  attack: Attack,
  network: Module,
  backend: EvaluationBackend,
  stream: RandomStream,
  { images, labels, indices }: Batch,
): AttackResult {
  const run = () => attack.run(network, images, labels, { stream, indices }, { scaleFree: true });
  return backend === 'tf32' ? withTf32(run) : run();
}

interface Confirmed {
  /** int64: rows of what was attacked that the model itself gets wrong, */
  readonly rows: Tensor;
  /** and their images, */
  readonly images: Tensor;
  /** with what they were made with, of a transformation. */
  readonly parameters: Tensor | undefined;
  /** int64: rows of those for which the model gives no numbers, */
  readonly unanswered: Tensor;
  /** and rows that only the attacked network gets wrong. */
  readonly unconfirmed: Tensor;
}

/**
 * Looks with the model itself at what an attack calls fooled. No numbers are no answer, which is an error like a wrong
 * one; but it is said apart, as it may be the network's arithmetic that fails and not its judgement.
 */
function confirm(model: Module, draws: number, labels: Tensor, result: AttackResult): Confirmed {
  const { success, images, parameters } = result;
  const candidates = rowsWhere(success);
  if (candidates.numel() === 0) {
    const none = candidates;
    const unfound = { images: images.indexSelect(0, none), parameters: parameters?.indexSelect(0, none) };
    return { rows: none, ...unfound, unanswered: none, unconfirmed: none };
  }
  const found = images.indexSelect(0, candidates);
  const { wrong, unanswered } = countWrong(model, found, labels.indexSelect(0, candidates), draws);
  const isError = wrong.gt(draws / 2);
  const confirmed = rowsWhere(isError);
  const rows = candidates.indexSelect(0, confirmed);
  return {
    rows,
    images: found.indexSelect(0, confirmed),
    parameters: parameters?.indexSelect(0, rows),
    unanswered: candidates.indexSelect(0, rowsWhere(isError.logicalAnd(unanswered.gt(0)))),
    unconfirmed: candidates.indexSelect(0, rowsWhere(isError.logicalNot())),
  };
}

export function batchOf(split: Split, positions: readonly number[]): Batch {
  return tidy(() => gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt))));
}

function rowsWhere(flags: Tensor): Tensor {
  return tidy(() => flags.nonzero().squeeze(1));
}

export function* chunks(positions: readonly number[], size: number): Generator<number[]> {
  for (let start = 0; start < positions.length; start += size) yield positions.slice(start, start + size);
}

/** With the seconds it took, in thousandths. */
export async function timed<Result>(work: () => Result | Promise<Result>): Promise<[Result, number]> {
  const started = performance.now();
  const result = await work();
  return [result, Number(((performance.now() - started) / 1000).toFixed(3))];
}

/**
 * Between two chunks: lets others have a turn.
 *
 * @param path of the saved state
 * @throws SaddlepointError INTERRUPTED after the signal
 */
export async function breathe(path: string, signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  if (signal?.aborted === true) throw stoppedWith(path);
}

/** What a job ends with after an error: where a signal ended an operator, it says where the state is. */
export function endOf(error: unknown, path: string | undefined): unknown {
  const interrupted = error instanceof SaddlepointError && error.code === 'INTERRUPTED';
  return interrupted && path !== undefined ? stoppedWith(path) : error;
}

function stoppedWith(path: string): SaddlepointError {
  const message = `the evaluation was stopped; its state is in ${path}, and the same command goes on`;
  return new SaddlepointError('INTERRUPTED', message);
}
