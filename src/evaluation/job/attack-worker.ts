/**
 * A worker: a thread with a copy of the network, which attacks the images it is sent.
 *
 * @module
 */
import { serve, type Served } from '../../engine/serve.js';
import type { AttackPlan } from './plan.js';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './worker-messages.js';

await serve(async ({ description, state, backend }: WorkerStart) => {
  const { pack, tidy, unpackState } = await import('../../engine/index.js');
  const { unpackBatch } = await import('../../data/index.js');
  const { createModel } = await import('../../models/index.js');
  const { attackBatch, perturbBatch } = await import('./chunk.js');
  const { planFrom, streamOf } = await import('./plan.js');

  const model = createModel(description, 0).eval();
  tidy(() => {
    model.loadStateDict(unpackState(state));
  });
  let known: { source: string; plan: AttackPlan } | undefined;
  /** Made once for all its tasks. */
  const planOf = (source: WorkerTask['source']): AttackPlan => {
    const text = JSON.stringify(source);
    if (known?.source !== text) known = { source: text, plan: planFrom(source) };
    return known.plan;
  };

  return (task: WorkerTask): Served<WorkerAnswer> => {
    const { source, stage: name, round, seed, wanted } = task;
    const plan = planOf(source);
    const stage = plan.stages.find((each) => each.name === name)!;
    const one = stage.rounds[round]!;
    const batch = unpackBatch(task.batch);
    const stream = streamOf(plan, seed, stage, one);
    if (wanted === 'all') {
      const found = pack(perturbBatch({ model, backend }, one, stream, batch));
      return { answer: { rows: [], images: found, unanswered: [] }, packed: [found] };
    }
    const {
      images: found,
      parameters,
      ...rest
    } = attackBatch({ model, backend, draws: plan.draws }, one, stream, batch);
    const parts = { images: found && pack(found), parameters: parameters && pack(parameters) };
    return { answer: { ...rest, ...parts }, packed: Object.values(parts).flatMap((part) => part ?? []) };
  };
});
