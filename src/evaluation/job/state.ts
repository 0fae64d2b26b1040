/**
 * A small job's saved state, opened for the time it works: what the jobs beside the main one have in common.
 *
 * @module
 */
import { readdirSync, rmdirSync } from 'node:fs';
import { requireInteger } from '../../engine/index.js';
import { evaluating } from '../../nn/index.js';
import type { Attacker } from './attacker.js';
import { openAttacker } from './open-attacker.js';
import { endOf, type Subject } from './chunk.js';
import type { JobEnd, JobOptions } from './facts.js';
import { identityOf } from './identity.js';
import { EvaluationStore, type JournalLine } from './store.js';

export interface JobState {
  readonly store: EvaluationStore;
  readonly subject: Subject;
  readonly attacker: Attacker;
}

/**
 * Opens the state of a job, or begins one, puts the network into evaluation mode and works; the network is left in the
 * mode it was in, and after an error the state is closed, for whoever goes on.
 *
 * @param settings all that decides what is computed, in one text: a saved state goes on only with the same
 * @throws SaddlepointError CHECKPOINT for a saved state of another job; FILE when the state cannot be written
 */
export async function withState<Result>(
  options: JobOptions,
  settings: string,
  work: (state: JobState) => Promise<Result>,
): Promise<Result> {
  const { model, split, folder, batchSize = 100, chooseBackend = () => 'plain', parallel, progress } = options;
  requireInteger('batchSize', batchSize, 1);
  const restore = evaluating(model);
  let store: EvaluationStore | undefined;
  let attacker: Attacker | undefined;
  try {
    store = EvaluationStore.open(folder, identityOf({ ...options, settings }), chooseBackend);
    const subject: Subject = { model, split, backend: store.backend };
    attacker = openAttacker(subject, parallel);
    return await work({ store, subject, attacker });
  } catch (error) {
    store?.close();
    throw endOf(error, store?.path);
  } finally {
    await attacker?.close();
    progress?.stop();
    restore();
  }
}

/** How a job ends of which nothing is kept beside its figures. */
export function endWithoutTrace(store: EvaluationStore): JobEnd {
  return {
    finish: () => {
      store.finish();
      if (readdirSync(store.path).length === 0) rmdirSync(store.path);
    },
    close: () => {
      store.close();
    },
  };
}

/** Of all chunks, also those of processes before. */
export function secondsOf(lines: readonly JournalLine[]): number {
  return lines.reduce((sum, line) => sum + ('seconds' in line ? line.seconds : 0), 0);
}
