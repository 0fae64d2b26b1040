/**
 * A thread of a pool that dies: the training hears of it, and waits no longer.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import type * as Engine from '../../engine/index.js';
import { projectRoot, RandomStream, tensor } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { AttackPool } from './attack-pool.js';

leavesNothingAlive();

/** The file that a pool's threads start from. */
const thread = vi.hoisted(() => ({ file: '' }));
vi.mock('../../engine/index.js', async (importOriginal) => ({
  ...(await importOriginal<typeof Engine>()),
  compiledFile: () => thread.file,
}));

const description: ModelDescription = {
  architecture: 'small-cnn',
  options: { resolution: 8, width: 4, hidden: 16, classes: 4 },
};

/** A thread that starts as ours do, and does this in place of an answer. */
function threadThat(does: string): string {
  const engine = pathToFileURL(join(projectRoot(), 'dist', 'engine', 'index.js')).href;
  const file = join(temporaryFolder(), 'thread.mjs');
  writeFileSync(
    file,
    `import { parentPort, workerData } from 'node:worker_threads';
     const signal = new Int32Array(workerData.signal);
     process.once('exit', () => { Atomics.store(signal, 0, 1); Atomics.notify(signal, 0); });
     const { SaddlepointError, describeFailure, threadNumber } = await import(${JSON.stringify(engine)});
     Atomics.store(signal, 1, threadNumber());
     parentPort.on('message', () => { ${does} });`,
  );
  return file;
}

test.each([
  // As one does that has no heap left: no JavaScript of its runs any more.
  ['dies without a word', 'process.reallyExit(3);', 'MEMORY', /ended before it answered/],
  ['ends', 'process.exit(3);', 'MEMORY', /ended before it answered/],
  [
    'fails',
    "workerData.port.postMessage({ failed: describeFailure(new SaddlepointError('NUMERIC', 'no number')) }); Atomics.store(signal, 0, 1); Atomics.notify(signal, 0);",
    'NUMERIC',
    /^no number$/,
  ],
])('a thread that %s: an error with its code, at once', (_, does, code, message) => {
  thread.file = threadThat(does);
  {
    using model = createModel(description, 3);
    using pool = new AttackPool(
      {
        description,
        backend: 'plain',
        attack: { name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 1 },
        changes: [],
        steps: 1,
        seed: 1,
      },
      2,
    );
    const images = new RandomStream('pool').uniformTensor([4, 1, 8, 8]);
    const numbers = tensor(BigInt64Array.of(0n, 1n, 2n, 3n));
    const step = () => pool.perturb(model, { images, labels: numbers, indices: numbers }, { step: 0, epoch: 0 });
    expect(step).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }));
    if (code === 'MEMORY') expect(step, 'the next step').toThrow(message);
    for (const tensor_ of [images, numbers]) tensor_.dispose();
  }
});
