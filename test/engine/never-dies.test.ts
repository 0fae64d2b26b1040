/**
 * Nothing a TypeScript caller does may crash the process: everything the engine exports is called with random
 * arguments in a child process, and each failure must be one of our errors.
 *
 * @module
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../support/child.js';
import { temporaryFolder } from '../support/folders.js';

const CALLS = 4000;
// Set SADDLEPOINT_FUZZ_SEED to look for more, or to see a failure again.
const asked = process.env.SADDLEPOINT_FUZZ_SEED;
const SEEDS = asked === undefined ? [20260101, 20260102, 20260103] : [Number(asked)];
/** In KiB: what a runaway allocation meets long before it is the whole machine's memory. */
const ADDRESS_SPACE = 16_000_000;

interface Report {
  readonly targets: number;
  readonly called: number;
  readonly succeeded: number;
  readonly foreign: readonly string[];
}

describe('the process survives random calls', () => {
  let folder = '';
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(SEEDS)(
    'seed %i',
    async (seed) => {
      const journal = join(folder, String(seed));
      const child = await runChild(
        './children/random-calls.ts',
        import.meta.url,
        [String(seed), String(CALLS), journal],
        {
          addressSpace: ADDRESS_SPACE,
        },
      );
      const story = `seed ${seed}, last call: ${readFileSync(journal, 'utf8').slice(0, 600)}\n${child.stderr.slice(-1500)}`;
      expect({ code: child.code, signal: child.signal }, story).toEqual({ code: 0, signal: null });

      const report = JSON.parse(child.stdout) as Report;
      expect(report.called).toBe(report.targets);
      // Wrong arguments alone would exercise the checks and nothing else.
      expect(report.succeeded).toBeGreaterThan(CALLS / 4);
      // Every refusal is a SaddlepointError with a message.
      expect(report.foreign).toEqual([]);
    },
    120_000,
  );
});
