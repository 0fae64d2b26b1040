/**
 * The result of a run that is complete is believed in the form in which a report shows it, and in no other.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluation, makeRun, runFiles } from '../report/made-up-run.test-helper.js';
import { failureOf } from '../../test/support/failure.js';
import { readResult } from './open-run.js';

const runWith = (result: unknown) => makeRun({ ...runFiles('standard'), 'evaluation/test.json': result });

test('a sound one comes as it lies there', () => {
  const result = evaluation(99, 998);
  expect(readResult(runWith(result))).toEqual(result);
});

test.each<[string, unknown]>([
  ['no JSON', '{"clean": '],
  ['nothing', 'null'],
  ['a clean error alone', { clean: { error: 0.1 } }],
  ['an attack without a budget', { ...evaluation(99, 998), attacks: { pgd: { attack: 'pgd' } } }],
  ['a curve of names', { ...evaluation(99, 998), curve: ['__proto__'] }],
])('%s is refused, with what to do', (_, result) => {
  expect(failureOf(() => readResult(runWith(result)))).toMatchObject({
    code: 'CHECKPOINT',
    message: expect.stringMatching(
      /evaluation\/test\.json (is not|cannot be read).* Remove it, and the same command measures it again$/,
    ) as string,
  });
});

test('a pipe in its place is not waited for', () => {
  const run = runWith('');
  rmSync(run.evaluation);
  execFileSync('mkfifo', [run.evaluation]);
  expect(failureOf(() => readResult(run)).message).toMatch(/received a folder, a pipe or a device/);
});
