/**
 * Long runs hold their memory: 2,000 steps of adversarial training in one process.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { runChild } from '../support/child.js';

test('2,000 training steps grow resident memory by at most 20 MB after the first 200 and leak no tensor', async () => {
  const child = await runChild('./children/training-memory.ts', import.meta.url, ['2000', '200']);
  expect({ code: child.code, stderr: child.stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(child.stdout) as {
    growth: number;
    liveGrowth: number;
    leaked: number;
    leakedBytes: number;
  };
  expect(report).toEqual({ growth: report.growth, liveGrowth: 0, leaked: 0, leakedBytes: 0 });
  expect(report.growth).toBeLessThanOrEqual(20);
}, 120_000);
