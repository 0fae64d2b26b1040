/**
 * A worker: a thread with a copy of the network, which attacks the images it is sent.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  describeFailure,
  importInherited,
  pack,
  setOwnThreads,
  tidy,
  transferable,
  unpack,
  unpackState,
} from '../../engine/index.js';
import { createModel } from '../../models/index.js';
import { attackBatch, perturbBatch } from './chunk.js';
import { planFrom, streamOf, type AttackPlan } from './plan.js';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './worker-messages.js';

const { description, state, backend, threads } = workerData as WorkerStart;
const port = parentPort!;

await importInherited();
setOwnThreads(threads);
const model = createModel(description, 0).eval();
tidy(() => {
  model.loadStateDict(unpackState(state));
});
let known: { source: string; plan: AttackPlan } | undefined;

port.on('message', (task: WorkerTask) => {
  const answer = answerTo(task);
  port.postMessage(answer, 'images' in answer && answer.images ? transferable([answer.images]) : []);
});

function answerTo({ source, stage: name, round, seed, wanted, images, labels, indices }: WorkerTask): WorkerAnswer {
  try {
    const plan = planOf(source);
    const stage = plan.stages.find((each) => each.name === name)!;
    const one = stage.rounds[round]!;
    return tidy(() => {
      const batch = { images: unpack(images), labels: unpack(labels), indices: unpack(indices) };
      const stream = streamOf(plan, seed, stage, one);
      if (wanted === 'all') {
        return { rows: [], images: pack(perturbBatch({ model, backend }, one, stream, batch)), unanswered: [] };
      }
      const {
        rows,
        images: found,
        unanswered,
      } = attackBatch({ model, backend, draws: plan.draws }, one, stream, batch);
      return { rows, images: found && pack(found), unanswered };
    });
  } catch (error) {
    return { failed: describeFailure(error) };
  }
}

/** Made once for all its tasks. */
function planOf(source: WorkerTask['source']): AttackPlan {
  const text = JSON.stringify(source);
  if (known?.source !== text) known = { source: text, plan: planFrom(source) };
  return known.plan;
}
