/**
 * An evaluation that is killed again and again comes to the same result, byte for byte, as one that is left alone.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { evaluateIn, leftIn } from './disturbed-evaluation.test-helper.js';

const KILLS = 12;

test(`killed ${KILLS} times with SIGKILL: the same JSON as undisturbed`, { timeout: 600_000 }, async () => {
  const [undisturbed, disturbed] = [temporaryFolder(), temporaryFolder()];
  expect(await evaluateIn(undisturbed)).toMatchObject({ code: 0, stderr: '' });
  let kills = 0;
  let outcome = await evaluateIn(disturbed, 0);
  while (outcome.signal === 'SIGKILL') {
    kills += 1;
    // Anywhere in the chunks that follow: while it attacks, while it writes images, or between the two.
    outcome = kills < KILLS ? await evaluateIn(disturbed, (kills * 7) % 20) : await evaluateIn(disturbed);
  }
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(kills).toBeGreaterThanOrEqual(10);
  const [expected, left] = [leftIn(undisturbed), leftIn(disturbed)];
  expect(left.result).toBe(expected.result);
  expect(left.images === expected.images).toBe(true);
});
