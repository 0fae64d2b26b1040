/**
 * Threads that share a task: whoever asks gets every part, in order, and what fails in one leaves no reply behind.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { projectRoot, WorkerPool, type WorkerShare } from './index.js';

const engine = (file: string) => JSON.stringify(pathToFileURL(join(projectRoot(), 'dist', 'engine', file)).href);

/** Ten times the number, after so many milliseconds; 0 is refused at once. */
const SERVES = `
  import { serve } from ${engine('serve.js')};
  await serve(async (factor) => {
    const { SaddlepointError } = await import(${engine('index.js')});
    return ({ number, wait }) => {
      if (number === 0) throw new SaddlepointError('NUMERIC', 'nothing comes of 0');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
      return { answer: factor * number, packed: [] };
    };
  });`;

interface Task {
  readonly number: number;
  readonly wait: number;
}

const pools: WorkerPool<number, Task, number>[] = [];
function pool(size: number): WorkerPool<number, Task, number> {
  const file = join(temporaryFolder(), 'times.mjs');
  writeFileSync(file, SERVES);
  const made = new WorkerPool<number, Task, number>(size, file, 10, 1, 'a thread of a test');
  pools.push(made);
  return made;
}
afterEach(() => Promise.all(pools.splice(0).map((each) => each.close())));

const share = (number: number, wait = 0): WorkerShare<Task> => ({ task: { number, wait }, packed: [] });

test('the answers come in the order of the shares, whoever is first; fewer shares than threads are fine', async () => {
  const workers = pool(2);
  expect(await workers.ask([share(1, 50), share(2)])).toEqual([10, 20]);
  expect(workers.beside([share(3, 50), share(4)], () => 'own')).toEqual({ own: 'own', answers: [30, 40] });
  expect(await workers.ask([share(5)])).toEqual([50]);
});

test('a share that fails: the error comes when the others are through, and the next task gets its own answers', async () => {
  const workers = pool(2);
  const refused = expect.objectContaining({ code: 'NUMERIC', message: 'nothing comes of 0' }) as unknown;
  await expect(workers.ask([share(0), share(2, 100)])).rejects.toEqual(refused);
  expect(await workers.ask([share(3), share(4)]), 'after a promise').toEqual([30, 40]);
  expect(() => workers.beside([share(0), share(6, 100)], () => 'own')).toThrow('nothing comes of 0');
  expect(workers.beside([share(7), share(8)], () => 'own').answers, 'after a call').toEqual([70, 80]);
});

test('what this thread computes beside them fails: they are waited for all the same', () => {
  const workers = pool(1);
  const fails = () => {
    throw new Error('ours');
  };
  expect(() => workers.beside([share(1, 100)], fails)).toThrow('ours');
  expect(workers.beside([share(2)], () => 'own').answers).toEqual([20]);
});

test('threads that end before they can answer are heard, in a process that has nothing else to do', () => {
  const folder = temporaryFolder();
  const [worker, script] = [join(folder, 'ends.mjs'), join(folder, 'asks.mjs')];
  writeFileSync(
    worker,
    `import { serve } from ${engine('serve.js')}; await serve(() => Promise.reject(new Error('no start')));`,
  );
  writeFileSync(
    script,
    `const { WorkerPool } = await import(${engine('index.js')});
     const pool = new WorkerPool(2, ${JSON.stringify(worker)}, 1, 1, 'a thread');
     const share = { task: 1, packed: [] };
     await pool.ask([share, share]).catch(({ message }) => console.log(message));`,
  );
  for (let time = 0; time < 3; time += 1)
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toBe('no start\n');
});
