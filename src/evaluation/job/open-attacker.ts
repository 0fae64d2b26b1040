/**
 * Chooses who carries out a job's attacks, and is the one that does it in this thread.
 *
 * @module
 */
import { tidy } from '../../engine/index.js';
import { AttackWorkers, type Parallel } from './attack-workers.js';
import type { Attacker } from './attacker.js';
import { attackChunk, batchOf, perturbBatch, type Subject } from './chunk.js';
import { streamOf } from './plan.js';

/** @param parallel what to do it with beside this thread; undefined for this thread alone */
export function openAttacker(subject: Subject, parallel: Parallel | undefined): Attacker {
  return parallel === undefined || parallel.workers === 1 ? attackHere(subject) : new AttackWorkers(subject, parallel);
}

function attackHere(subject: Subject): Attacker {
  return {
    attack: ({ plan, stage, round, seed }, positions) => {
      const one = stage.rounds[round]!;
      const counting = { ...subject, draws: plan.draws };
      return Promise.resolve(attackChunk(counting, one, streamOf(plan, seed, stage, one), positions));
    },
    perturb: ({ plan, stage, round, seed }, positions) => {
      const one = stage.rounds[round]!;
      const stream = streamOf(plan, seed, stage, one);
      return Promise.resolve(tidy(() => perturbBatch(subject, one, stream, batchOf(subject.split, positions))));
    },
    close: () => Promise.resolve(),
  };
}
