/**
 * A thread that computes for another: it answers, and what goes wrong in it is heard, by whoever waits and however.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { answerIn, pack, projectRoot, tensor, tidy, unpack, WorkerThread, type Packed } from './index.js';

leavesNothingAlive();

const module = (path: string) => JSON.stringify(pathToFileURL(join(projectRoot(), 'dist', path)).href);

/** What the thread's module does with a task, after this beginning. */
function fileThat(does: string, opening = ''): string {
  const file = join(temporaryFolder(), 'thread.mjs');
  writeFileSync(
    file,
    `import { serve } from ${module('engine/serve.js')};
     await serve(async (start) => {
       const { pack, SaddlepointError, unpack } = await import(${module('engine/index.js')});
       ${opening}
       return (task) => { ${does} };
     });`,
  );
  return file;
}

const threads: WorkerThread<number, Packed, Packed>[] = [];
function threadThat(does: string, opening?: string): WorkerThread<number, Packed, Packed> {
  const thread = new WorkerThread<number, Packed, Packed>(fileThat(does, opening), 10, 1, 'the thread of a test');
  threads.push(thread);
  return thread;
}
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.close())));

const TIMES = 'const answer = pack(unpack(task).mul(start)); return { answer, packed: [answer] };';
const packed = (...values: number[]): Packed => tidy(() => pack(tensor(values)));
const numbersIn = (answer: Packed): number[] => tidy(() => unpack(answer).toNumbers());

test('it begins with what it is given, and answers one task after the other, waited for in either way', () => {
  const thread = threadThat(TIMES);
  for (const value of [1, 2]) {
    const asked = packed(value, 3);
    thread.begin(asked, [asked]);
    expect(asked.data.byteLength, 'it went there').toBe(0);
    expect(numbersIn(answerIn(thread.wait()))).toEqual([10 * value, 30]);
  }
});

test('as a promise, other work goes on meanwhile', async () => {
  const thread = threadThat(TIMES);
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  expect(numbersIn(await thread.ask(packed(1), []))).toEqual([10]);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
  expect(numbersIn(await thread.ask(packed(4), []))).toEqual([40]);
});

describe.each([
  [
    'waited for in the call',
    (thread: WorkerThread<number, Packed, Packed>) =>
      new Promise<Packed>((resolve) => {
        thread.begin(packed(1), []);
        resolve(answerIn(thread.wait()));
      }),
  ],
  ['waited for by a promise', (thread: WorkerThread<number, Packed, Packed>) => thread.ask(packed(1), [])],
])('%s', (_, ask) => {
  test('what it throws comes with its code, and it goes on', async () => {
    const thread = threadThat(
      `if (unpack(task).toNumbers()[0] === 1) throw new SaddlepointError('NUMERIC', 'one'); ${TIMES}`,
    );
    await expect(ask(thread)).rejects.toThrow(expect.objectContaining({ code: 'NUMERIC', message: 'one' }));
    thread.begin(packed(2), []);
    expect(numbersIn(answerIn(thread.wait()))).toEqual([20]);
  });

  test.each([
    ['ends', 'process.exit(3);'],
    ['dies without a word', 'process.reallyExit(3);'],
  ])('one that %s is an error at once, and at every later task', async (__, does) => {
    const thread = threadThat(does);
    for (let time = 0; time < 2; time += 1) {
      await expect(ask(thread)).rejects.toThrow(
        expect.objectContaining({
          code: 'MEMORY',
          message: expect.stringMatching(/^the thread of a test ended before it answered/) as string,
        }),
      );
    }
  });

  test('one that ends while nobody asks is an error at the next task', async () => {
    const thread = threadThat(`setTimeout(() => process.exit(3), 100); ${TIMES}`);
    expect(numbersIn(await thread.ask(packed(1), []))).toEqual([10]);
    await sleep(500);
    await expect(ask(thread)).rejects.toThrow(expect.objectContaining({ code: 'MEMORY' }));
  });

  test('one that cannot begin says why', async () => {
    const thread = threadThat(TIMES, "throw new SaddlepointError('ENGINE', 'nothing to begin with');");
    await expect(ask(thread)).rejects.toThrow(/nothing to begin with|ended before it answered/);
  });
});
