/**
 * A disk that becomes full in the middle: one clear error, and the rest is done when there is room again.
 *
 * @module
 */
import type * as FileSystem from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import { disposeSplit } from '../../data/index.js';
import { SaddlepointError } from '../../engine/index.js';
import { runEvaluationJob } from './index.js';
import { smallJob, smallNetwork, smallSplit } from './job.test-helper.js';

leavesNothingAlive();

const disk = vi.hoisted(() => ({ writes: Infinity, half: false }));
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof FileSystem>();
  const writeSync = (file: number, bytes: Uint8Array, offset = 0) => {
    disk.writes -= 1;
    if (disk.writes >= 0) return original.writeSync(file, bytes, offset);
    // The first write that does not fit leaves a part, as disks do.
    if (disk.writes === -1 && bytes.length > 4) return original.writeSync(file, bytes, offset, 3);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...original, writeSync, default: { ...original, writeSync } };
});

test('wherever the disk becomes full', async () => {
  const model = smallNetwork();
  const split = smallSplit(model);
  const text = (value: unknown) =>
    JSON.stringify(value, (key, part: unknown) => (key === 'seconds' ? undefined : part));
  const whole = await runEvaluationJob(smallJob(model, split, join(temporaryFolder(), 'whole')));
  const folder = join(temporaryFolder(), 'state');
  const failures: unknown[] = [];
  for (;;) {
    disk.writes = 9 + failures.length;
    try {
      const { result, finish } = await runEvaluationJob(smallJob(model, split, folder));
      disk.writes = Infinity;
      finish();
      expect(text(result)).toBe(text(whole.result));
      break;
    } catch (error) {
      failures.push(error);
    }
  }
  disk.writes = Infinity;
  expect(failures.length).toBeGreaterThan(3);
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(SaddlepointError);
    expect(failure).toMatchObject({ code: 'FILE' });
    expect((failure as Error).message).toMatch(
      /cannot be written: the disk is full\. (What was saved before|An earlier file)/,
    );
  }
  whole.finish();
  model.dispose();
  disposeSplit(split);
});
