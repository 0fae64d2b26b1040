/**
 * What goes wrong in a thread comes to whoever waits for it as it was.
 *
 * @module
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { SaddlepointError } from './errors.js';
import { projectRoot } from './installation.js';
import { describeFailure, endedEarly, errorOf, threadLives, threadNumber } from './threads.js';

const engine = JSON.stringify(pathToFileURL(join(projectRoot(), 'dist', 'engine', 'index.js')).href);
const thread = (body: string) => new Worker(`import(${engine}).then((engine) => { ${body} })`, { eval: true });

test('an error that a thread throws keeps its class, code and words', async () => {
  const [lost] = (await once(thread("throw new engine.SaddlepointError('NUMERIC', 'no number')"), 'error').catch(
    (error: unknown) => [error],
  )) as [Error];
  expect(lost, 'what Node gives').not.toBeInstanceOf(SaddlepointError);
  expect(endedEarly('a thread', lost)).toMatchObject({
    name: 'SaddlepointError',
    code: 'NUMERIC',
    message: 'no number',
  });
});

test('one that is sent is the same afterwards; one of another class stays one', () => {
  const failure = describeFailure(new SaddlepointError('DATA', 'no data'));
  expect(errorOf(structuredClone(failure))).toBeInstanceOf(SaddlepointError);
  expect(errorOf(failure)).toMatchObject({ code: 'DATA', message: 'no data', stack: failure.stack });
  const other = errorOf(describeFailure(new TypeError('no type')));
  expect([other instanceof SaddlepointError, other.message]).toEqual([false, 'no type']);
});

test('a thread lives until it has ended', async () => {
  expect(threadLives(threadNumber())).toBe(true);
  const other = thread(
    "require('node:worker_threads').parentPort.postMessage(engine.threadNumber()); setInterval(() => 0, 1000)",
  );
  const [number] = (await once(other, 'message')) as [number];
  expect([number === threadNumber(), threadLives(number)]).toEqual([false, true]);
  await other.terminate();
  expect(threadLives(number)).toBe(false);
});
