/**
 * One thread of an attack pool: has a copy of the network, and attacks the share of a batch it is sent.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ANSWERED, NUMBER, type PoolAnswer, type PoolStart, type PoolTask } from './pool-messages.js';

const start = workerData as PoolStart;
const signal = new Int32Array(start.signal);

function wake(): void {
  Atomics.store(signal, ANSWERED, 1);
  Atomics.notify(signal, ANSWERED);
}

// Who waits for this thread cannot turn to anything else, not even to hear that it has ended.
process.once('exit', wake);

const { describeFailure, importInherited, pack, setOwnThreads, threadNumber, tidy, transferable, unpack, unpackState } =
  await import('../../engine/index.js');
Atomics.store(signal, NUMBER, threadNumber());
const { createModel } = await import('../../models/index.js');
const { backendOf } = await import('./attack-backend.js');
const { attackPart } = await import('./attack-part.js');
const { attackSchedule } = await import('../attack-schedule.js');

await importInherited();
setOwnThreads(start.threads);
const model = createModel(start.description, 0);
const part = {
  attack: attackSchedule(start.attack, start.changes, start.steps),
  backend: backendOf(start.backend),
  seed: start.seed,
};

function answerTo({ position, state, images, labels, indices }: PoolTask): PoolAnswer {
  try {
    return tidy(() => {
      model.loadStateDict(unpackState(state));
      const batch = { images: unpack(images), labels: unpack(labels), indices: unpack(indices) };
      return { images: pack(attackPart(part, model, batch, position)) };
    });
  } catch (error) {
    return { failed: describeFailure(error) };
  }
}

parentPort!.on('message', (task: PoolTask) => {
  const answer = answerTo(task);
  start.port.postMessage(answer, 'images' in answer ? transferable([answer.images]) : []);
  wake();
});
